"""Terms in a label of Markdown are where they are painted."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from neuroviz.ui.explanations.places import places_in
from neuroviz.ui.theme.parts import MarkdownLabel


def painted(label, text):
    """Return the pixels of a label with this text."""
    label.setText(text)
    image = label.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return (
        np.frombuffer(image.constBits(), np.uint8)
        .reshape(image.height(), image.width(), 4)
        .astype(int)
    )


@pytest.mark.parametrize(
    "before",
    ["So a sudden `nan` is above the", "**Two** of *them*.\n\nAnother `paragraph_of_code` and the"],
)
def test_a_term_is_where_its_letters_are(qtbot, before):
    label = MarkdownLabel()
    qtbot.addWidget(label)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignTop)  # so that the words before it stay where they are
    label.resize(190, 160)
    label.show()
    without = painted(label, before)
    differs = np.abs(painted(label, f"{before} learning rate") - without).sum(axis=2) > 60
    rows, columns = np.nonzero(differs)
    rects = [place.rect for place in places_in(label) if place.term.name == "learning rate"]
    assert min(rect.left() for rect in rects) == pytest.approx(columns.min(), abs=3)
    assert max(rect.right() for rect in rects) == pytest.approx(columns.max(), abs=3)
    assert min(rect.top() for rect in rects) <= rows.min()
    assert max(rect.bottom() for rect in rects) >= rows.max()
    assert (
        max(rect.bottom() for rect in rects) - min(rect.top() for rect in rects)
        < rows.max() - rows.min() + 16
    )
