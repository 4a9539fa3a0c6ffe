import copy
import json
import math
import pickle

import numpy as np
import pytest

import neuroviz as nv
from neuroviz.api.run import trained
from neuroviz.cli.train import as_json, summary
from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import TASKS
from neuroviz.core.training.trainer import Trainer
from tests.core.their_tasks import TASK_STATES


def end(task="and", edits=(), **choices):
    """Train to the end."""
    return trained(Settings(task, **choices), edits)


@pytest.mark.parametrize("task", TASKS)
def test_state_of_every_experiment(task):
    """Each experiment of EXPERIMENTS.md with its defaults ends in its named state.

    At its last epoch.
    """
    outcome = end(task)
    assert (outcome.stopped, outcome.diagnosis.state) == ("done", TASK_STATES[task])
    assert outcome.trainer.history.newest.epoch == TASKS[task].defaults.epochs
    if task not in ("xor", "ring", "double", "line", "sum", "weather", "sine", "five"):
        assert outcome.accuracy == 1.0


def by_name(parameters, x):
    """Give the output of hidden tanh neurons and a sigmoid to inputs (D,), from their names."""
    hidden = sum(name.startswith("v") for name in parameters)
    total = parameters["c"]
    for unit in range(1, hidden + 1):
        weights = (parameters[f"w{unit}{index}"] * each for index, each in enumerate(x, 1))
        total += parameters[f"v{unit}"] * math.tanh(sum(weights) + parameters[f"b{unit}"])
    return 1 / (1 + math.exp(-total))


def test_parameters_of_hidden_neurons_have_names():
    """What they are called says where they act, also in the data's own units.

    There are no weights and no bias of one neuron.
    """
    points = [[1.0, 300.0], [2.0, 100.0], [4.0, 200.0], [3.0, 50.0]]
    data = nv.Dataset(points, [0, 1, 1, 0], classes=True).scaled("standardise")
    run = nv.train(data=data, hidden=3, epochs=30)
    said = json.loads(as_json(run, []))
    assert said["parameters"] == run.parameters
    for x, scaled, output in zip(points, data.scaled_inputs, run.predict(points), strict=True):
        assert by_name(run.parameters, scaled) == pytest.approx(output, rel=1e-12)
        assert by_name(said["own_units"]["parameters"], x) == pytest.approx(output, rel=1e-9)
    history = run.history()
    assert {name: history[name][-1] for name in run.parameters} == run.parameters
    text = summary(run, [])
    assert all(f"\n{name:>9}  " in text for name in run.parameters)
    for name in ("weights", "bias"):
        assert not hasattr(run, name)
        assert name not in said
    assert nv.train(epochs=1).parameters.keys() == {"w1", "w2", "b"}


def sums_of(run, hidden):
    """Return z (N, K) of the outputs, worked out from the parameters by their names."""
    rows = run.settings.dataset.inputs
    for k, letters in ((hidden, "wb"), (3, "vc" if hidden else "wb")):
        if k:
            parts = [
                [run.parameters.get(f"{letters[0]}{j}{i}") for i in (1, 2)] for j in range(1, k + 1)
            ]
            biases = [run.parameters[f"{letters[1]}{j}"] for j in range(1, k + 1)]
            z = rows @ np.array(parts).T + biases
            rows = np.tanh(z)
    return z


@pytest.mark.parametrize("hidden", [0, 2])
def test_several_outputs_are_the_shares_of_the_classes(hidden):
    """Worked out here from the parameters by their names; the class with the largest is told."""
    run = nv.train("blobs3", hidden=hidden, epochs=20)
    z = sums_of(run, hidden)
    shares = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    inputs, targets = run.settings.dataset.inputs, run.settings.dataset.targets
    np.testing.assert_allclose(run.predict(inputs), shares, rtol=1e-12)
    assert run.predict(inputs[0]).shape == (3,)
    assert run.right == (shares.argmax(axis=1) == targets).tolist()
    assert run.loss == pytest.approx(-np.log(shares[np.arange(90), targets.astype(int)]).mean())
    assert not hasattr(run, "weights")
    said = json.loads(as_json(run, [inputs[0].tolist()]))
    assert said["classes"] == ["A", "B", "C"]
    assert said["predicted"] == [said["predictions"][0]]
    assert said["predictions"] == run.prediction.output.tolist()
    assert said["parameters"] == run.parameters
    text = summary(run, [inputs[0].tolist()])
    assert "outputs   3, Softmax, Cross-entropy\n" in text
    assert f"({sum(run.right)} of 90 right; the class with the largest ŷ)" in text
    assert "  ŷ of A  ŷ of B  ŷ of C  y" in text
    assert "  predicted ŷ of A  ŷ of B  ŷ of C\n" in text


