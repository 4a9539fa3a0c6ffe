"""Parts of the data view."""
