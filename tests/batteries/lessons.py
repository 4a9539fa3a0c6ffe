"""Every lesson with every wrong answer, with the mouse and with the keyboard.

A sample is in the test line.
"""

import os
import sys

import pytest


def main() -> int:
    """Play them all."""
    os.environ["NEUROVIZ_WHOLE"] = "1"
    return pytest.main(["-q", "tests/ui/lesson/test_played.py", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
