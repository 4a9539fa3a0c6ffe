"""What stands still in the diagram."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication, QGraphicsScene

from neuroviz.core.anatomy.anatomy import Anatomy
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.training.trainer import Trainer
from neuroviz.pictures.neuron.batch import fitted_table, head_text, line_text, place_table
from neuroviz.pictures.neuron.fit import Metrics, laid_out
from neuroviz.pictures.neuron.layout import Layout, place
from neuroviz.pictures.neuron.numbers import whole_name
from neuroviz.ui.theme.colours import LIGHT
from neuroviz.ui.theme.theme import numeric_font
from neuroviz.ui.views.neuron.diagram import _font, _measure
from neuroviz.ui.views.neuron.items import BoxedText
from neuroviz.ui.views.neuron.structure import add_structure, backward_items
from tests.pictures.neuron.test_fit import measure


def laid(inputs: int, width: float = 900, height: float = 220) -> Layout:
    """Return a layout."""
    plan = laid_out(width, height, inputs, measure)
    return place(width, height, tuple(range(plan.shown)), inputs, plan)


def texts(settings: Settings, layout: Layout) -> list[str]:
    """Return what is written."""
    scene = QGraphicsScene()
    add_structure(scene, settings, layout, numeric_font(), LIGHT)
    return [item.whole_text() for item in scene.items() if isinstance(item, BoxedText)]


def test_everything_has_its_name(qapp: QApplication) -> None:
    """Inputs, weights, shapes and the backward numbers."""
    written = texts(Settings("and"), laid(2))
    expected = {
        "x₁",
        "x₂",
        "w₁",
        "w₂",
        "b",
        "Σ",
        "z",
        "target y",
        "Sigmoid",
        "∂ℓ/∂z",
        "∂ŷ/∂z",
        "∂ℓ/∂ŷ",
        "∂ℓ/∂b =",
    }
    assert {
        *expected,
        "∂ℓ/∂w₁ =",
        "∂ℓ/∂w₂ =",
        "=",
        "×",
        "weight × input",
        "output ŷ",
        "loss ℓ",
    } <= set(written)
    narrow = texts(Settings("and"), laid(2, 520, 124))
    assert {"x₁", "w₁", "Σ", "z", "y", "loss", "∂ℓ/∂z", "∂ŷ/∂z", "∂ℓ/∂ŷ", "∂ℓ/∂w"} <= set(narrow)


def test_inputs_of_own_data_have_their_names(qapp: QApplication) -> None:
    """Their names stand where there is room; the column beside them is made wider for it."""
    data = Dataset(np.eye(2), np.arange(2.0), False, ("living area in m²", "rooms"))
    settings = Settings(data=data)

    def measured(size: int) -> Metrics:
        return replace(measure(size), name=8.0 * size)

    for width, height, expected in ((900, 220, {"living area i…", "rooms"}), (560, 124, {"Σ"})):
        plan = laid_out(width, height, 2, measured)
        written = texts(settings, place(width, height, (0, 1), 2, plan))
        assert expected <= set(written), (width, written)


def test_short_names_stay_names_in_every_room(qapp: QApplication) -> None:
    """Beside the side column at 1024 pixels too, cut where need be.

    Whoever asks is told the whole name.
    """
    settings = Settings(data=Dataset(np.eye(2), np.arange(2.0), False, ("size", "rooms")))
    for width in range(570, 900, 6):
        plan = laid_out(width, 165, 2, _measure(settings))
        scene = QGraphicsScene()
        add_structure(scene, settings, place(width, 165, (0, 1), 2, plan), numeric_font(), LIGHT)
        shown = [item.text() for item in scene.items() if isinstance(item, BoxedText)]
        assert plan.width <= width
        assert [text for text in shown if text.startswith("si")], (width, shown)
        assert "x₂" not in shown
    assert whole_name(("input", 1), settings) == "x₂, rooms"


def test_the_table_of_the_batch_has_every_sample_and_its_inputs(qapp: QApplication) -> None:
    """All of AND between four plots at 1440x900, with penalties.

    Own data with their names, and no number cut.
    """
    settings = Settings("and", l1=0.02, l2=0.01)
    assert fitted_table(710, 122, settings, _measure(settings)).samples == 4
    inputs = np.array([[-0.598, -0.614], [-0.123, 0.0767], [1.7, 1.46]])
    settings = Settings(data=Dataset(inputs, np.arange(3.0), False, ("size", "rooms")))
    for width in (600, 740):
        plan = fitted_table(width, 260, settings, _measure(settings))
        table = place_table(width, 260, range(plan.shown), settings, plan)
        trainer = Trainer(settings)
        anatomy = Anatomy(settings, trainer.history.newest, trainer.hyperparameters())
        room = QFontMetricsF(_font(plan.metrics.size)).horizontalAdvance
        texts = [
            line_text(f"line {row}", settings, anatomy, moved=False, more=0) for row in range(3)
        ]
        assert texts == ["(−0.598, −0.614)", "(−0.123, 0.0767)", "(1.7, 1.46)"]
        assert all(room(text) <= table.names[f"line {row}"].width for row, text in enumerate(texts))
        assert (head_text("inputs", settings), "inputs" in table.heads) == ("size, rooms", True)
        assert max(box.right for box in table.slots.values()) <= width


def test_many_inputs_say_how_many_more(qapp: QApplication) -> None:
    """The folded ones are counted."""
    layout = laid(100)
    more = 100 - (len(layout.rows) - 1)
    assert f"… {more} more, sum of w·x" in texts(Settings("spam"), layout)


@pytest.mark.parametrize(("width", "height"), [(498, 124), (900, 220), (1380, 380)])
def test_the_backward_path_goes_left(qapp: QApplication, width: float, height: float) -> None:
    """From under the loss to the rows, inside the room."""
    layout = laid(2, width, height)
    for item in backward_items(layout, LIGHT):
        place = item.path().boundingRect()
        assert place.left() >= layout.rows[0].cell.x
        assert place.right() <= layout.shapes["loss"].right
        assert place.bottom() <= height


def test_the_caption_is_the_name_without_its_remark(qapp: QApplication) -> None:
    """There is no room for "Step (by hand)" under its box, and "Step" says as much."""
    written = texts(Settings("and_by_hand"), laid(2))
    assert "Step" in written
    assert not any("(" in text for text in written)
