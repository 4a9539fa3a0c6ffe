from PySide6.QtCore import QObject

from neuroviz.ui.canvas.jobs import IdleJob


def slices(done, count=5):
    for index in range(count):
        done.append(index)
        yield


def test_all_slices_are_done_and_then_nothing_waits(qtbot):
    """Each slice is a turn of the event loop; at the end there is no timer left that could cost anything."""
    parent, done = QObject(), []
    work = IdleJob(lambda: slices(done), parent)
    work.start_after(0)
    assert done == []
    qtbot.waitUntil(lambda: not work.waiting)
    assert done == [0, 1, 2, 3, 4]
    qtbot.wait(20)
    assert done == [0, 1, 2, 3, 4]


def test_another_call_gives_up_what_was_begun(qtbot):
    """The work begins anew from its start."""
    parent, done = QObject(), []
    work = IdleJob(lambda: slices(done, 100), parent)
    work.start_after(0)
    qtbot.waitUntil(lambda: len(done) >= 2)
    done.clear()
    work.start_after(0)
    qtbot.waitUntil(lambda: bool(done))
    assert done[0] == 0
    work.stop()
    count = len(done)
    qtbot.wait(20)
    assert len(done) == count


def test_urgent_work_is_not_given_up(qtbot):
    """However often something moves meanwhile, until it is no longer urgent or is stopped."""
    parent, done = QObject(), []
    work = IdleJob(lambda: slices(done, 6), parent)
    work.start_after(0)
    qtbot.waitUntil(lambda: bool(done))
    work.urgent = True
    while len(done) < 6:
        work.start_after(0)
        qtbot.wait(1)
    assert done == [0, 1, 2, 3, 4, 5]
    work.stop()
    assert not work.urgent
