"""The user interface of lessons: the panel, the marks in plots, the gallery."""
