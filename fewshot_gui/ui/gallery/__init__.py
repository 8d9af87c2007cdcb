"""The pictures in the middle: tiles, groups, filters, the large preview."""
