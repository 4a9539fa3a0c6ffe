"""What draws figures in a process of its own.

Takes them from standard input, gives files to standard output.
"""

import pickle
import sys

from neuroviz.pictures.animation import Animation
from neuroviz.pictures.render import render


def main() -> None:
    """Draw the pickled (figure, endings, width, height, dpi) as `render` does.

    Into a pickled list of bytes.
    """
    figure, endings, *size = pickle.load(sys.stdin.buffer)
    files = [render(figure, ending, *size) for ending in endings]
    sys.stdout.buffer.write(pickle.dumps(files))


def animate() -> None:
    """Draw an animation into the pickled bytes of a file.

    What cannot be drawn becomes a pickled sentence that says why. What comes in is pickled:
    (figures of the end, sheet, ending, milliseconds), then the figures of each moment before it. On
    standard error stands a dot for each that is drawn.
    """
    ends, sheet, ending, milliseconds = pickle.load(sys.stdin.buffer)
    animation = Animation(ends, sheet)
    for _ in milliseconds[:-1]:
        animation.add(pickle.load(sys.stdin.buffer))
        sys.stderr.write(".")
        sys.stderr.flush()
    try:
        result: bytes | str = animation.file(ending, milliseconds)
    except ValueError as error:
        result = str(error)
    sys.stdout.buffer.write(pickle.dumps(result))
