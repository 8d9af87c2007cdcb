"""The class cards on the left: teaching, and what is wrong with the examples."""