@pytest.mark.parametrize("hidden", [0, 2])
def test_several_targets_have_an_output_each(hidden):
    """Worked out here from the parameters by their names; a row is right where all of them are."""
    run = nv.train("gates", hidden=hidden, epochs=40, learning_rate=5.0)
    inputs, targets = run.settings.dataset.inputs, run.settings.dataset.targets
    z = sums_of(run, hidden)
    said = 1 / (1 + np.exp(-z))
    np.testing.assert_allclose(run.predict(inputs), said, rtol=1e-12)
    assert run.predict(inputs[0]).shape == (3,)
    assert run.right == ((said > 0.5) == targets).all(axis=1).tolist()
    losses = -targets * np.log(said) - (1 - targets) * np.log(1 - said)
    assert run.loss == pytest.approx(losses.mean())
    np.testing.assert_allclose(run.prediction.losses, losses.mean(axis=1))
    told = json.loads(as_json(run, [inputs[0].tolist()]))
    assert told["targets"] == ["AND", "OR", "NAND"]
    assert "classes" not in told
    assert told["predicted"] == [told["predictions"][0]]
    text = summary(run, [])
    assert "outputs   3, Sigmoid, Binary cross-entropy\n" in text
    assert "  ŷ of AND  ŷ of OR  ŷ of NAND  y (AND, OR, NAND)\n" in text
    assert f"({sum(run.right)} of 4 right; class 1 is ŷ > 0.5, classes coded 01)" in text


def test_double_predicts_twenty():
    """The neuron that learned y = 2x has weight 2, bias 0, and says 20 to 10."""
    outcome = end("double")
    assert outcome.trainer.history.newest.parameters == pytest.approx([2, 0], abs=1e-6)
    assert outcome.predicted([(10.0,)]) == pytest.approx([20.0], abs=1e-6)
    assert outcome.accuracy is None


def test_until_loss_stops_at_the_first():
    """The run ends at the first stored loss of at most X, not later."""
    outcome = end("and", until_loss=0.01)
    loss = outcome.trainer.history.rows().loss
    assert loss[-1] <= 0.01 < loss[:-1].min()
    assert outcome.stopped == "done"
    assert outcome.trainer.step < 10_000


def test_until_loss_on_batches_looks_at_ends_of_epochs():
    """On mini-batches only the losses over all samples count, which are known at ends of epochs."""
    outcome = end("spam", until_loss=0.1)
    newest = outcome.trainer.history.newest
    assert newest.step == newest.epoch * 10 > 0
    assert newest.loss <= 0.1


def test_until_loss_at_the_start():
    """A start that is good enough takes no step."""
    assert end("and", until_loss=100.0).trainer.step == 0


def test_goes_on_when_settled():
    """A run that changes no bit any more goes on to its last epoch, unlike the window's."""
    outcome = end("weather", epochs=300)
    assert outcome.trainer.settled
    assert outcome.trainer.step == 300


@pytest.mark.parametrize(("epochs", "state"), [(10_000, "overflow"), (40, "diverging")])
def test_diverged(epochs, state):
    """A non-finite stop and a loss that still grows at the end are both "diverged"."""
    outcome = end("double", learning_rate=0.2, epochs=epochs)
    assert (outcome.stopped, outcome.diagnosis.state) == ("diverged", state)
    assert math.isfinite(outcome.loss)


