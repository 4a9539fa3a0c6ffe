"""Run the program: ``python -m neuroviz``."""

import sys

from neuroviz.cli import main

sys.exit(main())
