import pkgutil
import subprocess
import sys

from neuroviz import core


def loaded_after(code):
    """Return which of the great modules a fresh interpreter has in after the code."""
    watched = (
        "[name for name in ('torch', 'PySide6', 'pyqtgraph', 'matplotlib') if name in sys.modules]"
    )
    program = f"import sys\n{code}\nprint(*{watched})"
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=True
    )
    return result.stdout.split()


def test_nothing_needs_torch_to_be_imported():
    """Before torch is in, tables, settings and the command line work.

    All of core can be imported.
    """
    modules = [module.name for module in pkgutil.walk_packages(core.__path__, f"{core.__name__}.")]
    assert len(modules) > 50
    imports = "\n".join(f"import {name}" for name in modules)
    settings = "neuroviz.core.choices.settings.Settings('spam', seed=3)"
    use = f"neuroviz.core.choices.command_line.command_line({settings})"
    assert loaded_after(f"{imports}\n{use}") == []


def test_torch_comes_in_parts_with_one_thread_and_without_its_optimizers_machinery():
    """Its largest library is there before the import takes the interpreter's lock.

    A window stood still while the import loaded it: 0.3 to 0.8 s. The first steps of Adam stay
    clear of torch._dynamo, whose import takes a second or two.
    """
    code = """
from pathlib import Path
from neuroviz.core import lazy
from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer

def read():
    return "libtorch_cpu" in Path("/proc/self/maps").read_text()

if sys.platform == "linux":
    assert not read()
    lazy._load_library()
    assert read() and "torch" not in sys.modules
lazy.load_torch()
assert lazy.torch.get_num_threads() == 1
Trainer(Settings(optimizer="adam")).advance(3)
assert "torch._dynamo" not in sys.modules
"""
    assert loaded_after(code) == ["torch"]


def test_the_first_use_may_be_in_several_threads():
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
