"""Exports that are done in slices, one after another, so that the window keeps answering.

Figures and pages are made in a process of their own: neither importing matplotlib nor a drawing can
be cut into slices.
"""

from __future__ import annotations

import pickle
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QWidget

from neuroviz.core.slices import SLICE, Work, advance
from neuroviz.files.writer import FileError, check_writable, writing
from neuroviz.ui.canvas.jobs import one_shot
from neuroviz.ui.theme.parts import message_box

_FREED = "131072"
"""Bytes from which glibc gives memory back at once: without a number it keeps the pictures of a
film that are done with, 8 MB each, for the next ones."""


class ExportQueue(QObject):
    """Does the exports in the order in which they were asked for.

    Each exports the moment at which it was asked for.
    """

    changed = Signal()
    """Another export has begun, or the last one has ended."""
    reported = Signal(str)
    """What is being done, or was done, for the status line."""
    failed = Signal(str)
    """Why something could not be done."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: deque[tuple[str, Work[str]]] = deque()
        self._timer = one_shot(self, self._go_on)

    @property
    def name(self) -> str | None:
        """What the current export makes; None if there is none."""
        return self._waiting[0][0] if self._waiting else None

    @property
    def names(self) -> list[str]:
        """What the current export makes, and those that wait for it."""
        return [name for name, _ in self._waiting]

    def add(self, name: str, work: Work[str]) -> None:
        """Do some work as soon as the work before it is done.

        Parameters
        ----------
        name
            What it makes, as shown to the user.
        work
            Returns a sentence that says what was done; a FileError or ValueError says why it could
            not be done.
        """
        if self.name is not None:
            self.reported.emit(f"{name} is made after {self.name}.")
        self._waiting.append((name, work))
        if len(self._waiting) == 1:
            self._begin()

    def cancel(self) -> None:
        """Stop the current export, so that nothing is written, and begin the next."""
        if self._waiting:
            name, work = self._waiting.popleft()
            work.close()
            self.reported.emit(f"Cancelled: {name}.")
            self._go_over()

    def leave_off(self, work: Work[str]) -> None:
        """Stop an export, whether it is current or waiting; one that has ended stays as it is."""
        places = [place for place, (_, other) in enumerate(self._waiting) if other is work]
        if places == [0]:
            self.cancel()
        elif places:
            del self._waiting[places[0]]

    def drop(self) -> None:
        """Stop all exports, and report nothing."""
        self._timer.stop()
        while self._waiting:
            self._waiting.popleft()[1].close()

    def _go_on(self) -> None:
        _, work = self._waiting[0]
        try:
            wait = advance(work, SLICE)
        except StopIteration as done:
            self._waiting.popleft()
            self.reported.emit(done.value)
            self._go_over()
        except (FileError, ValueError) as error:
            name, _ = self._waiting.popleft()
            self.reported.emit(f"Failed: {name}.")  # replaces "Making …"
            self.failed.emit(str(error))
            self._go_over()
        except BaseException:
            self._waiting.popleft()
            self._go_over()
            raise
        else:
            self._timer.start(round(1000 * wait))

    def _go_over(self) -> None:
        self._timer.stop()
        if self._waiting:
            self._begin()
        else:
            self.changed.emit()

    def _begin(self) -> None:
        self.changed.emit()
        self.reported.emit(f"Making {self.name} …")
        self._timer.start(0)


Check = Callable[[Path], object]
"""Raises a FileError if it rejects a path."""


def written(path: Path, parts: Work[list[bytes]], check: Check = check_writable) -> Work[str]:
    """Write the file whose parts some work makes, and return a sentence that says so.

    Parameters
    ----------
    check
        Rejects the path with a FileError, before the work begins.

    Raises
    ------
    FileError
        If the file cannot be written.
    """
    check(path)
    return f"Written: {(yield from writing(path, (yield from parts)))}."


class _StillWriting(QObject):
    """Keeps the words of a box true, and takes it away when nothing is being written any more."""

    def __init__(self, box: QMessageBox, queues: Sequence[ExportQueue]) -> None:
        super().__init__(box)
        self._box = box
        self._queues = queues
        for queue in queues:
            queue.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        names = ", ".join(name for queue in self._queues for name in queue.names)
        if not names:
            self._box.reject()
            return
        lost = "Quitting now stops it, and nothing of it is kept."
        self._box.setText(f"Still being written: {names}. {lost}")


def may_stop(queues: Iterable[ExportQueue], window: QWidget, go_on: Callable[[], object]) -> bool:
    """Return whether no export is going on; otherwise ask whether it may be lost.

    The question goes away with what it asks about.

    Parameters
    ----------
    go_on
        Is called once all exports are stopped; whoever wanted to stop then asks again, and may.
    """
    busy = [queue for queue in queues if queue.name is not None]
    if not busy:
        return True
    if window.findChild(QMessageBox, "export_going") is not None:
        return False
    box = message_box(window, QMessageBox.Icon.Question, "export_going", "Still writing", "")
    _StillWriting(box, busy)
    wait = box.addButton("Wait", QMessageBox.ButtonRole.RejectRole)
    stop = box.addButton("Stop and quit", QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(wait)
    box.setEscapeButton(wait)

    def on_clicked(button: QAbstractButton) -> None:
        if button is stop:
            for queue in busy:
                queue.drop()
            go_on()

    box.buttonClicked.connect(on_clicked)
    box.open()
    return False


_LOOK = 0.01
"""Seconds between two checks whether the process is done."""
_CODE = (
    "import sys; sys.path[:] = {!r}; from neuroviz.core.signals import end_with_parent; "
    "end_with_parent(); from neuroviz.{} import {} as draw; draw()"
)


def made_apart(module: str, *asked: object) -> Work[list[bytes]]:
    """Have `main` of a module, which reads the arguments, make the bytes of files in a process.

    If the work is stopped, so is the process.

    Raises
    ------
    RuntimeError
        If the process failed; the message holds what it wrote.
    """
    with child(python_words(module, "main")) as process:
        process.write(pickle.dumps(asked))
        process.closeWriteChannel()
        while process.state() != QProcess.ProcessState.NotRunning:
            yield _LOOK
        if said := complaint_of(process):
            raise RuntimeError(f"The process that draws figures failed: {said}")
        files: list[bytes] = pickle.loads(process.readAllStandardOutput().data())
        return files


def complaint_of(process: QProcess) -> str:
    """Return what a process wrote that has failed, or what Qt says of it; empty if it has not."""
    if process.exitStatus() == QProcess.ExitStatus.NormalExit and not process.exitCode():
        return ""
    said = bytes(process.readAllStandardError().data()).decode(errors="replace")
    return said.strip() or process.errorString()


def python_words(module: str, function: str) -> list[str]:
    """Return the command that calls a function of a module in a process of its own."""
    return [sys.executable, "-c", _CODE.format(sys.path, module, function)]


@contextmanager
def child(words: Sequence[str]) -> Iterator[QProcess]:
    """Start a process by the words of its command, and end it in any case."""
    process = QProcess()
    environment = QProcessEnvironment.systemEnvironment()
    environment.insert("MALLOC_TRIM_THRESHOLD_", _FREED)
    process.setProcessEnvironment(environment)
    process.start(words[0], list(words[1:]))
    try:
        yield process
    finally:
        if process.state() != QProcess.ProcessState.NotRunning:
            process.kill()
            process.waitForFinished()
