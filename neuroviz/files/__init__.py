"""What is read from and written to disk, such as tables and figures; no Qt, no torch."""
