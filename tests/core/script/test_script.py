"""The script of a run, against the run itself."""

import io
import itertools
import json
import subprocess
import sys
from contextlib import redirect_stdout

import numpy as np
import pytest

from neuroviz.core.anatomy.anatomy import PHASES
from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.losses import LOSSES
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import TASKS
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.data.generators import parse_recipe
from neuroviz.core.script.script import STYLES, script
from neuroviz.core.slices import finished
from neuroviz.core.training.trainer import Trainer
from neuroviz.files.script_file import data_columns
from neuroviz.files.table import csv_work
from tests.for_each import for_each

LINEAR = {"activation": "identity", "loss": "mse"}
SPIED = """
import contextlib, io, json, sys

before, printed = set(sys.modules), []
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file, contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(file.read(), path, "exec"), {"__name__": "__main__"})
    printed.append(out.getvalue())
roots = {name.partition(".")[0] for name in set(sys.modules) - before}
print(json.dumps({"printed": printed, "imported": sorted(roots)}))
"""
"""Runs scripts one after the other, and says what each printed and which packages came in."""
CLEAN = {
    "and": ({"task": "and", "epochs": 50}, (Edit(30, "learning_rate", 5.0),)),
    "spam": ({"task": "spam", "epochs": 3}, ()),
    "cosine adamw": (
        {
            "task": "xor",
            "optimizer": "adamw",
            "schedule": "cosine",
            "batch_size": 3,
            "shuffle": True,
            "epochs": 20,
        },
        (Edit(7, "beta1", 0.5),),
    ),
    "float32": (
        {"task": "line", "precision": "float32", "optimizer": "nesterov", "epochs": 30},
        (),
    ),
    "stopped inside an epoch": (
        {
            "task": "nand",
            "optimizer": "adamw",
            "learning_rate": 1e4,
            "schedule": "step_decay",
            "period": 1000.0,
            "batch_size": 1,
            "precision": "float32",
            "breaks": ("naive_bce",),
            "init": "zeros",
            "epochs": 15,
        },
        (),
    ),
    "three classes": ({"task": "blobs3", "hidden": 2, "init": "normal", "epochs": 30}, ()),
    "three gates": ({"task": "gates", "hidden": 2, "l2": 0.01, "epochs": 30}, ()),
    "five sums": (
        {"task": "five", "loss": "huber", "batch_size": 4, "shuffle": True, "epochs": 30},
        (),
    ),
    "broken": (
        {
            "task": "nand",
            "breaks": ("no_zero_grad", "ascent", "naive_bce"),
            "seed": 7,
            "epochs": 30,
        },
        (),
    ),
}


def printed(text):
    """Run a script here and return the losses it prints by their epochs, as text."""
    out = io.StringIO()
    with redirect_stdout(out):
        exec(compile(text, "script", "exec"), {"__name__": "__main__"})
    return told(out.getvalue())


def told(out):
    """Return the losses of an output by their epochs."""
    pairs = (line.split() for line in out.splitlines() if line[:1].isdigit())
    return {int(epoch): loss for epoch, loss in pairs}


def trained(settings, edits=()):
    """Return the losses of a run at the ends of its epochs."""
    trainer = Trainer(settings, edits)
    trainer.advance(settings.epochs * settings.steps_per_epoch, settings.until_loss)
    columns = trainer.history.rows().columns()
    pairs = zip(columns["step"].tolist(), columns["loss"].tolist(), strict=True)
    return {
        step // settings.steps_per_epoch: repr(loss) for step, loss in pairs if loss is not None
    }


