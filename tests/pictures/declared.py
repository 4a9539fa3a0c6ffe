"""What a figure declares."""


def marks_of(figure, kind, label=None):
    """Give the marks of a kind, and of a label that begins so."""
    found = [mark for mark in figure.marks if isinstance(mark, kind)]
    return [mark for mark in found if label is None or (mark.label or "").startswith(label)]


UNLIKE = (
    "and",
    "and_by_hand",
    "line",
    "weather",
    "spam",
    "xor_two",
    "sine",
    "blobs3",
    "gates",
    "five",
)
"""Tasks that are drawn unlike each other.

Of classes and numbers, of one, two, three and many inputs, with hidden neurons, and with several
outputs; one is not trained.
"""
