"""What other programs read: one small file per format, all from a saved project. No Qt, no torch."""
