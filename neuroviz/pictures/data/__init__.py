"""The picture of the data."""
