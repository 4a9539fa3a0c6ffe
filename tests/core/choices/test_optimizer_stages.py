import unicodedata

import numpy as np
import pytest

from neuroviz.core.choices.optimizer_stages import Update, UpdateStage, number_of
from neuroviz.core.choices.optimizers import OPTIMIZERS
from tests.core.shown import worked_out
from tests.core.their_optimizers import THEIRS
from tests.for_each import for_each


def update_of(name: str) -> Update:
    """Return an update by hand, whose new state and parameters follow from the written rule."""
    h = {row.name: float(row.default or 0) for row in OPTIMIZERS[name].hyperparameters}
    theta, grad = np.array([1.0, -2.0]), np.array([0.3, -0.5])
    state = np.array([[0.1, -0.4], [0.2, 0.7]])[: len(OPTIMIZERS[name].state)]
    return Update(theta, grad, state, theta + 7, state + 5, 0.25, h, 3, print)


@for_each("name", THEIRS)
def test_every_pattern_is_its_formula(name: str) -> None:
    """The numbers put into the pattern, worked out, are the stage's own.

    Its ends are given by the run.
    """
    update = update_of(name)
    for stage in OPTIMIZERS[name].stages(update):
        assert stage.pattern.count("{}") == len(stage.operands)
        if stage.symbol in (*OPTIMIZERS[name].state.values(), "θ"):
            continue
        for parameter in range(2):
            text = stage.pattern.format(*map(repr, stage.operands_of(parameter)))
            assert worked_out(text) == pytest.approx(stage.of(parameter), rel=1e-14), stage


@for_each("name", THEIRS)
def test_the_ends_are_those_of_the_run(name: str) -> None:
    """State and parameters are what the run has, and know what they were before."""
    update = update_of(name)
    stages = OPTIMIZERS[name].stages(update)
    kept = [stage for stage in stages if stage.symbol in OPTIMIZERS[name].state.values()]

    assert [stage.values.tolist() for stage in kept] == update.new_state.tolist()  # type: ignore[union-attr]
    assert [stage.before.tolist() for stage in kept] == update.state.tolist()  # type: ignore[union-attr]
    assert stages[-1].symbol == "θ"
    assert stages[-1].values is update.new_parameters
    assert stages[-1].before is update.parameters


def test_one_number_stands_for_all_parameters() -> None:
    """A scalar is every parameter's; beyond the parameters there is none."""
    stage = UpdateStage("c", "correction", "1 − βᵗ", 0.5, operands=(2.0, np.array([3.0, 4.0])))
    assert [stage.of(0), stage.of(5)] == [0.5, 0.5]
    assert stage.operands_of(1) == (2.0, 4.0)
    with pytest.raises(IndexError):
        number_of(np.array([1.0]), 1)


@for_each("name", THEIRS)
def test_no_accent_stands_beside_its_letter(name: str) -> None:
    """Each is one character with its letter: most fonts drop a hat that is to be put over an m."""
    update = update_of(name)
    written = [OPTIMIZERS[name].formula]
    written += [
        text for stage in OPTIMIZERS[name].stages(update) for text in (stage.symbol, stage.formula)
    ]
    assert not any(map(unicodedata.combining, "".join(written)))
