import os
import signal
import subprocess
import sys
import threading

import pytest

from neuroviz.core.signals import ENDING, Interrupt

pytestmark = pytest.mark.usefixtures("signals_heard")


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_is_noted(number):
    """One that comes twice raises nothing.

    It is noted with its exit code, and is ignored after that.
    """
    with Interrupt() as interrupt:
        assert not interrupt.wanted
        os.kill(os.getpid(), number)
        os.kill(os.getpid(), number)
        assert interrupt.wanted
        assert interrupt.exit_code == 128 + number
    os.kill(os.getpid(), number)
    assert signal.getsignal(number) is signal.SIG_IGN


def test_without_a_signal_all_is_as_before():
    """A run that nobody interrupted leaves the handlers that were there."""
    before = [signal.getsignal(number) for number in ENDING]
    with Interrupt():
        assert all(signal.getsignal(number) not in before for number in ENDING)
    assert [signal.getsignal(number) for number in ENDING] == before


def test_in_another_thread():
    """Outside the main thread, where handlers cannot be set, it does no harm."""
    seen = []

    def work():
        with Interrupt() as interrupt:
            seen.append(interrupt.wanted)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [False]


ON_THE_WAY_OUT = """
import signal, sys
from neuroviz.cli import main

class Late:
    def __del__(self, send=signal.raise_signal, number=int(sys.argv[1])):
        send(number)  # when Python has taken its own handlers away

code = main(["list"])
sys.late = Late()
sys.exit(code)
"""


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_on_the_way_out_changes_nothing(number):
    """What was done stays done: code 0, all said, and no traceback."""
    line = [sys.executable, "-c", ON_THE_WAY_OUT, str(int(number))]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "sigmoid" in done.stdout


SWALLOWING = """
import signal, sys

class Sent:
    def find_spec(self, name, path=None, target=None):
        if name == "numpy":
            try:
                signal.raise_signal(int(sys.argv[1]))
            except BaseException:
                print("swallowed")

sys.meta_path.insert(0, Sent())
from neuroviz.cli import main
sys.exit(main(["train", "--epochs", "3", "--history", sys.argv[2]]))
"""


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_during_the_imports_ends_at_once(number, tmp_path):
    """It comes inside an import that swallows every exception.

    Still nothing goes on and nothing is said.
    """
    line = [sys.executable, "-c", SWALLOWING, str(int(number)), str(tmp_path / "run.csv")]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (128 + number, "", "")
    assert list(tmp_path.iterdir()) == []
