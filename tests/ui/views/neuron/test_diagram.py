"""The diagram under mouse and keyboard."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetricsF

from neuroviz.core.anatomy.explanations import WORDS
from neuroviz.pictures.neuron.layout import laid_out, place
from neuroviz.pictures.neuron.numbers import numbers_of
from neuroviz.pictures.neuron.scene import Moment, sample_marks
from neuroviz.ui.theme.colours import LIGHT
from neuroviz.ui.views.neuron.diagram import ANSWERING, Diagram, Drawing, ScreenLetters
from tests.ui.person import KEY, LEFT
from tests.ui.views.neuron.moments import moment, settle


@pytest.fixture
def diagram(qtbot):
    """Return the diagram of AND, on screen."""
    made = Diagram()
    qtbot.addWidget(made)
    settle(made, 760, 180)
    frame = moment(sample=1)
    settings = frame.settings
    plan = laid_out(760, 180, settings, ScreenLetters)
    layout = place(760, 180, (0, 1), settings, plan)
    numbers = numbers_of(frame.anatomy, None, 1, (0, 1), 2)
    marks = sample_marks(Moment(settings, numbers, frame.anatomy, 1), layout, LIGHT.palette)
    letters = ScreenLetters(plan.size)
    drawing = Drawing(settings, letters, marks, layout.slots, layout.pills, numbers)
    made.show_drawing(drawing)
    return made


def test_what_answers_can_be_explained():
    """Every number that lights up has its arithmetic."""
    assert set(ANSWERING) - {"change"} <= WORDS.keys()  # the change is a stage of the update


def test_a_click_beside_asks_nothing(diagram, qtbot):
    """Where there is no number."""
    with qtbot.assertNotEmitted(diagram.clicked):
        qtbot.mouseClick(diagram.viewport(), LEFT, pos=QPoint(2, 2))


def test_the_pointer_is_a_hand_over_a_number(diagram, qtbot):
    """And the tip names it."""
    viewport = diagram.viewport()
    qtbot.mouseMove(viewport, diagram.place_of(("grad", 0)).toPoint())
    assert viewport.cursor().shape() == Qt.CursorShape.PointingHandCursor
    assert viewport.toolTip() == f"∂ℓ/∂w₁: {diagram.numbers['grad', 0].text}"
    qtbot.mouseMove(viewport, QPoint(2, 2))
    assert viewport.cursor().shape() == Qt.CursorShape.ArrowCursor
    assert viewport.toolTip() == ""


def test_tab_goes_through_every_number_and_out(diagram, qtbot):
    """Enter asks the one that has the ring."""
    slots = {slot for slot in diagram.drawing.slots if slot[0] in ANSWERING and slot[0] != "change"}
    seen = []
    diagram.clicked.connect(seen.append)
    while diagram.focusNextPrevChild(True):
        if diagram.accessibleDescription() == "":
            break
        qtbot.keyClick(diagram, KEY.Key_Return)
        assert len(seen) <= len(slots)
    assert set(seen) == slots
    assert len(seen) == len(slots)


def test_a_heading_can_be_asked_for(diagram):
    """By its place; a number there tells its name."""
    places = {text: box.center().toPoint() for text, box in diagram.texts()}
    assert diagram.text_at(places["weight × input"]) == "weight × input"
    assert diagram.text_at(places["w₁"]) == "w₁"
    assert diagram.text_at(QPoint(2, 178)) == ""


def test_real_letters_are_as_wide_as_they_are_measured(diagram):
    """Text, size and weight."""
    font = ScreenLetters(11).font
    assert ScreenLetters(11).width("0.6750") == QFontMetricsF(font).horizontalAdvance("0.6750")
    font.setBold(True)
    font.setPointSizeF(0.5 * 11)
    wide = ScreenLetters(11).width("0.6750", 0.5, bold=True)
    assert wide == QFontMetricsF(font).horizontalAdvance("0.6750")
