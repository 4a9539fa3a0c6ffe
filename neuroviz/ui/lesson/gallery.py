"""The gallery: all lessons with small pictures, to choose one from; and those pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPixmap, QShowEvent, QTransform
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.landscape.loss_grid import loss_grid
from neuroviz.core.landscape.plane import slice_plane
from neuroviz.core.training.held_out import held_out_curve
from neuroviz.core.types import Extent
from neuroviz.lessons.format import Lesson
from neuroviz.lessons.library import find_lesson
from neuroviz.lessons.step_evaluator import StepEvaluator
from neuroviz.pictures.data.figure import data_scene
from neuroviz.pictures.landscape.contours import LossMap
from neuroviz.pictures.marks import Arrow, Curve, Marks, Points, Text
from neuroviz.pictures.palette import Palette
from neuroviz.pictures.weights import padded
from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.jobs import one_shot
from neuroviz.ui.canvas.painted_marks import paint_marks
from neuroviz.ui.lesson.question import markdown_label, push_button
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.icons import picture_of
from neuroviz.ui.theme.parts import (
    SCROLL_BAR,
    STRETCH,
    ScrolledPage,
    in_column,
    in_row,
    named,
    small_button,
    text_label,
)

SIZE = (208, 96)
"""Width and height of a picture in pixels."""
CHECKS = {
    "check": "Check: eight questions",
    "check-networks": "Check on networks: six questions",
}
"""Name of a check's lesson -> the text of its button."""
DONE = "✓ done"
"""Progress of a lesson that was played to its end."""
_COLUMNS = 4
_WIDTH = SIZE[0] + 26
_HEIGHT = 880
_MARGIN = 16
_GAP = 8


