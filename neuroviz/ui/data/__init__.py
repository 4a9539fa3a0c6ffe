"""A person's own data: the table in which they are edited, and the dialogs that bring them in."""
