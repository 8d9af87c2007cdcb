"""The project in the window: opening, looking through the folder, recovery, export."""
