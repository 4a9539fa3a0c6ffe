import pytest
from PySide6.QtCore import QObject

from neuroviz.ui.canvas.jobs import Job


def slices(done, count=5):
    for index in range(count):
        done.append(index)
        yield None
    return "made"


@pytest.fixture
def job(qapp):
    """Return a job with slices as short as can be."""
    parent = QObject()
    yield Job(parent, 0.0)
    parent.deleteLater()


def test_all_slices_are_done_and_then_nothing_waits(qtbot, job):
    """Each slice is a turn of the event loop.

    What was made is told once, and nothing is left that could cost.
    """
    done, made = [], []
    job.start(slices(done), made.append, after=0)
    assert done == []
    qtbot.waitUntil(lambda: not job.running)
    qtbot.wait(20)
    assert done == [0, 1, 2, 3, 4]
    assert made == ["made"]


def test_what_is_short_is_done_before_anybody_looks(job):
    """Unless it is to wait, the first slice is done at once."""
    made, why = [], []
    job.start(slices([], 0), made.append)
    job.start((int(word) for word in "x"), made.append, why.append)
    assert made == ["made"]
    assert isinstance(why[0], ValueError)
    assert not job.running


def test_another_work_takes_the_place_of_what_was_begun(qtbot, job):
    """Nothing more is done of it, and nothing told; nor of one that is dropped."""
    done, other, made = [], [], []
    job.start(slices(done, 10**6), made.append, after=0)
    qtbot.waitUntil(lambda: len(done) >= 2)
    count = len(done)
    job.start(slices(other, 10**6), made.append, after=0)
    qtbot.waitUntil(lambda: bool(other))
    assert len(done) == count
    job.drop()
    count = len(other)
    qtbot.wait(20)
    assert len(other) == count
    assert made == []


def test_urgent_work_is_not_given_up(qtbot, job):
    """However often another is started meanwhile, until it is no longer urgent or is dropped."""
    done = []
    job.start(slices(done, 6), after=0)
    qtbot.waitUntil(lambda: bool(done))
    job.urgent = True
    while len(done) < 6:
        job.start(slices([], 6), after=0)
        qtbot.wait(1)
    assert done == [0, 1, 2, 3, 4, 5]
    job.drop()
    assert not job.urgent


def test_a_work_may_drop_itself(qtbot, job):
    """As one that finds that there is nothing to be shown."""
    done = []

    def drops():
        job.drop()
        yield None
        done.append("more")

    job.start(drops(), after=0)
    qtbot.wait(20)
    assert not job.running
    assert done == []


def test_a_number_gives_all_else_a_turn(qtbot, qapp):
    """Even 0, and however long a slice may be."""
    parent, done = QObject(), []
    job = Job(parent, 60.0)

    def work():
        done.append("before")
        yield 0.0
        done.append("after")

    job.start(work())
    assert done == ["before"]
    qtbot.waitUntil(lambda: not job.running)
    assert done == ["before", "after"]
