"""NeuroViz shows gradient descent happening in one neuron."""

import os

# Before numpy is loaded, whose BLAS takes a thread for each core: the eigenvalues of a hundred weights, half a
# millisecond with one thread, then took 230 where another program had one of the cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.6.0"
