"""Moments that no timer of the window knows.

``python -m tests.benchmarks.pulses`` writes them to its output. A process of its own, so that it
waits for nobody's lock; what it writes reaches a window as the X server's events do, by a file that
the event loop watches.
"""

from __future__ import annotations

import os
import random
import struct
import sys
import time

MOMENT = struct.Struct("d")
"""Seconds of ``time.monotonic``, which all processes share."""
_PAUSE = (0.005, 0.065)


def main() -> int:
    """Write the present moment at random intervals until nobody reads any more."""
    intervals = random.Random(0)
    try:
        while True:
            time.sleep(intervals.uniform(*_PAUSE))
            os.write(sys.stdout.fileno(), MOMENT.pack(time.monotonic()))
    except BrokenPipeError:
        return 0


if __name__ == "__main__":
    sys.exit(main())
