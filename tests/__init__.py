"""The tests, the batteries, the benchmarks and the screenshots."""

import neuroviz  # noqa: F401  # before numpy, as in the program: the package says how many threads its BLAS takes
