import dataclasses
import pkgutil
import subprocess
import sys

import pytest

from neuroviz import core
from neuroviz.core.lazy import dataclass


def loaded_after(code: str) -> list[str]:
    """Return which of torch and Qt a fresh interpreter has in after the code."""
    watched = "[name for name in ('torch', 'PySide6', 'pyqtgraph') if name in sys.modules]"
    program = f"import sys\n{code}\nprint(*{watched})"
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=True
    )
    return result.stdout.split()


def test_nothing_needs_torch_to_be_imported() -> None:
    """All of core can be imported, and tables, settings and the command line work, before torch is in."""
    modules = [module.name for module in pkgutil.walk_packages(core.__path__, f"{core.__name__}.")]
    assert len(modules) > 50
    imports = "\n".join(f"import {name}" for name in modules)
    settings = "neuroviz.core.choices.settings.Settings('spam', seed=3)"
    use = f"neuroviz.core.choices.command_line.command_line({settings})"
    assert loaded_after(f"{imports}\n{use}") == []


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


def test_a_data_class_is_whole_from_its_first_instance_on() -> None:
    """It says, equals, refuses and replaces what a :func:`dataclasses.dataclass` does, and so does its base."""

    @dataclass(frozen=True)
    class Place:
        x: float
        y: float = 2.0

    @dataclass(frozen=True, eq=False)
    class Named(Place):
        name: str = dataclasses.field(default_factory=str)

        def __post_init__(self) -> None:
            assert self.x < 10

    assert not {"__eq__", "__dataclass_fields__"} & (vars(Place).keys() | vars(Named).keys())
    named = Named(1.0, name="here")
    assert repr(named).endswith("Named(x=1.0, y=2.0, name='here')")
    assert Place(1.0) == Place(1.0, 2.0)
    assert hash(Place(1.0)) == hash(Place(1.0, 2.0))
    assert dataclasses.replace(named, y=3.0).y == 3.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        named.x = 2.0  # type: ignore[misc]
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'x'"):
        Named()  # type: ignore[call-arg]
    with pytest.raises(AssertionError):
        Named(10.0)
