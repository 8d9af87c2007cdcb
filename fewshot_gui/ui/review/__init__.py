"""Deciding: what to ask next, what a correction changed, what can be promised."""