class Gallery(QDialog):
    """A dialog of entries; their pictures come one by one, since each has to be computed.

    Parameters
    ----------
    progress
        Name of a lesson -> how far it was played, in words.
    ready
        Whether torch is loaded, which the pictures need.
    checks
        Name of a check -> how many answers were right, each time it was taken.
    """

    chosen = Signal(object)
    """A person opens the lesson in this path, or takes the check there."""
    file_asked = Signal()
    """A person wants to open a lesson of their own."""
    paper_asked = Signal(object, bool)
    """The worksheet of a `Lesson` is wanted, or its key if True."""

    def __init__(
        self,
        lessons: Sequence[Lesson],
        progress: Mapping[str, str],
        *,
        ready: bool,
        checks: Mapping[str, Sequence[int]],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("gallery")
        self.setWindowTitle("Lessons")
        self.entries = [self._entry(lesson, progress.get(lesson.name, "")) for lesson in lessons]
        self._pictures = list(zip(self.entries, lessons, strict=True)) if ready else []
        self._left: list[tuple[QToolButton, Lesson]] = []
        card = themes.scaled(_WIDTH) + _GAP
        columns = min(_COLUMNS, (parent.width() - 2 * _MARGIN + _GAP) // card)
        self._place(lessons, checks, columns)
        width = 2 * _MARGIN + columns * card - _GAP
        self.resize(width, min(_HEIGHT, parent.height()))
        for entry, lesson in zip(self.entries, lessons, strict=True):
            if progress.get(lesson.name) != DONE:
                entry.setFocus()  # so that Return opens the lesson that is next
                break
        self._soon = one_shot(self, self._draw_next)
        self._draw_all()
        themes.notifier.changed.connect(self._draw_all)

    def showEvent(self, event: QShowEvent) -> None:
        """Show what Return would open."""
        super().showEvent(event)
        layout = self.layout()
        assert layout is not None
        layout.activate()
        focused = self.focusWidget()
        if focused is not None:
            self._scroll.ensureWidgetVisible(focused, 0, _GAP)

    def _draw_all(self) -> None:
        self._left = self._pictures[:]
        self._soon.start()

    def _entry(self, lesson: Lesson, progress: str) -> QToolButton:
        calculus = "" if lesson.calculus else "no calculus"
        facts = [fact for fact in (f"{lesson.minutes} min", calculus, progress) if fact]
        entry = named(QToolButton(), f"lesson_{lesson.name}", f"{lesson.title}, {', '.join(facts)}")
        themes.set_look(entry, "lesson_card")
        entry.setFixedWidth(themes.scaled(_WIDTH))
        entry.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        entry.setAccessibleDescription(lesson.goal)
        entry.clicked.connect(partial(self._choose, lesson.path))
        number = f"{lesson.number} · " if lesson.number else ""
        goal = _line("goal", "value", lesson.goal)
        goal.setWordWrap(True)
        goal.setAlignment(Qt.AlignmentFlag.AlignTop)
        in_column(
            _line("picture", "value", ""),
            _line("title", "section", f"{number}{lesson.title}"),
            _line("facts", "muted", " · ".join(facts)),
            (goal, 1),
            self._paper_row(lesson),
            within=entry,
            spacing=4,
            margins=(12, 12, 12, 10),
        )
        return entry

    def _paper_row(self, lesson: Lesson) -> QHBoxLayout:
        """Return the row of buttons that save the lesson for paper."""
        row = in_row(margins=(0, 4, 0, 0))
        for name, is_key in (("Worksheet…", False), ("Key…", True)):
            button = small_button(
                "key" if is_key else "worksheet",
                name,
                spoken=f"{name} {lesson.title}",
                clicked=partial(self.paper_asked.emit, lesson, is_key),
            )
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _place(
        self, lessons: Sequence[Lesson], checks: Mapping[str, Sequence[int]], columns: int
    ) -> None:
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(_GAP)
        topics: dict[str, list[QToolButton]] = {}
        for lesson, entry in zip(lessons, self.entries, strict=True):
            topics.setdefault(lesson.topic, []).append(entry)
        for topic, entries in topics.items():
            row = grid.rowCount()
            grid.addWidget(_line("topic", "title", topic), row, 0, 1, columns)
            for index, entry in enumerate(entries):
                down, across = divmod(index, columns)
                grid.addWidget(entry, row + 1 + down, across)
        grid.setRowStretch(grid.rowCount(), 1)
        grid.setColumnStretch(columns, 1)
        self._scroll = ScrolledPage(page)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        said = markdown_label("gallery_words", "muted")
        said.setText(
            "**45 minutes: 1, 2, 3, 4 and the check.** Each lesson asks before it shows, and the "
            "run answers. Your own experiment comes back when you leave."
        )
        margins = (_MARGIN, _MARGIN, _MARGIN - SCROLL_BAR, _MARGIN)
        in_column(
            said, (self._scroll, 1), self._buttons(checks), within=self, spacing=12, margins=margins
        )

    def _buttons(self, checks: Mapping[str, Sequence[int]]) -> QHBoxLayout:
        own = push_button("gallery_file", "Open a lesson file…")
        own.clicked.connect(self.file_asked)
        close = push_button("gallery_close", "Close")
        close.clicked.connect(self.reject)
        parts = [part for name in CHECKS for part in self._check(name, checks[name])]
        return in_row(own, *parts, STRETCH, close, margins=(0, 0, SCROLL_BAR, 0))

    def _check(self, name: str, results: Sequence[int]) -> tuple[QWidget, QWidget]:
        """Return the button of a check, and a label of the results so far."""
        button = push_button(f"gallery_{name}", CHECKS[name])
        button.clicked.connect(partial(self._choose, find_lesson(name)))
        so_far = f"right: {', then '.join(map(str, results))}"
        taken = text_label(f"{name}_results", "muted", so_far, wrap=True)
        taken.setVisible(bool(results))
        return button, taken

    def _draw_next(self) -> None:
        """Draw one picture, and the next when all other waiting events are done."""
        if not self._left:
            return
        entry, lesson = self._left.pop(0)
        with suppress(SettingsError):  # the lesson tells its own errors when it is opened
            picture = entry.findChild(QLabel, "picture")
            assert isinstance(picture, QLabel)
            picture.setPixmap(thumbnail(lesson, self.devicePixelRatioF()))
        self._soon.start()

    @property
    def drawn(self) -> bool:
        """Whether all pictures are drawn."""
        return not self._left

    def _choose(self, path: Path) -> None:
        self.chosen.emit(path)
        self.accept()


def _line(name: str, role: str, text: str) -> QLabel:
    """Return a line of an entry, which lets the mouse through to the entry."""
    label = text_label(name, role, text)
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    if name == "picture":
        label.setFixedSize(*map(themes.scaled, SIZE))
        label.setScaledContents(True)
    return label


_AHEAD = 40
"""Epochs of the loss curve."""
_AROUND = 0.08
"""Margin around a curve, as a share of its range."""


def thumbnail(lesson: Lesson, ratio: float) -> QPixmap:
    """Return the picture of a lesson, as the first plot of its first step.

    Parameters
    ----------
    ratio
        Pixels of the screen for one pixel of the picture.

    Raises
    ------
    SettingsError
        If the first experiment is impossible.
    """
    evaluator = StepEvaluator(lesson.steps[0])
    session = evaluator.session
    view = next(view for view in evaluator.step.views if view != "neuron")
    if view not in ("data", "landscape"):
        session.advance(session.steps_to_epoch(_AHEAD))
    return small_picture(session.frame(), view, ratio)


def small_picture(frame: Frame, view: str, ratio: float) -> QPixmap:
    """Return what a view shows of a moment, without axes."""
    draw = {"data": _data, "landscape": _landscape}.get(view, _loss)
    marks, (left, right, bottom, top) = draw(frame, themes.now.palette)
    scale = QTransform.fromScale(SIZE[0] / (right - left), SIZE[1] / (bottom - top))  # y goes up

    def paint(painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        paint_marks(painter, marks, QTransform.fromTranslate(-left, -top) * scale)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(themes.now.border)
        painter.drawRect(0, 0, SIZE[0] - 1, SIZE[1] - 1)

    return picture_of(paint, QSize(*SIZE), ratio, themes.now.field)


def _data(frame: Frame, palette: Palette) -> tuple[Marks, Extent]:
    """Return the samples with the neuron's predictions, and the extent."""
    settings = frame.settings
    scene = data_scene(settings)
    output = frame.output_at(settings.coded_inputs)
    assert frame.parameters is not None
    assert output is not None
    now = scene.now(frame.parameters, output, None)
    marks = scene.marks(now, scene.bounds, SIZE, palette)
    # There is no room for an arrow and its letter.
    kept: Marks = {key: mark for key, mark in marks.items() if not isinstance(mark, Arrow | Text)}
    return kept, scene.bounds


def _loss(frame: Frame, palette: Palette) -> tuple[Marks, Extent]:
    """Return the loss over the epochs, with that of held-out rows, and the extent.

    A loss that falls far is given by its logarithm.
    """
    assert frame.rows is not None
    curves = [(*frame.rows.drawn_loss(SIZE[0]), palette.accent)]
    held = held_out_curve(frame.settings, frame.rows)
    if held is not None:
        curves.append((held.epochs, held.losses, palette.ink))
    every = np.concatenate([losses for _, losses, _ in curves])
    scaled = np.log10 if every.max() > 50 * every.min() > 0 else np.positive
    marks: Marks = {}
    for epochs, losses, colour in curves:
        heights = scaled(losses)
        marks["curve", colour] = Curve(epochs, heights, colour, width=2.0)
        marks["ball", colour] = Points(epochs[-1:], heights[-1:], colour, size=7.0)
    return marks, (*padded(curves[0][0], _AROUND), *padded(scaled(every), _AROUND))


def _landscape(frame: Frame, palette: Palette) -> tuple[Marks, Extent]:
    """Return the losses around the ball, over the first two parameters, and the extent."""
    parameters = frame.parameters
    assert parameters is not None
    x, y = parameters[:2].tolist()
    reach = max(2.0, 1.5 * abs(x), 1.5 * abs(y))
    away = np.linspace(-reach, reach, SIZE[1])
    u = x + away
    v = y + away
    losses = loss_grid(frame.settings, slice_plane(frame.settings, parameters, 0, 1), u, v)
    loss_map = LossMap(u, v, losses)
    ball = Points([x], [y], palette.accent, size=10.0, outline="#ffffff")
    return {**loss_map.marks(palette), "ball": ball}, loss_map.extent
