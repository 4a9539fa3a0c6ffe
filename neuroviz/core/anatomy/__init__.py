"""One step taken apart: every number of it, and how it is computed."""
