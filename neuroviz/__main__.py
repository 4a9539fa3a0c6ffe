"""Run the program: ``python -m neuroviz``."""

import sys

try:
    from neuroviz.cli import main
except KeyboardInterrupt:  # before main() can handle it
    sys.exit(130)

sys.exit(main())
