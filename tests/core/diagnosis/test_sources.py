"""Each claim of theory names where it can be read; what was only seen names nothing."""

import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis.evidence import evidence_of
from neuroviz.core.diagnosis.states import diagnose
from neuroviz.core.training.trainer import Trainer

AND = {"task": "and", "activation": "identity", "loss": "mse"}
WIDE = {"task": "and", "activation": "identity", "loss": "mse", "batch_size": 1}


@pytest.mark.parametrize(
    ("state", "source", "steps", "choices"),
    [
        ("diverging", "goh_2017", 20, {"task": "line", "learning_rate": 0.1}),
        (
            "diverging",
            "goh_2017",
            60,
            {"task": "line", "learning_rate": 0.2, "optimizer": "momentum"},
        ),
        (
            "diverging",
            "cohen_2021, appendix B",
            60,
            {"task": "line", "learning_rate": 0.1, "optimizer": "nesterov"},
        ),
        ("diverging", "horn_2013, theorem 5.6.12", 40, {**WIDE, "learning_rate": 3.0}),
        (
            "diverging",
            "boyd_2004, section 3.1",
            40,
            {**AND, "breaks": ("ascent",), "learning_rate": 0.3},
        ),
        ("overflow", "goh_2017", 4000, {"task": "line", "learning_rate": 0.2}),
        ("dead", "lu_2020", 5, {"task": "weather"}),
        ("flat", "bishop_2006, section 4.1.7", 0, {"task": "and_by_hand"}),
        ("flat", "bishop_2006, section 4.3.4", 5, {"task": "and", "loss": "cross_entropy"}),
        ("impossible", "bishop_2006, exercise 4.1", 3000, {"task": "xor"}),
        ("converged", "hastie_2009, section 3.2", 4000, {"task": "double", "learning_rate": 0.05}),
        ("converged", "albert_1984", 20, {"task": "and", "learning_rate": 1e9}),
        ("learning", "albert_1984", 100, {"task": "and", "learning_rate": 5.0}),
        ("learning", "", 20, {"task": "line", "learning_rate": 0.01}),
        ("not started", "", 0, {"task": "and"}),
    ],
)
def test_what_a_claim_rests_on(state, source, steps, choices):
    """The optimizer's own theory where the limit is passed.

    Nothing where the last epochs are told.
    """
    trainer = Trainer(Settings(**choices))
    trainer.advance(steps)
    said = diagnose(evidence_of(trainer))
    assert (said.state, said.source) == (state, source)
