import os
import pkgutil
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from neuroviz import __version__, cli
from neuroviz.cli.command import COMMANDS

BAD = [
    ("frobnicate", "there is no command 'frobnicate'"),
    ("train --frobnicate", "--frobnicate"),
    ("train --tas and", "--tas"),
    ("train extra", "extra"),
    ("xor", "did you mean --task xor?"),
    ("version", "did you mean --version?"),
    ("train xor", "did you mean --task xor?"),
    (f"train {shlex.quote(__file__)}", f"did you mean --data {__file__}?"),
    ("train --task", "--task"),
    ("completion bsh", "neuroviz: invalid choice: 'bsh'"),
    ("train --task nothing", "no task named 'nothing'"),
    ("train --activation nothing", "no activation named"),
    ("train --loss nothing", "no loss named"),
    ("train --optimizer nothing", "no optimizer named"),
    ("train --schedule nothing", "no schedule named"),
    ("train --lr fast", "--lr: 'fast' is not a number"),
    ("train --lr 0", "--lr must be"),
    ("train --lr -1", "--lr must be"),
    ("train --lr 1e13", "--lr must be"),
    ("train --lr nan", "--lr"),
    ("train --lr 1e400", "too large"),
    ("train --momentum 0.5", "--momentum means nothing"),
    ("train --optimizer momentum --momentum 1", "--momentum must be"),
    ("train --gamma 0.5", "--gamma means nothing"),
    ("train --optimizer adamw --weight-decay -1", "--weight-decay must be"),
    ("train --batch-size 5", "--batch-size 5 is more than the 4 samples"),
    ("train --batch-size 0", "--batch-size must be"),
    ("train --batch-size half", "--batch-size"),
    ("train --shuffle", "--shuffle means nothing"),
    ("train --epochs -1", "--epochs must be"),
    ("train --epochs 1.5", "whole number"),
    ("train --task and_by_hand --epochs 5", "cannot be trained"),
    ("train --until-loss -1", "A loss to stop at must be 0 or more"),
    ("train --seed x", "'x' is not a number: write it like 10000 or 1e4"),
    ("train --batch-size half", "write it like 10000 or 1e4, or full"),
    ("train --seed -1", "--seed must be"),
    ("train --seed 2147483648", "--seed must be"),
    ("train --init ones", "--init must be one of"),
    ("train --init zeros --weights 1,1", "exclude each other"),
    ("train --weights 1,1,1", "--weights needs 2 numbers"),
    ("train --weights 1,x", "'x' is not a number"),
    ("train --task double --weights 1e308", "not finite"),
    ("train --bias 1", "--bias alone"),
    ("train --task line --inputs 01", "--inputs means nothing"),
    ("train --task line --coding 01", "--coding means nothing"),
    ("train --task line --threshold 1", "--threshold means nothing"),
    ("train --inputs 02", "--inputs must be one of"),
    ("train --precision float16", "--precision must be one of"),
    ("train --activation identity", "Binary cross-entropy"),
    ("train --task line --loss bce", "two classes"),
    ("train --loss bce --coding pm1", "needs classes coded 01"),
    ("train --edit 5", "STEP:NAME=VALUE"),
    ("train --edit 5:momentum=0.5", "cannot change in mid-run"),
    ("train --edit 5:lr=0", "learning_rate must be"),
    ("train --predict 1", "--predict needs 2 numbers"),
    (
        "train --task line --predict 1,2",
        "--predict needs 1 number, one for each input of line, not 2",
    ),
    ("train --predict a,b", "not a number"),
    ("train --log", "--log"),
    ("train --plot loss.gif", ".png, .svg or .pdf"),
    ("train --plot missing_folder/loss.png", "folder does not exist"),
    ("train --history missing_folder/run.csv", "folder does not exist"),
    ("train --history .", "folder"),
    ("train --csv run.PNG", ".PNG is for pictures; end the name with .csv"),
    ("train --csv my.neuroviz", ".neuroviz is for sessions; end the name with .csv"),
    ("train --history same.svg --plot ./same.svg", "give two names"),
    ("list extra", "extra"),
    ("--task nothing", "no task named"),
]