def test_a_clean_interpreter_prints_the_losses_of_the_runs(tmp_path):
    """With torch alone, apart from this folder, every epoch's loss is the run's bit for bit."""
    paths = [tmp_path / f"{name}.py" for name in CLEAN]
    for path, (choices, edits) in zip(paths, CLEAN.values(), strict=True):
        path.write_text(script(Settings(**choices), edits, every=1).text, encoding="utf-8")
    words = [sys.executable, "-I", "-X", "utf8", "-c", SPIED, *map(str, paths)]
    done = subprocess.run(
        words, cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    said = json.loads(done.stdout)
    for out, (name, (choices, edits)) in zip(said["printed"], CLEAN.items(), strict=True):
        assert told(out) == trained(Settings(**choices), edits), name
    assert "torch" in said["imported"]
    assert not {"neuroviz", "PySide6", "matplotlib", "pyqtgraph"} & set(said["imported"])


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("style", STYLES)
def test_every_task_has_a_script(task, style):
    """With tensors the losses are the run's; with nn.Module the first is, up to rounding."""
    settings = Settings(task).replace(epochs=0 if task.endswith("by_hand") else 3)
    losses, wanted = printed(script(settings, style=style, every=1).text), trained(settings)
    assert list(losses) == list(wanted)
    if style == "tensors":
        assert losses == wanted
    else:
        assert float(losses[0]) == pytest.approx(float(wanted[0]), rel=1e-12)


def test_the_phases_are_those_of_a_step():
    """Whatever the rows, every phase has a line, in the order in which the loop runs them."""
    tables = (ACTIVATIONS, LOSSES, OPTIMIZERS, SCHEDULES)
    for style, batch in itertools.product(STYLES, ("full", 3)):
        lines = script(Settings("and", hidden=3, l1=0.1, batch_size=batch), style=style).lines
        seen = dict.fromkeys(line.phase for line in lines if line.phase)
        assert list(seen) == list(PHASES), (style, batch)
        assert max(len(line.text) for line in lines) <= 88
    for style in STYLES:
        for kind, names in zip(
            ("activation", "loss", "optimizer", "schedule"), tables, strict=True
        ):
            for name in names:
                choices = {"loss": "mse", kind: name} if kind != "loss" else {kind: name}
                settings = Settings("and", **choices)
                if settings.activation_entry.trainable:
                    lines = script(settings, style=style).lines
                    seen = list(dict.fromkeys(line.phase for line in lines if line.phase))
                    assert seen == list(PHASES), (style, name)


def test_no_torch_is_needed_to_write_it():
    """The text is there before torch is: both styles, drawn starts and wide data."""
    code = (
        "import sys\n"
        "from neuroviz.core.choices.settings import Settings\n"
        "from neuroviz.core.script.script import *\n"
        "for task in ('and', 'spam'):\n"
        " for style in STYLES: script(Settings(task), style=style).text\n"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_edits_stand_as_what_they_are():
    """An edit is one line, before the update of its step."""
    texts = [
        line.text.strip()
        for line in script(Settings("and"), (Edit(300, "learning_rate", 5.0),)).lines
    ]
    assert texts.index("if step == 300: lr = 5") < texts.index("loss.backward()")


@for_each("style", STYLES)
@for_each("name", [name for name, row in BREAKS.items() if not row.least_hidden])
def test_what_is_broken_on_purpose_is_said(name, style):
    """The head names it."""
    label = BREAKS[name].label
    settings = Settings("and", breaks=(name,), hidden=2 if BREAKS[name].least_hidden else 0)
    assert label in " ".join(script(settings, style=style).words.split())


def test_until_loss_ends_the_script_where_it_ends_the_run():
    """The last epoch printed is the run's last."""
    settings = Settings("and", until_loss=0.05, epochs=500)
    wanted = trained(settings)
    assert 3 < max(wanted) < 500
    assert printed(script(settings, every=1).text) == wanted
    last = max(wanted)
    assert printed(script(settings).text)[last] == wanted[last]


@for_each("style", STYLES)
def test_classes_are_whole_numbers_also_in_a_file(style, tmp_path):
    """As F.cross_entropy takes them; what they are called is said, and is no code."""
    values = np.random.default_rng(4).standard_normal((6, 2))
    names = ("A\n1/0", '"""', "\0")
    data = Dataset(values, np.arange(6.0) % 3, classes=True, class_names=names)
    settings = Settings(data=data, precision="float32", breaks=("x1_times_100",), epochs=2)
    path = tmp_path / "data.csv"
    path.write_bytes(b"".join(finished(csv_work(data_columns(settings)))))
    for data_file in (None, str(path)):
        written = script(settings, style=style, every=1, data_file=data_file)
        assert "classes are 0 to 2: A 1/0, " in " ".join(s.words for s in written.sections)
        assert list(printed(written.text)) == [0, 1, 2]
        if style == "tensors":
            assert printed(written.text) == trained(settings)


@pytest.mark.parametrize("optimizer", ["momentum", "nesterov"])
@pytest.mark.parametrize("momenta", [(0.0,), (0.0, 0.9), (0.9, 0.0, 0.5)])
def test_a_module_keeps_its_velocity_at_no_momentum(momenta, optimizer):
    """torch.optim refuses Nesterov's momentum of 0, and keeps no velocity while it is 0.

    The run does.
    """
    settings = Settings(
        "and", optimizer=optimizer, learning_rate=1.0, epochs=12, momentum=momenta[0]
    )
    edits = tuple(Edit(4 * at, "momentum", value) for at, value in enumerate(momenta) if at)
    text = script(settings, edits, style="module", every=1).text
    losses = printed(text)
    assert "# At 0 torch.optim would keep no velocity" in text
    assert "no velocity" not in script(settings.replace(momentum=0.9), (), style="module").text
    wanted = {epoch: float(loss) for epoch, loss in trained(settings, edits).items()}
    assert {epoch: float(loss) for epoch, loss in losses.items()} == pytest.approx(
        wanted, rel=1e-12
    )


STOPS = {
    "inside an epoch": CLEAN["stopped inside an epoch"],
    "at an epoch": ({**LINEAR, "learning_rate": 1e12, "epochs": 30}, ()),
    "by its loss alone": (
        {**LINEAR, "learning_rate": 1e12, "precision": "float32", "epochs": 30},
        (),
    ),
    "by a batch's loss, after which the others come down": (
        {
            **LINEAR,
            "learning_rate": 2.0,
            "batch_size": 1,
            "precision": "float32",
            "weights": (6e18, 0.0),
            "bias": 0.0,
        },
        (Edit(1, "learning_rate", 0.25),),
    ),
    "by 0/0": (
        {**LINEAR, "activation": "relu", "optimizer": "adam", "eps": 0.0, "init": "zeros"},
        (),
    ),
}


def test_a_script_with_tensors_stops_by_the_optimizers_state():
    """Parameters and loss stay finite for ever, the sum of squares does not."""
    settings = Settings(**LINEAR, optimizer="adagrad", precision="float32", weights=(1e16, 0.0),
                        bias=0.0, breaks=("x1_times_100",), epochs=5)  # fmt: skip
    assert printed(script(settings, every=1).text) == trained(settings)
    assert list(trained(settings)) == [0]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", STOPS)
def test_a_script_stops_where_the_run_stops(name, style):
    """No error, no loss of a row that the run has not got, and the reason is said."""
    choices, edits = STOPS[name]
    settings = Settings(**choices)
    trainer = Trainer(settings, edits)
    trainer.advance(settings.epochs * settings.steps_per_epoch)
    assert trainer.stopped is not None
    out = io.StringIO()
    with redirect_stdout(out):
        exec(compile(script(settings, edits, style=style, every=1).text, "script", "exec"), {})
    assert "stopped: these numbers are not finite" in out.getvalue().splitlines()
    losses, wanted = told(out.getvalue()), trained(settings, edits)
    assert list(losses) == list(wanted)
    assert style == "module" or losses == wanted


@pytest.mark.parametrize(
    ("epochs", "shown"), [(0, 1), (7, 8), (10, 11), (23, 6), (1000, 11), (2_345, 6)]
)
def test_about_ten_losses_are_printed(epochs, shown):
    """First and last always; between them a round number of epochs."""
    text = script(Settings("double", epochs=epochs)).text
    losses = printed(text)
    assert {0, epochs} <= set(losses)
    assert len(losses) == shown


def test_long_tables_are_folded_for_reading_only():
    """The lines of 200 mails are few and short; what runs has all the numbers."""
    settings = Settings("spam")
    result = script(settings)
    assert len(result.lines) < 80
    assert max(len(line.text) for line in result.lines) <= 88
    space = {}
    data = next(section for section in result.sections if section.heading == "Data")
    exec("import torch\n" + "\n".join(line.whole or line.text for line in data.lines), space)
    np.testing.assert_array_equal(space["x"].numpy(), settings.coded_inputs)
    np.testing.assert_array_equal(space["target"].numpy(), settings.coded_targets)


def test_lines_fit_the_panel():
    """No line of any row is longer than 88 letters, and few are longer than 60."""
    for style in STYLES:
        lengths = [
            len(line.text)
            for optimizer in OPTIMIZERS
            for schedule in SCHEDULES
            for line in script(
                Settings("and", optimizer=optimizer, schedule=schedule), style=style
            ).lines
        ]
        assert max(lengths) <= 88
        assert np.mean(np.array(lengths) > 60) < 0.1


def test_bad_input_says_what_would_work():
    """An unknown style lists the known ones; no epochs between prints is refused."""
    with pytest.raises(SettingsError, match="known are: tensors, module"):
        script(Settings("and"), style="jax")
    with pytest.raises(SettingsError, match="1 or more"):
        script(Settings("and"), every=0)


def test_rows_held_out_are_counted_beside_those_of_the_script():
    data = parse_recipe("moons:count=1500").dataset()
    for rows, left, more in (((3, 8), "1,498", "2 more are"), ((5,), "1,499", "1 more is")):
        written = script(Settings(data=data.keeping_aside(rows)))
        words = " ".join(section.words for section in written.sections)
        assert f"{left} samples, one a row" in words
        assert f"; {more} held out" in words
        assert any(line.text.endswith(f"# {left} × 2") for line in written.lines)
