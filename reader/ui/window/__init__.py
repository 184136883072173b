"""The main window and the parts of its frame."""
