"""Sorting in the window: choices, plan, result, runs."""
