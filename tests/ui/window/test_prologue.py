"""The opening, as a person sees it at the very first start."""

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QImage, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis.evidence import known_start
from neuroviz.core.training.trainer import Trainer
from neuroviz.session.film_pictures import OpeningFilm
from neuroviz.ui.canvas.motion import Ease
from neuroviz.ui.export.film import film_ink
from neuroviz.ui.theme.colours import DARK, LIGHT
from neuroviz.ui.views import DataView, LandscapeView
from neuroviz.ui.window import prologue
from neuroviz.ui.window.prologue import Prologue
from tests.ui.person import KEY, LEFT

GREY = QImage.Format.Format_Grayscale8


def playing(person):
    return any(cover.isVisible() for cover in person.window.findChildren(Prologue))


def test_its_run_is_torchs_and_its_title_true():
    """Worked out without torch, step by step, and every point is right when it says so."""
    settings = Settings.opened()
    trainer = Trainer(settings)
    trainer.advance(settings.epochs)
    rows = trainer.history.rows()
    known, evidence = known_start(settings, settings.epochs)
    assert known.steps.tolist() == rows.steps.tolist()
    assert known.loss.tolist() == pytest.approx(rows.loss.tolist(), rel=1e-9)
    theta = np.stack([rows.parameter(index) for index in range(3)])
    assert np.stack([known.parameter(index) for index in range(3)]) == pytest.approx(theta, 1e-9)
    assert evidence.newest.step == settings.epochs
    z = settings.design @ theta
    right = ((z > 0) == settings.coded_targets[:, None]).all(axis=0)
    first = int(right.argmax())
    assert right[first:].all()
    film = OpeningFilm("wide", 8.0, 30, film_ink(LIGHT))
    list(film.prepare())
    told = {False: "One neuron learns AND", True: f"Every sample is right, after {first} steps"}
    for place in range(len(film.milliseconds)):
        words = film.picture(place).panes[-1].marks
        epoch = int(words["number", 0].text.replace(",", ""))
        assert words["title"].text == told[epoch >= first]


def test_a_click_ends_it_and_presses_nothing_under_it_and_run_is_pressed_at_once(
    open_window, monkeypatch
):
    person = open_window()
    monkeypatch.setattr(Ease, "reduced", False)  # as at a start, before the desktop is asked
    sample = person.frame.sample
    person.window.play_opening()
    (cover,) = person.window.findChildren(Prologue)
    assert not cover._timer.isActive()  # with reduced motion its last picture stands
    assert cover.grab().toImage() == cover.grab().toImage()
    viewport = person.plot("data").viewport()
    at = viewport.mapTo(person.window, person.place("data", 0.0, 1.0))
    QTest.mouseClick(person.window.windowHandle(), LEFT, pos=at)  # as the desktop sends it
    assert not playing(person)
    assert (person.step, person.frame.sample, person.bench.player.running) == (0, sample, False)
    person.window.play_opening()
    QTest.keyClick(person.window.windowHandle(), KEY.Key_F8)  # a shortcut
    assert (playing(person), person.step) == (False, 1)
    person.action("prologue").trigger()
    assert playing(person)
    (film,) = person.window.findChildren(Prologue)
    for theme in (DARK, LIGHT):  # as when the desktop turns dark at sunset
        person.action(f"theme_{theme.name}").trigger()
        image = film.grab().toImage().convertToFormat(GREY)  # its bits go with it
        headline = np.array(image.constBits(), dtype=int).reshape(image.height(), -1)[:110]
        assert np.ptp(headline) > 150  # in the old ink it can hardly be seen
    person.click("run")
    assert not playing(person)
    person.qtbot.waitUntil(lambda: person.step > 1)


def test_it_ends_by_itself(open_window, monkeypatch):
    """The window is as it was; "drag me" draws the eye by a pulse then, and nothing goes on.

    Whoever has dragged once sees none.
    """
    for name in ("_DROP", "_RUN", "_FLY"):
        monkeypatch.setattr(prologue, name, 0.1)
    person = open_window(plots=())
    person.action("reduced_motion").trigger()
    assert not Ease.reduced
    person.qtbot.waitUntil(lambda: person.bench.form.ruler.slider.curve is not None)
    person.qtbot.waitUntil(lambda: person.bench.views["landscape"].is_finished)
    person.settle()
    words = person.bench.views["landscape"].drag_me
    beats = []
    words.pulsed.connect(lambda: beats.append(words.beat))
    for knows in (False, True):
        words.shown = not knows
        beats.clear()
        before = person.window.grab().toImage()
        person.window.play_opening()
        assert playing(person)
        person.qtbot.waitUntil(lambda: not playing(person))
        if not knows:
            person.qtbot.waitUntil(lambda: words.beat > 0)
            assert person.window.grab().toImage() != before
        person.qtbot.waitUntil(lambda: words.beat == 0)
        assert beats == [] if knows else sorted(beats[:-1]) == beats[:-1] != []
        assert person.window.grab().toImage() == before


def test_pictures_fly_to_the_plots_that_are_seen(open_window, monkeypatch):
    """Without what was around them; what has no place there goes where it is."""
    person = open_window()
    person.window.resize(700, 480)
    person.settle()
    late = prologue._DROP + prologue._RUN + 0.95 * prologue._FLY
    monkeypatch.setattr(Prologue, "_seconds", late)
    data, land = (person.bench.view(kind) for kind in (DataView, LandscapeView))
    for plots in (["data", "landscape"], ["landscape"], ["loss"]):
        person.bench.grid.choose(plots)
        person.settle()
        person.window.play_opening()
        cover = person.window.findChild(Prologue)
        seen = QImage(cover.size(), QImage.Format.Format_ARGB32)
        seen.fill(Qt.GlobalColor.transparent)
        cover.render(seen, QPoint(), QRegion(), QWidget.RenderFlag(0))
        alpha = np.array(seen.constBits()).reshape(seen.height(), -1, 4)[..., 3]
        alpha[alpha < 30] = 0  # all else has faded further
        for each in (data.plot, land.plot, land.surface):
            if each.isVisible():
                at = cover.mapFromGlobal(each.mapToGlobal(QPoint()))
                x = max(at.x() - 6, 0)  # they are nearly there
                y = max(at.y() - 6, 0)
                own = alpha[y : at.y() + each.height() + 6, x : at.x() + each.width() + 6]
                assert own.any()
                own[:] = 0
        assert not alpha.any()
        person.press(KEY.Key_Escape)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
