"""The project file: classes, pictures, labels and what can be undone."""
