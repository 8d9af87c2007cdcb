"""The right-hand side: one picture, its scores, and why."""
