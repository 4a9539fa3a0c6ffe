import signal
import threading

import pytest

from neuroviz.core.signals import ENDING, set_handlers

pytestmark = pytest.mark.usefixtures("signals_heard")


def test_handlers_are_exchanged_and_given_back():
    """Every signal gets the handler; what is returned puts all back as it was."""
    came = []
    before = {number: signal.getsignal(number) for number in ENDING}
    replaced = set_handlers(dict.fromkeys(ENDING, lambda number, frame: came.append(number)))
    for number in ENDING:
        signal.raise_signal(number)
    assert came == list(ENDING)
    set_handlers(replaced)
    assert {number: signal.getsignal(number) for number in ENDING} == before


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows has none")
def test_nohup_is_respected():
    """A process that was started to outlive its terminal does; Ctrl-C is heard all the same."""
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    replaced = set_handlers(dict.fromkeys(ENDING, signal.default_int_handler))
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    assert signal.SIGHUP not in replaced
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_in_another_thread_nothing_is_set():
    """Outside the main thread Python would refuse."""
    seen = []
    thread = threading.Thread(
        target=lambda: seen.append(set_handlers(dict.fromkeys(ENDING, signal.SIG_IGN)))
    )
    thread.start()
    thread.join()
    assert seen == [{}]
