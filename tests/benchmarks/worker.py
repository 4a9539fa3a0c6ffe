"""The child's side of :mod:`tests.benchmarks.child`.

``python -m tests.benchmarks.worker MODULE FUNCTION JSON``. It imports next to nothing, since the
time to the first painted window is counted from the start of the process.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from types import TracebackType


def main() -> int:
    """Call the function that the command line names, and print the figures that it returns."""
    sys.excepthook = _end
    module, function, arguments = sys.argv[1:]
    figures = getattr(importlib.import_module(module), function)(**json.loads(arguments))
    print(json.dumps(figures))
    return 0


def _end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """End at any exception.

    Qt prints one in a slot and goes on, and the benchmark would wait for ever.
    """
    sys.__excepthook__(kind, error, trace)
    sys.stderr.flush()
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
