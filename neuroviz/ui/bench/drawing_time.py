"""What there is time for while a run goes on: which moments are read, and which views drawn."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer

from neuroviz.core.slices import CostLimiter
from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.card import Card

_STANDS = 0.12
"""Least seconds that a number stands: nobody reads one that changes more often."""
_SLOW = 0.04
"""Seconds from one step to the next from which on each is seen and read by itself."""
_SHARE = 0.15
"""Share of the time that reading may take with all that is painted for it, since eigenvalues of
many inputs take long, and so does a picture of many neurons."""
_DRAWING = 0.008
"""Seconds that views may take of a moment at full speed; where all take longer, they take turns."""
_SMOOTHING = 0.2
"""Weight of the last moment in the running mean of what a view costs."""


class ReadThrottle(CostLimiter):
    """Decides which few moments of a run that goes on are read.

    Use it as a context manager around the showing of a moment.

    Parameters
    ----------
    show
        Shows a moment everywhere; called for the last moment, if no other follows soon and the
        parent still exists.
    clock
        Returns seconds; it never goes back.
    """

    _reads = False
    """Whether the last moment was read."""
    _frame: Frame | None = None

    def __init__(
        self,
        show: Callable[[Frame], None],
        parent: QObject | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        super().__init__(_SHARE, clock)
        self._show = show
        self._came = -math.inf
        self._last = QTimer(parent, singleShot=True, interval=round(1000 * _STANDS))
        self._last.timeout.connect(self._show_last)

    def is_read(self, frame: Frame, drawing: float = 0.0) -> bool:
        """Return whether a moment of a run that goes on is to be read, rather than only watched.

        Parameters
        ----------
        drawing
            Seconds that the last moment takes with its painting; 0 where that is not known.
        """
        now = self._clock()
        if drawing and self._reads:
            self.count(drawing)
        self._reads = False
        since = now - self._came
        self._came = now
        before = self._frame or frame
        self._frame = frame
        self._last.start()
        single = since >= _SLOW and frame.newest_step - before.newest_step <= 1
        if single and self.cost <= since / 2:
            return True
        return now - self._began >= _STANDS and self.due()

    def correct(self, frame: Frame) -> None:
        """Take this in place of the last moment, if that has not been read yet."""
        if self._last.isActive():
            self._frame = frame

    def __enter__(self) -> None:
        self._last.stop()
        self._reads = True
        super().__enter__()

    def _show_last(self) -> None:
        if self._frame is not None:
            self._show(self._frame)


class ViewTurns:
    """Lets views take turns where all of them together take longer than a moment has.

    All get as much time, so that costly ones are drawn more seldom.
    """

    _least = 0.0
    """What the last one to be first had used: one that stood still does not catch up."""

    def __init__(self) -> None:
        self._drawn: list[Card] = []
        """Those that have followed the last moment."""
        self._costs: dict[Card, float] = defaultdict(float)
        """Seconds that each takes, with its painting."""
        self._used: dict[Card, float] = defaultdict(float)
        """Seconds that each has used of the time that they share equally."""
        self.unread: dict[Card, Frame] = {}
        """What some views have still to read, as the panels have read it a moment ago."""

    @property
    def unread_cost(self) -> float:
        """Seconds that those take that have still to read a moment."""
        return sum(self._costs[view] for view in self.unread)

    def take(self, views: Iterable[Card], frame: Frame, *, hurries: bool) -> None:
        """Show a moment in all views, or in those for which there is time.

        Those come first that have still to read an earlier moment.
        """

        def turn(view: Card) -> tuple[bool, float]:
            return view not in self.unread, self._used[view]

        seconds = _DRAWING if hurries else math.inf
        for view in sorted(views, key=turn):
            cost = self._costs[view]
            if cost > seconds and self._drawn:
                continue
            if read := self.unread.pop(view, None):
                view.show_frame(read)
            if not (read or view.follow(frame)):
                continue
            used = max(self._used[view], self._least)
            if not self._drawn:
                self._least = used
            self._used[view] = used + cost
            self._drawn.append(view)
            seconds -= cost

    def weigh(self, seconds: float) -> None:
        """Learn what each view costs from what those took that followed the last moment.

        Qt paints all of them together. ``seconds`` is 0 where nothing was measured.
        """
        missed = seconds - sum(self._costs[view] for view in self._drawn)
        for view in self._drawn if seconds else ():
            part = _SMOOTHING * missed / len(self._drawn)
            self._costs[view] = max(self._costs[view] + part, 0.0)
        self._drawn = []
