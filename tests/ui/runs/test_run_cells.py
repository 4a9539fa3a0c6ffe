"""How an entry of the list looks."""

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor

from neuroviz.core.choices.settings import Settings
from neuroviz.pictures.palette import run_style
from neuroviz.session.session import Session
from neuroviz.ui.runs.panel import RunList
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import DARK, LIGHT


@pytest.fixture
def show(qapp, qtbot):
    """Return a function that shows the list of a session."""

    def shown(session, width=320):
        view = RunList()
        qtbot.addWidget(view)
        view.resize(width, 500)
        view.show()
        view.show_frame(session.frame())
        return view

    return shown


def of_rates(*rates, **choices):
    """Return a session with a pinned run of each rate; the last is the active one."""
    session = Session(Settings("and", learning_rate=rates[0], **choices))
    session.prepare()
    session.pin()
    for rate in rates[1:]:
        session.advance(1)
        session.reset()
        session.apply(session.settings.replace(learning_rate=rate))
        session.pin()
    return session


def picture(view, row):
    """Return what is drawn of an entry."""
    return view.viewport().grab(view.visualRect(view.runs.index(row))).toImage()


def amount(image, colour, within):
    """Return how many pixels have just this colour."""
    wanted = QColor(colour).rgb()
    return sum(
        image.pixel(x, y) == wanted
        for x in range(within.left(), within.right())
        for y in range(within.top(), min(within.bottom(), image.height()))
    )


SWATCH = QRect(32, 0, 32, 32)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_swatch_has_the_runs_colour(show, undressed, theme):
    """Each run its own, and the active one the accent, as in the plots; a hidden one is faint."""
    session = of_rates(1.0, 2.0, 3.0)
    session.show_run(session.frame().runs[1].number, visible=False)
    themes.apply(undressed, theme)
    view = show(session)
    styles = [run_style(run.slot) for run in session.frame().runs]
    own = [style.colour if theme is LIGHT else style.colour_dark for style in styles]
    assert amount(picture(view, 0), own[0], SWATCH) > 40
    assert amount(picture(view, 1), own[1], SWATCH) == 0
    assert amount(picture(view, 2), theme.accent, SWATCH) > 40


def test_shapes_differ(show):
    """Colour is not the only sign: no two swatches cover the same pixels."""
    session = Session(Settings("and"))
    session.prepare()
    session.race(
        [(str(i), session.settings.replace(learning_rate=0.1 * (i + 1))) for i in range(6)]
    )
    session.apply(Settings("line"))
    view = show(session)
    ground = QColor(LIGHT.card).rgb()
    covered = set()
    for row in range(6):
        image = picture(view, row)
        covered.add(tuple(image.pixel(x, y) == ground for x in range(32, 64) for y in range(8, 26)))
    assert len(covered) == 6


def test_an_entry_is_as_high_as_its_words(show):
    """Differences wrap; long ones are cut, and the list stays usable."""
    short = show(of_rates(1.0, 2.0), width=240)
    one_line = short.visualRect(short.runs.index(0)).height()
    session = of_rates(1.0, 2.0)
    session.apply(
        Settings(
            "line", optimizer="adamw", batch_size=2, schedule="cosine", weights=(1.0,), bias=2.0
        )
    )
    session.pin()
    view = show(session, width=240)
    tall = view.visualRect(view.runs.index(0)).height()
    line = view.fontMetrics().lineSpacing()
    assert one_line + line < tall <= one_line + 3 * line
    view.resize(1200, 500)
    view.grab()
    assert view.visualRect(view.runs.index(0)).height() < tall


def test_a_single_run_differs_from_none(show):
    """It has a line less."""
    alone, two = show(of_rates(1.0)), show(of_rates(1.0, 2.0))
    heights = [view.visualRect(view.runs.index(0)).height() for view in (alone, two)]
    assert heights[0] < heights[1]


def test_a_stopped_run_is_marked(show):
    """In the colours of what went wrong, beside its name."""
    session = Session(Settings("line", learning_rate=0.5))
    session.prepare()
    session.advance(5000)
    session.pin()
    session.apply(Settings("and"))
    view = show(session)
    image = picture(view, 0)
    beside = QRect(64, 0, image.width() - 64, 32)
    assert amount(image, LIGHT.bad.background, beside) > 100
