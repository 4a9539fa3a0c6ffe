import pkgutil
import subprocess
import sys

import pytest

from neuroviz import core


def loaded_after(code: str) -> list[str]:
    """Return which of the great modules a fresh interpreter has in after the code."""
    watched = (
        "[name for name in ('torch', 'PySide6', 'pyqtgraph', 'matplotlib') if name in sys.modules]"
    )
    program = f"import sys\n{code}\nprint(*{watched})"
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=True
    )
    return result.stdout.split()


def test_nothing_needs_torch_to_be_imported() -> None:
    """Before torch is in, tables, settings and the command line work.

    All of core can be imported.
    """
    modules = [module.name for module in pkgutil.walk_packages(core.__path__, f"{core.__name__}.")]
    assert len(modules) > 50
    imports = "\n".join(f"import {name}" for name in modules)
    settings = "neuroviz.core.choices.settings.Settings('spam', seed=3)"
    use = f"neuroviz.core.choices.command_line.command_line({settings})"
    assert loaded_after(f"{imports}\n{use}") == []


def test_torch_comes_with_one_thread_and_without_its_optimizers_machinery() -> None:
    """``load_torch`` leaves it one thread.

    The first steps of Adam stay clear of torch._dynamo, whose import takes a second or two.
    """
    code = (
        "from neuroviz.core.lazy import load_torch\nload_torch()\nimport torch\n"
        "assert torch.get_num_threads() == 1\n"
        "from neuroviz.core.choices.settings import Settings\n"
        "from neuroviz.core.training.trainer import Trainer\n"
        "Trainer(Settings(optimizer='adam')).advance(3)\n"
        "assert 'torch._dynamo' not in sys.modules"
    )
    assert loaded_after(code) == ["torch"]


@pytest.mark.skipif(sys.platform != "linux", reason="reads which libraries a process has")
def test_the_largest_library_is_there_before_the_import_takes_the_interpreter_s_lock() -> None:
    """A window stood still while the import loaded it: 0.3 to 0.8 s."""
    code = """
import sys
from pathlib import Path
from neuroviz.core import lazy

def read():
    return "libtorch_cpu" in Path("/proc/self/maps").read_text()

assert not read()
lazy._load_library()
assert read() and "torch" not in sys.modules
lazy.load_torch()
assert lazy.torch.ones(3).sum().item() == 3
"""
    assert loaded_after(code) == ["torch"]


def test_the_first_use_may_be_in_several_threads() -> None:
    """Classes written at their first use took no arguments while another thread wrote them.

    A run of the API loads neither Qt nor matplotlib.
    """
    code = """
import sys, threading
import neuroviz as nv

wrong = []
threading.excepthook = wrong.append
sys.setswitchinterval(1e-6)
threads = [threading.Thread(target=lambda: nv.train("and", epochs=5).diagnosis) for _ in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not wrong, wrong
"""
    assert loaded_after(code) == ["torch"]
