import numpy as np
import pytest

from neuroviz.core.curvature.hessian import factors_of
from tests.for_each import for_each


def matrix(rows, columns, scales):
    """Give a matrix with these singular values."""
    generator = np.random.default_rng(3)
    left, _ = np.linalg.qr(generator.standard_normal((rows, len(scales))))
    right, _ = np.linalg.qr(generator.standard_normal((columns, len(scales))))
    return left * scales @ right.T


@for_each(("rows", "columns"), [(9, 4), (4, 9), (4, 4)])
@for_each(
    "scales",
    [[1.0, 2.0, 3.0, 4.0], [1e-7, 1.0, 1e3, 1e4], [0.5, 7.0], []],
)
def test_factors_give_the_matrix_back(rows, columns, scales):
    """U·diag(s)·Vᵀ is the matrix, the columns are orthonormal.

    The scales are numpy's but its zeros.
    """
    whole = matrix(rows, columns, scales)
    factors = factors_of(whole)
    unit = np.eye(len(scales))
    np.testing.assert_allclose(factors.left * factors.scales @ factors.right.T, whole, atol=1e-12)
    np.testing.assert_allclose(factors.left.T @ factors.left, unit, atol=1e-12)
    np.testing.assert_allclose(factors.right.T @ factors.right, unit, atol=1e-12)
    assert factors.scales == pytest.approx(scales, rel=1e-12, abs=1e-11)
    assert len(factors.scales) == np.linalg.matrix_rank(whole)


def test_small_is_not_zero():
    """A scale of 1e-12 beside 1 is small, though its square is lost beside 1 in a Gram matrix.

    So is one of 1e-40 in a column of its own, as of an input in a small unit, also where there are
    fewer rows than inputs; 1e-17 that is a difference of columns is rounding.
    """
    assert len(factors_of(np.diag([1.0, 1e-12])).scales) == 2
    assert factors_of(np.diag([1.0, 1e-12])).scales[0] == pytest.approx(1e-12, rel=1e-12)
    x = np.array([0.0, 1.0, 2.0, 4.0])
    for unit in (1.6e-19, 1e-40):
        factors = factors_of(np.column_stack((unit * x, np.ones(4))))
        own = unit * np.sqrt(np.square(x - x.mean()).sum())
        assert factors.scales == pytest.approx([own, 2.0], rel=1e-12)
        wide = np.array([[unit, 2 * unit, 1.0], [2 * unit, 3 * unit, 1.0]])
        own = unit * np.sqrt(np.square(wide[1, :2] - wide[0, :2]).sum() / unit**2 / 2)
        assert factors_of(wide).scales == pytest.approx([own, np.sqrt(2)], rel=1e-12)
    assert len(factors_of(np.array([[1.0, 1.0], [1.0, 1.0 + 2e-16]])).scales) == 1
