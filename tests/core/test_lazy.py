import subprocess
import sys

import pytest

TABLES = ("activations", "losses", "optimizers", "schedules", "tasks", "settings", "command", "edits", "curvature")
TABLES += ("separability", "resolve", "hyperparameters", "catalogue", "history", "numbers")


def loaded_after(code: str) -> list[str]:
    """Return which of torch and Qt a fresh interpreter has in after the code."""
    watched = "[name for name in ('torch', 'PySide6', 'pyqtgraph') if name in sys.modules]"
    program = f"import sys\n{code}\nprint(*{watched})"
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=True
    )
    return result.stdout.split()


def test_no_table_needs_torch_to_be_read() -> None:
    """All tables, settings and the command line work before torch is in."""
    imports = "\n".join(f"import neuroviz.core.{name}" for name in TABLES)
    use = "from neuroviz.core.choices.settings import Settings\nfrom neuroviz.core.choices.command_line import command_line\n"
    assert loaded_after(f"{imports}\n{use}command_line(Settings('spam', seed=3))") == []


@pytest.mark.parametrize("module", ["trainer", "neuron", "states", "evidence"])
def test_even_the_trainer_imports_without_torch(module: str) -> None:
    """Importing a module that uses torch does not import it."""
    assert loaded_after(f"import neuroviz.core.{module}") == []


def test_torch_comes_with_one_thread_when_asked_for() -> None:
    """``load_torch`` imports torch and leaves it one thread."""
    code = (
        "from neuroviz.core.lazy import load_torch\nload_torch()\nimport torch\nassert torch.get_num_threads() == 1"
    )
    assert loaded_after(code) == ["torch"]


def test_training_does_not_import_torch_s_optimizers_machinery() -> None:
    """The first steps of Adam stay clear of torch._dynamo, whose import takes a second or two."""
    code = (
        "from neuroviz.core.choices.settings import Settings\nfrom neuroviz.core.training.trainer import Trainer\n"
        "Trainer(Settings(optimizer='adam')).advance(3)\n"
        "assert 'torch._dynamo' not in sys.modules"
    )
    assert loaded_after(code) == ["torch"]
