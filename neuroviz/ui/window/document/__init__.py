"""The file that a person works on: opened, dropped, saved, and kept by itself."""
