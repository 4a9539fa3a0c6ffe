"""A frozen bundle of the program: made, and tried where there is no Python."""
