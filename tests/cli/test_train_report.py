import json

import pytest

from neuroviz.api.run import trained
from neuroviz.cli.train import as_json, summary
from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings

KEYS = [
    "version",
    "settings",
    "epochs",
    "steps",
    "loss",
    "weights",
    "bias",
    "accuracy",
    "predictions",
]
LAST_KEYS = ["seconds", "epochs_per_second", "stopped", "state", "reason"]


def end(task="and", edits=(), **choices):
    """Train to the end."""
    return trained(Settings(task, **choices), edits)


def test_json_keys():
    """The JSON object has the keys of the contract; predicted only where it was asked for."""
    outcome = end("and", epochs=20)
    assert list(json.loads(as_json(outcome, []))) == KEYS + LAST_KEYS
    assert list(json.loads(as_json(outcome, [(1.0, 0.0)]))) == [*KEYS, "predicted", *LAST_KEYS]


def test_json_values():
    """Numbers are the run's own, to the last bit.

    Settings are the options, edits in their own notation.
    """
    outcome = end("and_one_by_one", (Edit(8, "learning_rate", 0.1),), epochs=20)
    result = json.loads(as_json(outcome, [(1.0, 1.0), (0.0, 0.5)]))
    newest = outcome.trainer.history.newest
    said = {**outcome.settings.as_dict(), "features": [], "edit": ["8:learning_rate=0.1"]}
    assert result["settings"] == said
    assert (result["epochs"], result["steps"], result["loss"]) == (20, 80, newest.loss)
    assert [*result["weights"], result["bias"]] == newest.parameters.tolist()
    assert result["predictions"] == outcome.prediction.output.tolist()
    assert result["predicted"][0] == result["predictions"][0]
    assert result["accuracy"] == outcome.accuracy
    assert result["epochs_per_second"] == pytest.approx(20 / result["seconds"])
    assert (result["stopped"], result["state"], result["reason"]) == ("done", "learning", None)


def test_json_of_regression_and_of_a_bad_end():
    """Accuracy is null for regression; a state that is not well has its reason."""
    result = json.loads(as_json(end("double", learning_rate=0.2), []))
    assert (result["accuracy"], result["stopped"]) == (None, "diverged")
    assert "no longer finite" in result["reason"]
    assert json.loads(as_json(end("and"), []))["reason"] is None


def test_nothing_not_finite_is_written():
    """An output beyond all numbers is null in the JSON and a sign in the table, not an error."""
    outcome = end("double", epochs=5, weights=(3.0,))
    assert outcome.trainer.history.newest.parameters[0] > 1.5
    assert json.loads(as_json(outcome, [(1.7e308,)]))["predicted"] == [None]
    assert "∞" in summary(outcome, [(1.7e308,)])


def test_summary_of_double():
    """The readable summary shows the state with its remedy, the parameters, and 20.0 for 10."""
    lines = summary(end("double"), [(10.0,)]).splitlines()
    assert lines[0].split() == ["task", "Double:", "y", "=", "2x"]
    assert any(line.startswith("converged: The loss is ") for line in lines)
    assert "Look at the predictions, or try another task." in lines
    assert ["w1", "2"] in [line.split() for line in lines]
    assert lines[-1].split() == ["10", "20.0000"]
    assert not any(line.startswith("accuracy") for line in lines)


def test_summary_of_xor():
    """For classes the rows are marked right or wrong, beside accuracy, threshold and coding."""
    text = summary(end("xor", epochs=300, inputs="pm1", loss="hinge", activation="tanh"), [])
    assert "class 1 is ŷ > 0, classes coded pm1" in text
    assert text.count(" wrong") >= 1
    assert "(-1, -1)" in text


def test_summary_of_spam():
    """A hundred weights and two hundred samples are cut to what can be read.

    With a count, in 100 columns.
    """
    outcome = end("spam", (Edit(5, "learning_rate", 0.2),), epochs=2, schedule="cosine")
    text = summary(outcome, [])
    weights = abs(outcome.trainer.history.newest.parameters[:-1])
    assert f"w{weights.argmax() + 1} " in text
    assert "the 6 largest of 100 weights" in text
    assert "and 188 more samples" in text
    assert "cosine" in text
    assert "1 edit" in text
    assert max(map(len, text.splitlines())) <= 100
    assert len(text.splitlines()) < 40
