"""What draws figures in a process of its own: takes one from standard input, gives its files to standard output."""

import pickle
import sys

from neuroviz.pictures.render import render

__all__ = ["main"]


def main() -> None:
    """Draw the pickled (figure, endings, width, height, dpi) as `render` does, into a pickled list of bytes."""
    figure, endings, *size = pickle.load(sys.stdin.buffer)
    files = [render(figure, ending, *size) for ending in endings]
    sys.stdout.buffer.write(pickle.dumps(files))