@pytest.mark.parametrize(("line", "words"), BAD, ids=[line for line, _ in BAD])
def test_bad_input(line, words, neuroviz, tmp_path, monkeypatch):
    """What cannot work ends with code 2 and one line that says what is wrong.

    Before any training or file.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "neuroviz.api.run.Trainer.advance_for", lambda *args: pytest.fail("it trained")
    )
    result = neuroviz(*line.split())
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("neuroviz: ")
    assert result.err.count("\n") == 1
    assert result.err.endswith(".\n")
    assert words in result.err
    assert not list(tmp_path.iterdir())


MISTYPED = """
trian -> train; swep -> sweep; scirpt -> script; curvture -> curvature; explian -> explain;
lessons -> lesson; anmate -> animate; train --tsak and -> --task; train --epoch 5 -> --epochs;
train --learnig-rate=1 -> --learning-rate; train --LR 1 -> --lr; sweep --point 3 -> --points;
train --hiden 2 -> --hidden; script --styl -> --style; lesson --chek x -> --check;
train --task xro -> xor; train --task lin -> line; train --task XOR -> xor;
train --task and_by_hnad -> and_by_hand; train --activation sigmod -> sigmoid;
train --activation RELU -> relu; train --loss mes -> mse; train --loss hubber -> huber;
train --optimizer adm -> adam; train --optimizer momentun -> momentum;
train --schedule cosin -> cosine; train --schedule step-decay -> step_decay;
train --break no-bias -> no_bias; train --data moons: --scale standardize -> standardise;
script --style modul -> module; animate --output a.gif --view lanscape -> landscape;
worksheet five-steps --output a.pdf --paper leter -> Letter; lesson three-rate -> three-rates
"""


def test_mistyped(neuroviz):
    """Each of 30 names gets the nearest one there is, in one sentence."""
    lines = MISTYPED.split(";")
    assert len(lines) > 30
    for each in lines:
        line, meant = each.strip().split(" -> ")
        result = neuroviz(*line.split())
        assert (result.code, result.out) == (2, ""), line
        assert f"did you mean {meant}?" in result.err, result.err
        assert result.err.count("\n") == 1
    assert "did you mean" not in neuroviz("frobnicate").err
    # What is missing is often what was mistyped.
    assert "--otput; did you mean --output? (see" in neuroviz("page", "--otput", "a.html").err
    assert "arguments are required: --output (see" in neuroviz("page", "--lr=-1").err


@pytest.mark.parametrize("word", ["--version", "-V"])
def test_version(word, neuroviz):
    """It gives name and version."""
    result = neuroviz(word)
    assert (result.code, result.out) == (0, f"neuroviz {__version__}\n")


def test_help_is_a_page(neuroviz):
    """It has what the program is, a line for every command, and three examples that can be read."""
    result = neuroviz("help")
    assert result == neuroviz("--help") == neuroviz("-h")
    assert result.code == 0
    lines = result.out.splitlines()
    assert len(lines) < 60
    assert max(map(len, lines)) <= 100
    for name, command in COMMANDS.items():
        assert not name or f"  {name:12}{command.summary}" in lines
    examples = lines[lines.index("examples:") + 1 :][:3]
    for words in (shlex.split(line.split("   ")[0])[1:] for line in examples):
        name = words.pop(0) if words[0] in COMMANDS else ""
        assert COMMANDS[name].parser().read(words)


def test_help_of_a_command(neuroviz):
    """The same before the command and behind it; a mistyped one is told."""
    assert "--until-loss X" in neuroviz("train", "--help").out
    assert neuroviz("help", "train").out.split() == neuroviz("train", "--help").out.split()
    assert "did you mean train? Known are: animate" in neuroviz("help", "trian").err
    assert "--reset" in neuroviz("help", "").out  # the window's, which has no other place
    assert "unrecognized arguments:" in neuroviz("train", "").err


def test_help_is_a_page_for_man(neuroviz, tmp_path):
    """In troff, which groff reads without a warning; it has every option."""
    page = neuroviz("help", "--man").out
    for name, command in COMMANDS.items():
        assert f'.SH "{f"neuroviz {name}".strip().upper()}"' in page
        for action in command.parser()._actions:
            assert all(word.replace("-", "\\-") in page for word in action.option_strings)
    if shutil.which("groff"):
        line = ["groff", "-ww", "-man", "-Tutf8", "-Kutf8", "-z"]
        done = subprocess.run(line, input=page, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("command", ["train", "sweep", "script", "curvature"])
def test_quiet_leaves_out_what_only_tells(command, neuroviz, tmp_path):
    """What was understood of a table, what was written, and the summary; not what was asked for."""
    table = tmp_path / "x.csv"
    table.write_text("a,b\n1,2\n2,4\n3,7\n", encoding="utf-8")
    shown = ["--json"] if command in ("train", "sweep") else []
    short = ["--epochs", "3", *shown]
    loud = neuroviz(command, "--data", table, *short)
    quiet = neuroviz(command, "--data", table, *short, "-q")
    for word in ("-q", "--quiet"):  # it means before the command what it means behind
        before = neuroviz(word, command, "--data", table, *short)
        assert (before.code, before.out[:80], before.err) == (0, quiet.out[:80], "")
    assert "3 rows from x.csv" in loud.err
    assert (quiet.code, quiet.err) == (0, "")
    assert quiet.out[:80] == loud.out[:80] != ""
    if shown:
        written = neuroviz(command, "--epochs", "3", "--plot", tmp_path / "x.svg", "--quiet")
        assert (written.code, written.out, written.err) == (0, "", "")
    if command == "train":
        answered = neuroviz("train", "--epochs", "3", "--predict", "1,1", "--quiet").out
        assert answered.split() == ["x", "predicted", "ŷ", "(1,", "1)", "0.0000"]
    assert neuroviz(command, "--task", "nothing", "-q").err
    assert "Written" in neuroviz("script", "--output", tmp_path / "x.py").err


def loaded_by(*words):
    """Return what a command has imported in a process of its own."""
    code = (
        "import sys; from neuroviz.cli import main; code = main(sys.argv[1:]); "
        "print(*sys.modules, file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout
    return set(done.stderr.split())


GREAT = {"torch", "PySide6", "pyqtgraph", "matplotlib"}


@pytest.mark.parametrize("words", [["--help"], ["--version"]])
def test_the_quickest_load_not_even_numpy(words):
    """Its import takes longer than all the rest of theirs."""
    assert not {"numpy", *GREAT} & loaded_by(*words)


def test_the_lists_load_neither_torch_nor_qt():
    assert not GREAT & loaded_by("list", "--json")


EACH = """
import sys
for name in sys.argv[1:]:
    for module in [module for module in sys.modules if module.startswith("neuroviz")]:
        del sys.modules[module]
    from neuroviz.cli import main
    main([*name.split(), "--help"])
    print(name, *sys.modules, sep=",", file=sys.stderr)
