"""A person's own tables: read from a file or pasted, understood, made a data set, and written."""