def test_interrupted_in_mid_epoch(monkeypatch):
    """After Ctrl-C inside an epoch the loss over all samples is computed.

    None is stored there.
    """

    def three_steps(trainer, seconds, at_most, until_loss=None):
        return trainer.advance(3)

    monkeypatch.setattr(Trainer, "advance_for", three_steps)
    outcome = trained(Settings("spam"), (), lambda epochs: epochs == 0)
    assert (outcome.stopped, outcome.trainer.step) == ("interrupted", 3)
    assert outcome.trainer.history.newest.loss is None
    assert outcome.loss == outcome.prediction.losses.mean() > 0


# --- copies ---------------------------------------------------------------------------------------

OWN = nv.Dataset(np.random.default_rng(0).normal(size=(9, 2)), np.arange(9) % 2.0, classes=True)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda run: pickle.loads(pickle.dumps(run))])
@pytest.mark.parametrize(
    "choices",
    [
        {"learning_rate": 5, "epochs": 30},
        {"optimizer": "adam", "epochs": 50, "edits": ["20:learning_rate=0.5", "40:beta1=0.5"]},
        {
            "data": OWN.holding_out(0.25),
            "batch_size": 2,
            "shuffle": True,
            "optimizer": "momentum",
            "epochs": 7,
        },
        {"task": "line", "learning_rate": 5, "epochs": 500},
        {
            "task": "xor",
            "breaks": ["no_zero_grad"],
            "precision": "float32",
            "schedule": "cosine",
            "epochs": 40,
        },
    ],
)
def test_a_copy_is_the_same_run_and_goes_on_by_itself(copied, choices):
    """To the last bit, also when it goes on.

    The run that it was copied from is not touched by that.
    """
    run = nv.train(**choices)
    run.figure("loss")
    twin = copied(run)
    assert (twin.settings, twin.stopped, twin.seconds) == (run.settings, run.stopped, run.seconds)
    assert (repr(twin), twin.right, twin.held_out) == (repr(run), run.right, run.held_out)
    assert bits(twin.trainer) == bits(run.trainer)
    there = bits(run.trainer)
    assert twin.trainer.advance(20) == (0 if run.trainer.stopped else 20)
    assert bits(run.trainer) == there
    run.trainer.advance(20)
    assert bits(twin.trainer) == bits(run.trainer)


def bits(trainer):
    """Return everything that is kept of a run."""
    return {name: column.tobytes() for name, column in trainer.history.rows().columns().items()}


def test_copied_data_are_frozen_as_the_data_are():
    """No array of them can be written to."""
    twin = pickle.loads(pickle.dumps(OWN))
    assert twin == OWN
    assert not twin.inputs.flags.writeable


def test_targets_come_as_columns_of_an_array_or_of_a_table(tmp_path):
    """Numbers or classes; of names those of the columns."""
    generator = np.random.default_rng(1)
    inputs, targets = generator.normal(size=(9, 2)), generator.normal(size=(9, 3))
    data = nv.train(data=(inputs, targets), epochs=0).settings.dataset
    np.testing.assert_array_equal(data.targets, targets)
    assert (data.classes, data.target_names) == (False, ("y1", "y2", "y3"))
    path = tmp_path / "table.csv"
    path.write_text("x,low,high\n1,0,1\n2,1,1\n3,1,0\n")
    read = nv.Dataset.from_csv(path, ["low", "high"])
    assert read.targets.tolist() == [[0, 1], [1, 1], [1, 0]]
    assert (read.classes, read.target_names) == (True, ("low", "high"))
    many = tmp_path / "many.csv"
    many.write_text("x,a,b,c,d,e\n1,0,1,0,1,0\n2,1,1,0,0,1\n3,1,0,1,1,0\n")
    assert nv.Dataset.from_csv(many, [*"abcde"]).target_count == 5  # as many as there can be
    for target in ("low", None):
        assert nv.Dataset.from_csv(path, target).target_count == 1
    for bad, said in (
        (((inputs, targets[:4])), r"\(N,\) or \(N, K\), not \(9, 2\) and \(4, 3\)"),
        (((inputs, generator.normal(size=(9, 6)))), "up to 5 targets, not 6"),
    ):
        with pytest.raises(SettingsError, match=said):
            nv.train(data=bad)
    for target in (["low", 3], [], {}, 5):
        with pytest.raises(SettingsError, match="target must be"):
            nv.Dataset.from_csv(path, target)