"""


def test_the_help_of_a_command_loads_neither_torch_nor_qt_nor_another_command():
    """What one command imports, another need not wait for."""
    modules = {f"neuroviz.cli.{each.module or each.name}" for each in COMMANDS.values()}
    line = [sys.executable, "-c", EACH, *COMMANDS]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=True)
    loaded_by_each = dict(line.split(",", 1) for line in done.stderr.splitlines())
    assert loaded_by_each.keys() == COMMANDS.keys()
    for name, command in COMMANDS.items():
        loaded = set(loaded_by_each[name].split(","))
        module = (command.module or name) if name else "help"
        assert not GREAT & loaded, name
        assert loaded & modules == {f"neuroviz.cli.{module}"}, name


def test_no_command_is_left_out():
    """Every file with something to run is in the table."""
    modules = [module.name for module in pkgutil.iter_modules(cli.__path__)]
    runnable = [
        name
        for name in modules
        if "\ndef add_options("
        in (Path(cli.__path__[0]) / f"{name}.py").read_text(encoding="utf-8")
    ]
    assert sorted(command.module or command.name for command in COMMANDS.values()) == sorted(
        runnable
    )


def test_module_and_ctrl_c_during_imports(monkeypatch):
    """Ctrl-C before a command has begun is a quiet end with code 130."""
    from neuroviz.cli import main

    def interrupted(argv):
        raise KeyboardInterrupt

    monkeypatch.setattr("neuroviz.cli.command.dispatch", interrupted)
    assert main([]) == 130


GONE = """
import os, sys
os.rmdir(os.getcwd())
from neuroviz.cli import main
sys.exit(main(["train", "--epochs", "3"]))
"""


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps a folder that somebody works in")
def test_a_folder_that_was_deleted_is_told(tmp_path):
    """In one sentence, before torch is loaded: there a library of it ends the process."""
    done = subprocess.run(
        [sys.executable, "-c", GONE], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "neuroviz: the folder it was started in is gone: change to one that exists.\n"
    )
