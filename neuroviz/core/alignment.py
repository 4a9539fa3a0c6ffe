"""Alignment: where tensors begin in memory, on which the last bit of a product of matrix and vector can depend.

BLAS takes the first numbers of a stretch that does not begin at its register's boundary one by one, with other
roundings than in the middle. What a step reads and writes therefore always begins at a boundary, as fresh tensors
do; then the same numbers give the same bits wherever in a block they stand.
"""

from __future__ import annotations

import math

__all__ = ["BOUNDARY", "padded"]

BOUNDARY = 64
"""Bytes between boundaries: what torch aligns its memory to, and as wide as any vector register."""


def padded(count: int, unit: int) -> int:
    """Return the least number ≥ ``count`` of units of so many bytes that fill the room between boundaries."""
    whole = BOUNDARY // math.gcd(BOUNDARY, unit)
    return -(-count // whole) * whole
