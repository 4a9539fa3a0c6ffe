"""Factors: a matrix as directions and their scales, with what is exactly 0 left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neuroviz.core.types import Floats

_GRAM_CONDITION = 1e7
"""Of a Gram matrix: up to it the least of the squared scales keeps eight digits or more."""


@dataclass(frozen=True, eq=False)
class Factors:
    """A matrix B (N, P) of rank r as U·diag(s)·Vᵀ."""

    left: Floats
    """U (N, r), columns of length 1 at right angles to each other."""
    scales: Floats
    """s (r,), ascending, all above 0."""
    right: Floats
    """V (P, r), columns as those of U."""


def factors_of(matrix: Floats) -> Factors:
    """Return the factors of a finite matrix (N, P).

    The rank counts the scales above max(N, P)·ε·(the greatest), below which they are the rounding of the
    matrix itself. Reference: Golub and Van Loan, Matrix Computations, 5.5.8; numpy's ``matrix_rank``.
    """
    if matrix.shape[0] < matrix.shape[1]:
        turned = factors_of(matrix.T)
        return Factors(turned.right, turned.scales, turned.left)
    return _by_gram_matrix(matrix) or _by_svd(matrix)


def _by_gram_matrix(matrix: Floats) -> Factors | None:
    """Return the factors from BᵀB, several times faster; None where small scales would drown in rounding."""
    squares, right = np.linalg.eigh(matrix.T @ matrix)
    if squares[0] * _GRAM_CONDITION < squares[-1] or squares[-1] == 0:
        return None
    scales = np.sqrt(squares)
    return Factors(matrix @ right / scales, scales, right)


def _by_svd(matrix: Floats) -> Factors:
    left, scales, right = np.linalg.svd(matrix, full_matrices=False)
    rank = int((scales > max(matrix.shape) * np.finfo(np.float64).eps * scales[0]).sum())
    return Factors(left[:, :rank][:, ::-1], scales[:rank][::-1], right[:rank][::-1].T)
