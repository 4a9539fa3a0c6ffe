"""Lessons in the window: the ways in, the steps, what is asked and done in them, and the lab that stands aside."""
