import json
import math

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import TASKS
from neuroviz.core.training.trainer import Trainer

KEYS = ["version", "eigenvalues", "condition_number", "rates", "regime", "quadratic", "optimum"]
LOW, HIGH = (7 - math.sqrt(33)) / 4, (7 + math.sqrt(33)) / 4


def said(neuroviz, words):
    """Give the JSON object of a command."""
    result = neuroviz("curvature", *words.split(), "--json")
    assert (result.code, result.err, result.out.count("\n")) == (0, "", 1)
    return json.loads(result.out)


def test_and_with_identity(neuroviz):
    """λ = (7 ± √33)/4 and ½, the rates from them to 1e-9, and the least-squares optimum."""
    found = said(neuroviz, "--task and --activation identity --loss mse --lr 0.6")
    assert list(found) == KEYS
    assert found["eigenvalues"] == pytest.approx([LOW, 0.5, HIGH], abs=1e-9)
    assert found["condition_number"] == pytest.approx(HIGH / LOW, abs=1e-9)
    rates = {"safe": 1 / HIGH, "best": 4 / 7, "limit": 2 / HIGH}
    assert found["rates"] == pytest.approx(rates, abs=1e-9)
    assert (found["regime"], found["quadratic"]) == ("zig-zags", True)
    assert found["optimum"]["weights"] == pytest.approx([0.5, 0.5], abs=1e-9)
    assert (found["optimum"]["bias"], found["optimum"]["loss"]) == pytest.approx(
        (-0.25, 0.0625), abs=1e-9
    )


@pytest.mark.parametrize("task", TASKS)
def test_every_task(task, neuroviz):
    """Every task has all keys, ascending eigenvalues and a readable report.

    One eigenvalue for each parameter.
    """
    found = said(neuroviz, f"--task {task}")
    assert list(found) == KEYS
    assert len(found["eigenvalues"]) == Settings(task).parameters.count
    assert found["eigenvalues"] == sorted(found["eigenvalues"])
    out = neuroviz("curvature", "--task", task).out
    assert max(map(len, out.splitlines())) <= 100
    assert out.startswith("task ")


def test_sum_has_two_zeros_and_the_optimum_nearest_the_start(neuroviz):
    """The zeros are exact; from its own start the run comes to this optimum and no other."""
    found = said(neuroviz, "--task sum --lr 1e-4")
    assert found["eigenvalues"][:2] == [0, 0]
    assert found["condition_number"] == pytest.approx(2877, abs=0.5)
    assert found["regime"] == "zig-zags and creeps"
    trainer = Trainer(Settings("sum", learning_rate=1.55e-4))
    trainer.advance(60_000)
    optimum = [*found["optimum"]["weights"], found["optimum"]["bias"]]
    np.testing.assert_allclose(trainer.history.newest.parameters, optimum, rtol=1e-8)


@pytest.mark.parametrize(
    ("words", "rates", "regime"),
    [
        ("--task weather", [], None),
        ("--task line --optimizer adam", [], None),
        ("--task and --loss mse --weights 4,4 --bias 4", [], None),
        ("--task and --init zeros", ["safe", "best", "limit"], "overshoots here"),
        ("--task double --lr 0.2", ["safe", "best", "limit"], "diverges"),
        ("--task and --loss mse --weights 1,0 --bias 0 --lr 0.1", ["safe", "limit"], "smooth"),
    ],
)
def test_what_there_is_not_is_null(words, rates, regime, neuroviz):
    """A mark without meaning is null, and so is the regime without marks.

    So is an optimum without a minimum.
    """
    found = said(neuroviz, words)
    assert [name for name, rate in found["rates"].items() if rate is not None] == rates
    assert found["regime"] == regime
    assert (found["optimum"] is not None) == found["quadratic"]


@pytest.mark.parametrize("words", ["--task line --l1 1 --lr 0.03", "--task and --l2 0.01 --lr 3"])
def test_a_penalty_gives_a_convex_loss_an_optimum(words, neuroviz):
    """Where a run comes to rest."""
    found = said(neuroviz, words)["optimum"]
    ran = json.loads(neuroviz("train", *words.split(), "--epochs", "5000", "--json").out)
    assert found["weights"] == pytest.approx(ran["weights"], rel=1e-7)
    assert found["loss"] == pytest.approx(ran["loss"], rel=1e-9)
    assert "No finite minimum" in neuroviz("curvature", "--task", "and").out


def test_an_optimum_of_several_outputs_names_every_parameter(neuroviz):
    """Each target of the task is a linear function of the inputs, which its neuron takes over."""
    found = said(neuroviz, "--task five")["optimum"]
    assert [*found] == ["parameters", "loss"]
    ran = json.loads(neuroviz("train", "--task", "five", "--epochs", "3000", "--json").out)
    assert found["parameters"] == pytest.approx(ran["parameters"], abs=1e-6)
    out = neuroviz("curvature", "--task", "five").out
    assert "at parameters 1, 1, 1, 0.333333, …, 0, 0, 0, 0" in out
    assert "bias" not in out


def test_without_a_bias_the_only_optimum_is_not_said_to_be_the_nearest(neuroviz):
    """A curvature of 0 along a bias that is not there leaves no choice."""
    assert "nearest" in neuroviz("curvature", "--task", "sum").out
    assert "nearest" not in neuroviz("curvature", "--task", "double", "--break", "no_bias").out


def test_report_of_a_quadratic_loss(neuroviz):
    """For people: marks with their formulas.

    The regime in words, the optimum and what a better rate would do.
    """
    lines = neuroviz("curvature", "--task", "line").out.splitlines()
    text = " ".join(" ".join(lines).split())
    assert "condition number 87.5981" in text
    assert "diverges above 0.0625618 (2/λmax)" in text
    assert "learning rate 0.001 smooth and creeps." in text
    assert "at weights 10; bias 5" in text
    trained = json.loads(neuroviz("train", "--task", "line", "--json").out)["loss"]
    line = next(line for line in lines if line.startswith("predicted loss"))
    assert float(line.split()[2]) == pytest.approx(trained, rel=1e-5)


def test_report_says_what_is_local_and_why_marks_are_absent(neuroviz):
    """Local, overshoots here and never diverges; no best mark where it is not convex.

    Noise of mini-batches.
    """
    local = neuroviz("curvature", "--task", "and").out
    assert "local, at the start" in local
    assert "overshoots here" in local
    assert "diverge" not in local
    bent = neuroviz(
        "curvature", *["--task", "and", "--loss", "mse", "--weights", "1,0", "--bias", "0"]
    ).out
    assert "Not convex here" in bent
    assert "noise-free" in neuroviz("curvature", "--task", "spam").out


def test_bad_input(neuroviz):
    """A later edit has no meaning here; an edit of the start counts.

    A bad setting is one sentence and code 2.
    """
    refused = neuroviz("curvature", "--edit", "5:lr=1")
    assert (refused.code, refused.out, refused.err.count("\n")) == (2, "", 1)
    assert "--edit" in refused.err
    assert said(neuroviz, "--task double --edit 0:lr=0.2")["regime"] == "diverges"
    assert neuroviz("curvature", "--task", "nothing").code == 2
