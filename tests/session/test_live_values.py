"""Numbers of the moment in explanations: those that the frame, or a closed form, gives."""

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.glossary import Term
from neuroviz.core.numbers import format_number
from neuroviz.files.glossary import load_glossary
from neuroviz.session.live_values import sentences, sources
from neuroviz.session.session import Session
from tests.for_each import for_each
from tests.session.fresh import ready

GLOSSARY = load_glossary()


def moment(steps=0, **choices):
    session = ready(Settings(**choices), steps)
    return session.frame()


def test_the_condition_number_of_the_line_by_hand():
    """From the eigenvalues of 2/N·X̃ᵀX̃, which is all that a quadratic loss has."""
    x = np.arange(1.0, 7.0)
    rows = np.column_stack((x, np.ones(6)))
    low, high = np.linalg.eigvalsh(2 / 6 * rows.T @ rows)
    assert sentences(GLOSSARY["condition number"], moment(task="line")) == (
        f"Now {format_number(high)}/{format_number(low)} = {format_number(high / low)}."
    )
    assert (
        sentences(GLOSSARY["limit"], moment(task="line"))
        == f"Now {format_number(2 / high)} (2/λmax)."
    )


def test_numbers_follow_the_run():
    """The loss and the epoch of this moment, not of the start."""
    frame = moment(7, task="and", learning_rate=1.0)
    assert frame.current_loss is not None
    assert sentences(GLOSSARY["loss"], frame).startswith(
        f"Now it is {format_number(frame.current_loss)} "
    )
    assert sentences(GLOSSARY["step"], frame) == "This is step 7; an epoch has 1 step."


@for_each(
    ("name", "choices"),
    [
        ("momentum", {}),
        ("limit", {"optimizer": "adam", "learning_rate": 0.1}),
        ("threshold", {"task": "line"}),
        ("blows up", {}),
        ("period", {}),
    ],
)
def test_what_does_not_apply_is_not_said(name, choices):
    """A number of another optimizer or schedule, or one that theory has not."""
    assert sentences(GLOSSARY[name], moment(**{"task": "and", **choices})) == ""


def test_of_a_loss_that_is_not_chosen_only_what_holds_in_any_run_is_said():
    told = [sentences(GLOSSARY["binary cross-entropy"], moment(task=t)) for t in ("and", "line")]
    assert told[0] == f"Now it is 0.5713. {told[1]}"
    assert told[1].startswith("Of a good loss: ✓ never below 0, ")


def test_a_sentence_without_its_number_leaves_the_others():
    """The learning rate is known where its limit is not."""
    frame = moment(task="and", optimizer="adam", learning_rate=0.25)
    assert sentences(GLOSSARY["learning rate"], frame) == "Now it is 0.25."


def test_a_limit_that_moves_with_the_weights_is_that_of_here_and_now():
    """AND recovers from a rate far above it; on the line it holds for ever."""
    here = sentences(GLOSSARY["learning rate"], moment(task="and"))
    assert "Above 5.195 a step from here overshoots" in here
    line = sentences(GLOSSARY["learning rate"], moment(task="line"))
    assert line.endswith(" The limit is 0.06256.")


def test_nothing_is_asked_of_a_frame_without_torch():
    """Before torch is loaded only the settings are known."""
    frame = Session(Settings("line")).frame()
    for term in GLOSSARY.values():
        said = sentences(term, frame)
        assert "None" not in said
    assert sentences(GLOSSARY["sample"], frame) == "Here: 6 samples."
    assert sentences(GLOSSARY["loss"], frame) == ""


def test_where_the_curvature_is_not_finite_nothing_is_said_of_it():
    """A run that has blown up has none."""
    frame = moment(200, task="line", learning_rate=5.0)
    assert sentences(Term("x", "", today=("Now {curvature_max}.", "Step {step}.")), frame).endswith(
        f"Step {frame.step:,}."
    )


def test_a_claim_of_theory_brings_its_source():
    """Above the limit that of the optimizer in force; a state that is not the run's brings none."""
    frame = moment(30, task="line", learning_rate=0.2)
    assert frame.diagnosis.state == "diverging"
    assert sources(GLOSSARY["diverging"], frame) == ("goh_2017",)
    assert sources(GLOSSARY["dead"], frame) == ()
    nesterov = moment(0, task="line", optimizer="nesterov")
    assert sources(GLOSSARY["limit"], nesterov) == ("cohen_2021, appendix B",)


def test_every_term_is_told_of_own_data():
    """Numbers and classes, few samples and one with rows held out.

    A table of tasks has no row for them.
    """
    rng = np.random.default_rng(0)
    inputs = rng.standard_normal((12, 2))
    numbers = Dataset(inputs, inputs.sum(axis=1), classes=False)
    classes = Dataset(inputs, (inputs[:, 0] > 0).astype(float), classes=True).holding_out(0.25)
    for data in (numbers, classes):
        for steps in (0, 3):
            frame = moment(steps, data=data)
            told = {name: sentences(term, frame) for name, term in GLOSSARY.items()}
            assert told["task"] == f"This one: {frame.settings.task_entry.formula}."
            assert all(
                sentence == "" or sentence.endswith((".", ":", "!")) for sentence in told.values()
            )


def test_the_bound_of_the_mistakes_is_the_one_that_the_state_names():
    """None once the rate was changed on the way: Novikoff's holds of one rate."""
    term = Term("x", "", today=("At most {most_mistakes}.",))
    rule = {"loss": "perceptron", "activation": "identity", "batch_size": 1}
    session = ready(Settings("and", optimizer="sgd", **rule), 3)
    most = sentences(term, session.frame()).removeprefix("At most ").removesuffix(".")
    assert f"at most {most}." in session.frame().diagnosis.sentence
    session.apply(session.settings.replace(learning_rate=0.5))
    session.advance(3)
    assert "no bound" in session.frame().diagnosis.sentence
    assert sentences(term, session.frame()) == ""
