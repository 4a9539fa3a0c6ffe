"""The explanations as they stand in resources.

Whole, and nothing in them that nothing refers to.
"""

import operator
import re
import string
import tomllib
from pathlib import Path

import numpy as np
import pytest

import neuroviz as nv
from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis import states
from neuroviz.core.diagnosis.states import CLAIMS
from neuroviz.files.glossary import EXPLAINED, load_glossary, reference
from neuroviz.files.places import resource_path
from neuroviz.session.live_values import LIVE_VALUES, SAMPLE_VALUES
from tests.for_each import for_each

GLOSSARY = load_glossary()
ENTRIES = tomllib.loads(resource_path("explanations.toml").read_text(encoding="utf-8"))
SOURCES = tomllib.loads(resource_path("sources.toml").read_text(encoding="utf-8"))
KEYS = {"says", "alone", "text", "formula", "today", "source", "row", "see"}


_STATES = Path(states.__file__).read_text(encoding="utf-8")
IN_CODE = {*re.findall(r'"([a-z]+_\d{4}(?:, [^"]+)?)"', _STATES)} | {
    row.quadratic.source for row in OPTIMIZERS.values() if row.quadratic
}


def listed(value):
    return [value] if isinstance(value, str) else list(value)


def test_there_are_enough():
    """Sixty at the least."""
    assert len(GLOSSARY) >= 60


@for_each("name", ENTRIES)
def test_an_entry_is_whole(name):
    """Two sentences, a source, related terms that exist.

    Numbers that can be had, no key that nobody reads.
    """
    entry = ENTRIES[name]
    assert set(entry) <= KEYS
    assert len(re.findall(r"[.?!](?: (?=[A-Z½])|$)", entry["text"])) == 2, entry["text"]
    assert entry["text"][-1] == "."
    assert "source" in entry or "row" in entry
    assert GLOSSARY[name].sources
    assert set(entry.get("see", ())) <= set(ENTRIES) - {name}
    asked = {name.partition(".")[0] for name in asked_by(entry)}
    assert asked <= {"settings", *LIVE_VALUES, *SAMPLE_VALUES}


