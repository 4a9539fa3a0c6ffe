"""Writes pages in a process of its own.

A document comes from standard input, its file goes to standard output.
"""

import pickle
import sys

from neuroviz.paper.write import page_bytes


def main() -> None:
    """Write the pickled (document, ending, paper) as `page_bytes` does, into pickled bytes."""
    sys.stdout.buffer.write(pickle.dumps(page_bytes(*pickle.load(sys.stdin.buffer))))
