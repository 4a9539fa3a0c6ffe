"""Every term on ten screens explains itself where it stands.

No word on a label is a term without an entry.
"""

import re

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QGraphicsView,
    QHeaderView,
    QLabel,
    QTabBar,
    QToolButton,
    QWidget,
)

from neuroviz.files.glossary import load_glossary
from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.views.neuron.diagram import Diagram
from tests.screenshot_scenes import SCENES, WITH_ALL_PLOTS, settings_of
from tests.screenshots import _play
from tests.ui.person import rest_on

GLOSSARY = load_glossary()
SHOWN = (
    *(
        "first_start",
        "arithmetic",
        "hyperparameters",
        "breaks",
        "diverged",
        "spam_backward",
        "pinned",
        "line_zigzag",
        "three_gates",
    ),
    *("race_dialog", "sweep_rates"),
)
_SHORT = 5
"""Words up to which a text is a label, of which every word is looked at;
what is longer is a sentence."""

EVERYDAY = set(
    re.findall(
        "[a-z]+",
        """
    a after against all an and anew any as ask at axes back be before below best bring by cancel \
chart chosen
    close code column columns command copy delete digits double draw drawn each earlier end ends \
equal ever film
    every export fast faster figure figures file fit folds for forget from full go goes gone hand \
has have
    held help here highest history hold how if in is it its keep know later leave left lesson \
lessons line first
    lines list lowest many mark more most name names new next no normal not notebook nothing now \
number
    large largest numbers of off on once one open or other out over own paste path per place plane \
point points ring
predicted parts
    press print purpose put question questions read redo rename report right round row rows run \
same save
    saved see seen seldom sentence settings show shown side sides sideways skip so sort speed \
spread start share
    stories story take than that the their them then there they this three tick time times to too \
top traps
    try turn two type under undo until up use used value values view was what where while window \
with without
    work worked write you your along together
    begun can direction falls five for forgotten hardly several stopped sums switch try
    """,
    )
)
"""What needs no explanation. A word that is neither here nor in resources/explanations.toml fails
the test: write an explanation if somebody of sixteen would ask what it means, else add it here."""
FIELD = re.compile(
    r"(?i)\b(gradient|epoch|batch|loss|bias|weight|activation|sigmoid|relu|softplus|hessian|"
    r"eigenvalue|curvature|momentum|velocity|optimizer|learning rate|condition number|saturated|"
    r"diverg\w+|converg\w+|overflow\w*|residual|threshold|accuracy|boundary|autograd|backward|"
    r"forward|tensor|nn\.Module|seed|shuffle|schedule|target|finite difference|zig-zag\w*|"
    r"overshoot\w*|dead|separable|perceptron|cross-entropy|squared error|minimum|landscape|slice|"
    r"contour|quadratic|convex|prediction|parameter|float32|float64|decay|cosine)s?\b"
    r"|[∂Σσληθμβεδκ]|ŷ"
)
"""Words of the field, as the index of a textbook has them,
which must be explained in a sentence too."""


NAMES = {"spam", "weather", "sum", "sine", "torch", "line"}
"""Of tasks and libraries."""


def texts(top):
    """Return every text on show with the widget it stands in and a point where it does."""
    for widget in top.findChildren(QWidget):
        if not widget.isVisible() or _is_code(widget):
            continue
        middle = widget.rect().center()
        drawn = isinstance(widget, QToolButton) and not widget.icon().isNull()
        if isinstance(widget, QLabel | QAbstractButton) and not drawn:
            yield widget.text().replace("&", ""), widget, middle  # of an access key
        elif isinstance(widget, QComboBox):
            for index in range(widget.count()):
                yield (
                    widget.itemText(index),
                    widget if index == widget.currentIndex() else None,
                    middle,
                )
        elif isinstance(widget, QTabBar):
            for tab in range(widget.count()):
                yield widget.tabText(tab), widget, widget.tabRect(tab).center()
        elif isinstance(widget, QHeaderView):
            yield from _in_header(widget)
        elif isinstance(widget, Diagram):
            yield from _in_diagram(widget)
        elif isinstance(widget, QGraphicsView):
            yield from _in_scene(widget)


def _is_code(widget):
    return any(name in widget.objectName() for name in ("code_text", "qt_spinbox"))


def _in_header(header):
    for section in range(header.count()):
        size = header.sectionSize(section)
        if header.orientation() == Qt.Orientation.Horizontal and not header.isSectionHidden(
            section
        ):
            text = header.model().headerData(section, Qt.Orientation.Horizontal) or ""
            yield (
                str(text),
                header.viewport(),
                QPoint(header.sectionViewportPosition(section) + size // 2, 4),
            )


def _in_scene(view):
    if isinstance(view, Plot):
        for axis in view._axes.values():
            if axis.label.isVisible():
                yield (
                    axis.labelText,
                    view.viewport(),
                    view.mapFromScene(axis.label.sceneBoundingRect().center()),
                )


def _in_diagram(diagram):
    for text, box in diagram.texts():
        if not re.fullmatch(r"[−+\d.e—… ]*", text):
            yield text, diagram.viewport(), box.center().toPoint()


def unexplained(text):
    """Return what in a text is a term, or may be one, and has no explanation."""
    rest = list(text)
    for span in GLOSSARY.spans(text):
        rest[span.start : span.end] = " " * (span.end - span.start)
    left = "".join(rest)
    words = re.findall(r"[^\W\d_⁰¹²³⁴⁵⁶⁷⁸⁹]{2,}", text)
    if len(words) > _SHORT:
        return [found.group() for found in FIELD.finditer(left)]
    return [
        word
        for word in re.findall(r"[^\W\d_⁰¹²³⁴⁵⁶⁷⁸⁹]{2,}", left)
        if word.casefold() not in EVERYDAY | NAMES
    ]


@pytest.fixture(scope="module")
def known():
    """Texts that have explained themselves on an earlier screen."""
    return set()


@pytest.mark.parametrize("name", SHOWN)
def test_what_stands_on_the_screen_explains_itself(open_window, known, name):
    """A card with the name of a term that the text has.

    No word that would need one has none.
    """
    scene = SCENES[name]
    person = open_window(settings_of(scene), plots="all" if name in WITH_ALL_PLOTS else "kept")
    window = person.window
    _play(window, scene)
    for section in window.bench.form.sections:
        section.set_open(True)
    person.settle()
    seen = scene.seen(window) if scene.seen else window
    missing = {}
    mute = []
    for text, widget, point in texts(seen):
        where = (text, type(widget))
        if not text or where in known:
            continue
        known.add(where)
        if words := unexplained(text):
            missing[text] = words
        terms = {span.term.name for span in GLOSSARY.spans(text)}
        if widget is not None and terms and not _explains(window.explainer, widget, point, terms):
            mute.append((text, widget.objectName()))
    assert missing == {}
    assert mute == []


def _explains(explainer, widget, point, terms):
    """Return whether resting the pointer somewhere on a text brings a card."""
    xs = [point.x()] if not isinstance(widget, QLabel) else range(2, max(3, widget.width()), 12)
    ys = [point.y()] if not isinstance(widget, QLabel) else range(2, max(3, widget.height()), 12)
    for y in (point.y(), *ys):
        for x in (point.x(), *xs):
            rest_on(widget, QPoint(x, y))
            if explainer.card is not None and explainer.card.name in terms:
                explainer.hide()
                return True
    return False
