import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QTransform

from neuroviz.ui.canvas.handles import in_pixels


def test_points_go_where_qt_puts_them():
    transform = QTransform(3.0, 0, 0, -2.0, 10, 50)
    for x, y in ((0.0, 0.0), (1.5, -4.0), (-20.0, 7.0)):
        mapped = transform.map(QPointF(x, y))
        assert in_pixels(transform, np.array((x, y))) == pytest.approx((mapped.x(), mapped.y()))


def test_what_is_very_far_stays_drawable():
    """Qt's arithmetic has 32 bits: a run that diverged must not wrap round."""
    far = in_pixels(QTransform(1e3, 0, 0, -1e3, 0, 0), np.array(((1e300, -1e300),)))
    assert np.isfinite(far).all()
    assert np.abs(far).max() < 2**31
    assert (np.sign(far) == (1, 1)).all()
