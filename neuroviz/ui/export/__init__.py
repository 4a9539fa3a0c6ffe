"""Exports: figures and numbers to files and to the clipboard, in slices of work."""
