"""What every window has: actions, keys, settings, languages, help."""
