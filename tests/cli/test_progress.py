import io
import time

import pytest

from neuroviz.cli import output
from neuroviz.cli.output import Progress, bar, duration


class Terminal(io.StringIO):
    """A text stream that says it is a terminal."""

    def isatty(self):
        return True


def test_bar():
    """The bar has share, rate and time left, and fits a line."""
    text = bar(2_500, 10_000, 5.0)
    assert text == "[#######.......................]  25%  500 epochs/s  15 s left"
    assert len(bar(1, 10**12, 1e-3)) < 80


def test_no_rate_yet():
    """Before the first epoch there is no time left to tell."""
    assert bar(0, 10, 2.0).endswith("0 epochs/s  ? left")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (61, "1 min 1 s"), (3_660, "1 h 1 min"), (90_000, "1 d 1 h")],
)
def test_duration(seconds, text):
    """A time span is told in the units that matter."""
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("stream", "waited", "drawn"),
    [(Terminal, 1.1, True), (Terminal, 0.9, False), (io.StringIO, 9.0, False)],
)
def test_drawn_only_when_it_lasts_and_somebody_watches(stream, waited, drawn, monkeypatch):
    """The bar appears after a second on a terminal only, and is wiped away."""
    monkeypatch.setattr(output.sys, "stderr", stream())
    began = time.perf_counter()
    monkeypatch.setattr(output.time, "perf_counter", lambda: began)
    with Progress(lambda done, seconds: f"{done / 10:.0%} {seconds:.1f} s") as watched:
        later = began + waited
        monkeypatch.setattr(output.time, "perf_counter", lambda: later)
        watched.update(5.0)
    written = output.sys.stderr.getvalue()
    assert (f"50% {waited} s" in written) == drawn
    assert written.endswith("\r\x1b[K") == drawn
