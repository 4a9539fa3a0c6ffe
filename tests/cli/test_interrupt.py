import os
import signal
import threading

from neuroviz.cli.interrupt import Interrupt


def press():
    """Send Ctrl-C to this process."""
    os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_is_noted():
    """Ctrl-C, pressed twice, raises nothing and is noted; after it one more is ignored."""
    with Interrupt() as interrupt:
        assert not interrupt.wanted
        press()
        press()
        assert interrupt.wanted
    press()
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_without_ctrl_c_all_is_as_before():
    """A run that nobody interrupted leaves the handler that was there."""
    before = signal.getsignal(signal.SIGINT)
    with Interrupt():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


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
