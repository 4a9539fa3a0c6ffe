"""Data of one's own: the table they can be edited in, and the dialogs by which they come in."""
