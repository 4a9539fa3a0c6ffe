"""What can be chosen: the tables, the settings made of them, and edits in mid-run."""
