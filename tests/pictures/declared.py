"""What a figure declares."""


def marks_of(figure, kind, label=None):
    """Give the marks of a kind, and of a label that begins so."""
    found = [mark for mark in figure.marks if isinstance(mark, kind)]
    return [mark for mark in found if label is None or (mark.label or "").startswith(label)]
