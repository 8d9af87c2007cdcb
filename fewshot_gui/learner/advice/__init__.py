"""Advice for the person: why a decision fell as it did, which example hurts, what to look at next."""