def asked_by(entry):
    """Return the names of what the sentences of an entry ask for."""
    sentences = listed(entry.get("today", ()))
    return {name for text in sentences for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_setting_that_is_asked_for_is_one():
    """Of an experiment that has it."""
    rows = (*OPTIMIZERS.values(), *SCHEDULES.values())
    known = {row.name for entry in rows for row in entry.hyperparameters}
    for name in set().union(*map(asked_by, ENTRIES.values())):
        first, _, rest = name.partition(".")
        assert (
            first != "settings"
            or rest in known
            or operator.attrgetter(rest)(Settings()) is not None
        ), name


def test_every_row_of_the_tables_is_explained_once():
    """What can be chosen in a box explains itself.

    With the formula and the reference of its row.
    """
    rows = [term.row for term in GLOSSARY.values() if term.row]
    assert sorted(rows) == sorted(
        (table, name) for table, entries in EXPLAINED.items() for name in entries
    )
    for term in GLOSSARY.values():
        if term.row:
            row = EXPLAINED[term.row[0]][term.row[1]]
            assert (term.formula, row.reference in term.sources) == (row.formula, True)
            assert getattr(row, "properties", "") in " ".join(term.today)
            assert GLOSSARY.find(row.label) is term


def test_every_source_is_referred_to_and_every_reference_has_a_source():
    """By an explanation, a claim about a run or a mark of the ruler."""
    used = {
        source for entry in ENTRIES.values() for source in listed(entry.get("source", ()))
    } | IN_CODE
    for source in used:
        key, comma, place = source.partition(", ")
        assert reference(source) == f"{SOURCES[key]['work']}{comma}{place}"
    with pytest.raises(KeyError):
        reference("boid, section 9.3")
    assert {source.split(", ")[0] for source in used} == SOURCES.keys()
    assert len(IN_CODE) >= 10, "the pattern has lost sight of the claims"


@for_each("state", sorted({claim.state for claim in CLAIMS}))
def test_every_state_is_explained(state):
    """What the chip may say."""
    assert GLOSSARY.find(state) is not None


@for_each("word", ["creeps", "smooth", "fastest rate", "zig-zags", "blows up", "overshoots here"])
def test_every_word_of_the_ruler_is_explained(word):
    """As slider and section name where a rate lies."""
    assert GLOSSARY.find(word) is not None


@for_each("reference", sorted({source for term in GLOSSARY.values() for source in term.sources}))
def test_a_reference_can_be_looked_up(reference):
    """What names a year has a title behind it."""
    assert re.search(r"\d{4}(?!\d)", reference) is None or re.search(
        r"\d{4}, \S+ \S+", reference
    ), reference


# --- what is said holds ---------------------------------------------------------------------------


@pytest.mark.parametrize(("activation", "threshold"), [("gelu", -0.1), ("silu", -0.1)])
def test_what_no_single_neuron_can_do_is_said_of_those_that_cannot(activation, threshold):
    """An activation that falls and rises gets XOR right, and draws two lines.

    The texts leave such a one out.
    """
    neuron = {
        "activation": activation,
        "loss": "mse",
        "weights": (4, -4),
        "bias": -0.75,
        "threshold": threshold,
    }
    assert nv.train("xor", epochs=0, **neuron).accuracy == 1
    for name in ("XOR", "separable", "decision boundary"):
        assert "neuron whose activation never falls" in GLOSSARY[name].text


def test_what_cannot_be_learned_without_a_bias():
    """AND cannot where a false is 0, and can where it is −1."""
    cannot, can = (
        nv.train("and", inputs=code, breaks=("no_bias",), learning_rate=1, epochs=300)
        for code in CODES
    )
    assert cannot.accuracy < 1 == can.accuracy
    assert "With inputs of 0 and 1, AND cannot be learned" in GLOSSARY["No bias"].text


CODES = ("01", "pm1")


def test_a_saturated_start_without_a_bias_is_flat_for_some_samples_only():
    """With inputs −1 and 1 two of them have z = 0.

    Nothing says "for every sample" of weights alone.
    """
    both = ("no_bias", "saturated_start")
    outputs = nv.train("and", inputs="pm1", breaks=both, epochs=0).prediction.output
    assert sorted(outputs) == pytest.approx([0, 0.5, 0.5, 1], abs=0.001)
    assert "Weights and bias start so large" in GLOSSARY["Saturated start"].text
    assert "without a bias, not for every one" in BREAKS["saturated_start"].effect


@pytest.mark.parametrize("task", ["and", "line", "sum", "double"])
def test_x1_times_100_does_to_the_condition_number_what_is_said(task):
    """Thousands of times, not some 10,000."""
    before, after = (
        nv.curvature(task, breaks=on).condition_number for on in ((), ("x1_times_100",))
    )
    assert 1_000 < after / before < 9_500
    assert "often thousands of times as large" in BREAKS["x1_times_100"].look_for


def test_a_dead_neuron_is_moved_by_a_penalty_alone():
    """Its gradient is 0 where z is 0 or less, which formula and text have alike."""
    start = {
        "activation": "relu",
        "weights": (-1,),
        "bias": 1.0,
        "learning_rate": 0.01,
    }  # z = 0 at the first sample
    still, moved = (nv.train("double", l2=l2, epochs=5, **start).weights for l2 in (0.0, 0.1))
    assert still == [-1]
    assert moved > [-1]
    assert "0 or less for every sample" in GLOSSARY["dead"].text
    assert "only a penalty" in GLOSSARY["dead"].text


def test_standardised_inputs_that_rise_together_leave_a_long_valley():
    """The loss curves no more alike than that."""
    first = np.arange(20.0)
    data = nv.Dataset(
        np.stack((first, first + np.resize((-0.1, 0.1), 20)), axis=1), first, classes=False
    )
    assert nv.curvature(data=data.scaled("standardise")).condition_number > 1_000
    assert "still leave a long valley" in GLOSSARY["standardised"].text


def test_the_fastest_rate_is_so_in_the_long_run_only():
    """From the start of `line` half of it is far ahead for a hundred epochs.

    It is behind after a thousand.
    """
    best = nv.curvature("line").best
    early, late = (
        [
            nv.train("line", learning_rate=rate, weights=(0,), bias=0, epochs=epochs).loss
            for rate in (best, best / 2)
        ]
        for epochs in (100, 600)
    )
    assert early[0] > 50 * early[1]
    assert late[0] < late[1] / 50
    assert "In the first epochs" in GLOSSARY["fastest rate"].text


def test_limits_that_are_those_of_sgd_say_so():
    """Momentum moves them."""
    for term in GLOSSARY.values():
        if re.search(r"/(λmax|\(λmin)", term.formula) and term.name != "momentum":
            assert "SGD" in term.formula + term.text, term.name
    assert "SGD" in GLOSSARY["quadratic"].text


def test_lambda_is_three_things():
    """Where it stands alone, as in the arithmetic of AdamW, it is no eigenvalue."""
    assert GLOSSARY.find("lambda") is GLOSSARY.find("λ")
    (span,) = GLOSSARY.spans("θ ← (1 − η·λ)·θ")[2:3]
    assert {"eigenvalue", "weight decay", "L1 regularisation", "L2 regularisation"} == set(
        span.term.see
    )
    assert [found.term.name for found in GLOSSARY.spans("λmax and λ₂")] == [
        "λmax",
        "L2 regularisation",
    ]


def test_the_swings_of_nesterov_die_away_faster_but_near_its_limit():
    """Which is 1.357 for a momentum of 0.9; there those of plain momentum do."""
    plain, nesterov = (OPTIMIZERS[name].quadratic for name in ("momentum", "nesterov"))
    assert nesterov.factor(0.5, 0.9) < plain.factor(0.5, 0.9)
    assert nesterov.factor(1.35, 0.9) > plain.factor(1.35, 0.9)
    assert "except at rates near its limit" in GLOSSARY["SGD with Nesterov momentum"].text


def test_every_text_has_the_step_go_against_the_gradient():
    """Which points uphill: neither an entry nor a lesson says once the one and once the other."""
    explanations = resource_path("explanations.toml")
    for path in (explanations, *explanations.parent.glob("lessons/*.toml")):
        text = " ".join(path.read_text(encoding="utf-8").split())
        along = (
            r"steps?(?: goes)? along the (?:sum of all )?gradient|along which the step"
            r"|says which way is down"
        )
        wrong = re.findall(along, text)
        assert not wrong, path.name
