"""Exports in slices: the window goes on between them."""

import time

import pytest
from PySide6.QtCore import QObject, QTimer

from neuroviz.core.slices import finished
from neuroviz.files.writer import FileError
from neuroviz.pictures.marks import Curve, Figure
from neuroviz.pictures.render import render
from neuroviz.ui.export.queue import ExportQueue, made_apart


class Heard(QObject):
    """Hears what an export queue says."""

    def __init__(self, queue):
        super().__init__(queue)
        self.told = []
        self.failed = []
        queue.reported.connect(self.told.append)
        queue.failed.connect(self.failed.append)


@pytest.fixture
def queue(qapp):
    """Return a queue of its own."""
    parent = QObject()
    yield ExportQueue(parent)
    parent.deleteLater()


def work(log, name, slices):
    """Return work of so many slices, each long enough to be one, that says what happens to it."""
    try:
        for _ in range(slices):
            log.append(name)
            time.sleep(0.01)
            yield None
        return f"{name} done"
    finally:
        log.append(f"{name} closed")


def test_events_are_answered_between_slices_and_the_order_is_kept(queue, qtbot):
    """Something else has its turn after each slice.

    The second work begins where the first has ended.
    """
    log = []
    heard = Heard(queue)
    other = QTimer(queue, interval=0)
    other.timeout.connect(lambda: log.append("event"))
    other.start()
    queue.add("a", work(log, "a", 3))
    queue.add("b", work(log, "b", 2))
    assert queue.name == "a"
    qtbot.waitUntil(lambda: queue.name is None)
    other.stop()
    done = [entry for entry in log if entry != "event"]
    assert done == ["a", "a", "a", "a closed", "b", "b", "b closed"]
    assert all(
        "event" in log[first:second] for first, second in zip(*_places(log, "a"), strict=True)
    )
    done = ["a done", "Making b …", "b done"]
    assert heard.told == ["Making a …", "b is made after a.", *done]


def _places(log, name):
    places = [index for index, entry in enumerate(log) if entry == name]
    return places[:-1], places[1:]


def test_what_is_cancelled_is_closed_at_once_and_the_next_begins(queue, qtbot):
    """Its clean-up is done when the person has been told."""
    log = []
    heard = Heard(queue)
    queue.add("a", work(log, "a", 10**6))
    queue.add("b", work(log, "b", 1))
    qtbot.waitUntil(lambda: "a" in log)
    queue.cancel()
    assert log[-1] == "a closed"
    assert queue.name == "b"
    qtbot.waitUntil(lambda: queue.name is None)
    assert heard.told == [
        "Making a …",
        "b is made after a.",
        "Cancelled: a.",
        "Making b …",
        "b done",
    ]
    queue.cancel()
    assert len(heard.told) == 5


def test_a_failure_is_told_and_the_next_begins(queue, qtbot):
    """In its own sentence."""

    def fails():
        yield None
        raise FileError("The disk is full.")

    heard = Heard(queue)
    queue.add("a", fails())
    queue.add("b", work([], "b", 1))
    qtbot.waitUntil(lambda: queue.name is None)
    assert heard.failed == ["The disk is full."]
    assert heard.told[-3:] == ["Failed: a.", "Making b …", "b done"]


def test_another_process_draws_the_same_bytes(qtbot):
    """Of every kind; and what goes wrong there is not lost."""
    figure = Figure("<i>a</i> _b_", "x", "y", (Curve([0, 1, 2], [3.0, 1.0, 2.0], "#112233", "c"),))
    endings = (".png", ".svg", ".pdf")
    files = _with_events(made_apart("pictures.render", figure, endings, 80, 60, 60), qtbot)
    assert files == [render(figure, ending, 80, 60, 60) for ending in endings]
    with pytest.raises(RuntimeError, match="from 50 to 600 dpi"):
        _with_events(made_apart("pictures.render", figure, [".png"], 80, 60, 1), qtbot)


def _with_events(drawing, qtbot):
    results = []
    errors = []

    def over():
        try:
            next(drawing)
        except StopIteration as end:
            results.append(end.value)
        except RuntimeError as error:
            errors.append(error)
        return bool(results or errors)

    qtbot.waitUntil(over, timeout=60_000)
    if errors:
        raise errors[0]
    return results[0]


def test_work_that_is_done_at_once_is_closed_where_it_fails():
    """What it holds open does not wait for the collector."""
    log = []

    def fails():
        try:
            yield None
            raise KeyboardInterrupt
        finally:
            log.append("closed")

    with pytest.raises(KeyboardInterrupt):
        finished(fails())
    assert log == ["closed"]
