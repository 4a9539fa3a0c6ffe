"""The scene of the neuron: what a person sees in it."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QApplication

from neuroviz.pictures.neuron.fit import laid_out
from neuroviz.pictures.neuron.layout import place
from neuroviz.pictures.neuron.numbers import Slot, numbers_of
from neuroviz.session.frame import Frame
from neuroviz.ui.theme.colours import LIGHT
from neuroviz.ui.theme.theme import numeric_font
from neuroviz.ui.views.neuron.items import BoxedText
from neuroviz.ui.views.neuron.scene import NeuronScene
from tests.pictures.neuron.test_fit import measure
from tests.ui.views.neuron.moments import moment


def drawn(frame: Frame) -> NeuronScene:
    """Return the scene of a moment."""
    settings, anatomy, sample = frame.settings, frame.anatomy, frame.selection.sample or 0
    inputs = settings.dataset.width
    plan = laid_out(900, 220, inputs, measure)
    shown = tuple(range(plan.shown))
    font = numeric_font()
    font.setPointSize(8)
    scene = NeuronScene(settings, place(900, 220, shown, inputs, plan), (900, 220), font, LIGHT)
    scene.draw(
        numbers_of(anatomy, frame.phase, sample, shown, inputs), anatomy, frame.phase, sample
    )
    return scene


def colour(scene: NeuronScene, slot: Slot) -> str:
    """Return the colour of a number."""
    return scene.texts[slot].brush().color().name()


def test_backward_numbers_are_red(qapp: QApplication) -> None:
    """The others are not; what is not known is quiet."""
    scene = drawn(moment(sample=1))
    assert colour(scene, ("grad", 0)) == colour(scene, ("loss_by_output", None)) == LIGHT.error
    assert colour(scene, ("output", None)) == LIGHT.ink
    scene = drawn(moment(phase="forward", sample=1))
    assert colour(scene, ("grad", 0)) == LIGHT.muted
    assert scene.texts["grad", 0].text() == "—"


def test_the_update_is_no_backward_number(qapp: QApplication) -> None:
    """The change is called so, and is not red; over it stands the batch's gradient."""
    scene = drawn(moment(phase="update"))
    assert colour(scene, ("change", 0)) == LIGHT.ink
    assert colour(scene, ("grad", 0)) == LIGHT.error
    written = [item.text() for item in scene.items() if isinstance(item, BoxedText)]
    assert {"change", "mean of 4: ∂L/∂b ="} <= set(written)


@pytest.mark.parametrize("phase", ["forward", "loss", "zero_grad", "backward", "update"])
def test_every_part_has_its_ground(qapp: QApplication, phase: str) -> None:
    """What the part has just computed is marked, elsewhere nothing."""
    for at, empty in ((phase, False), (None, True)):
        scene = drawn(moment(phase=at, sample=1))
        (ground,) = (item for item in scene.items() if item.zValue() == 1.5)
        assert ground.path().isEmpty() == empty


@pytest.mark.parametrize("task", ["and", "line", "weather", "spam"])
def test_long_numbers_do_not_overlap(qapp: QApplication, task: str) -> None:
    """Whatever stands in the slots, no text touches another."""
    scene = drawn(moment(task))
    slots = scene.layout_.slots
    for slot, item in scene.texts.items():
        in_its_place = slot[0] == "change" and slots[slot] == slots["grad", slot[1]]
        item.show_text("" if in_its_place else "-8e-888", LIGHT.ink)
    texts = [item for item in scene.items() if isinstance(item, BoxedText) and item.text()]
    for one, two in combinations(texts, 2):
        common: QRectF = one.sceneBoundingRect().intersected(two.sceneBoundingRect())
        assert common.width() < 1.5 or common.height() < 4, (one.text(), two.text())


def test_only_what_changed_is_written(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same moment again writes nothing."""
    frame = moment(sample=1)
    scene = drawn(frame)
    written: list[str] = []
    monkeypatch.setattr(BoxedText, "_write", lambda _, text: written.append(text))
    numbers = numbers_of(frame.anatomy, None, 1, (0, 1), 2)
    scene.draw(numbers, frame.anatomy, None, 1)
    assert written == []
