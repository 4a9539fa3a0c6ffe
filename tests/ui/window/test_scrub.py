"""Dragging along a run.

Nothing that takes long is claimed while it is being worked out, and at rest all agrees.
"""

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import hessian_at
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.diagnosis.evidence import evidence_of
from neuroviz.core.diagnosis.states import diagnose
from neuroviz.core.numbers import format_number
from tests.session.fresh import fresh

STEP = 1555


def test_words_of_a_far_step_come_when_the_drag_rests(open_window, qtbot):
    """Many steps have to be taken again for them.

    Until then they claim nothing, and then what a fresh run says.
    """
    settings = Settings("spam", batch_size=1, shuffle=True, epochs=10**6)
    window = open_window(settings, plots=("data", "loss")).window
    window.bench.session.advance(3_000)
    window.bench.session.run.trainer.history.shrink(64)
    window.bench.frame_dispatcher.now()
    said = window.bench.status_bar.sentence.text()
    window.bench.timeline.slider.setSliderDown(True)
    window.bench.timeline.slider.setValue(STEP)
    qtbot.waitUntil(lambda: window.bench.session.frame().step == STEP)
    assert window.bench.views["loss"].frame.step == STEP
    qtbot.waitUntil(lambda: window.bench.status_bar.state.text() == "Looking back")
    assert window.bench.status_bar.sentence.text() != said
    qtbot.waitUntil(lambda: window.bench.status_bar.state.text() != "Looking back")
    expected = diagnose(evidence_of(fresh(settings, (), STEP)))
    assert window.bench.status_bar.state.text() == expected.headline
    said = window.bench.status_bar.sentence.toolTip() or window.bench.status_bar.sentence.text()
    assert said.split(". ")[0].lower() in expected.sentence.lower()
    assert f"step {STEP:,}" in window.bench.timeline.where.text()
    window.bench.timeline.slider.setSliderDown(False)
    assert window.bench.status_bar.state.text() == expected.headline


def test_the_curvature_of_many_weights_comes_when_nothing_moves(open_window, qtbot):
    """While the run goes on there is a dash in its place, never that of another step."""
    inputs = np.random.default_rng(0).standard_normal((300, 150))
    settings = Settings(
        "spam", data=Dataset(inputs, (inputs.sum(axis=1) > 0).astype(float), classes=True)
    )
    window = open_window(settings).window
    closed = window.bench.form.more_settings.sections[0].header
    for _ in range(2):
        window.bench.session.advance(50)
        window.bench.frame_dispatcher.follow(window.bench.session.frame())
        window.bench.form.ruler.show_frame(window.bench.session.frame())
        assert closed.accessibleDescription() == "λ max —"
    parameters = window.bench.session.frame().parameters
    qtbot.waitUntil(lambda: closed.accessibleDescription() != "λ max —")
    eigenvalues = np.linalg.eigvalsh(hessian_at(settings, parameters))
    greatest = format_number(float(eigenvalues[-1]))
    assert closed.accessibleDescription() == f"λ max {greatest}"
