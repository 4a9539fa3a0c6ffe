"""What an entry of the list says, and what its model asks for."""

from __future__ import annotations

from PySide6.QtCore import Qt

from neuroviz.core.choices.settings import Settings
from neuroviz.session.session import Session
from neuroviz.ui.runs.run_cells import RunsModel, entry_of

ROLE = Qt.ItemDataRole


def session(settings: Settings | None = None) -> Session:
    made = Session(settings or Settings("and", learning_rate=1.0))
    made.prepare()
    return made


def lines(of: Session) -> list:
    frame = of.frame()
    return [entry_of(run, alone=len(frame.runs) == 1) for run in frame.runs]


def test_an_entry_says_where_the_run_stands() -> None:
    """Epoch and loss are those of the newest stored loss.

    On mini-batches of the last whole epoch.
    """
    made = session(Settings("and", batch_size=2))
    made.advance(5)
    made.pin()
    (line,) = lines(made)
    rows = made.frame().rows
    loss = float(rows.loss.compressed()[-1])
    assert line.stand == f"epoch 2 · loss {loss:.4g}"
    assert repr(loss) in line.tip
    assert (line.name, line.differs, line.marks, line.active) == ("Run 1", "", ("now",), True)


def test_before_torch_there_is_no_number() -> None:
    """What has not been computed is a dash."""
    made = Session(Settings("and"))
    made.pin()
    assert lines(made)[0].stand == "epoch — · loss —"


def test_entries_say_in_what_runs_differ() -> None:
    """Only what is not the same in all of them; runs of the same settings say so."""
    made = session()
    for rate in (1.0, 5.0):
        made.apply(made.settings.replace(learning_rate=rate))
        made.pin()
        made.advance(1)
        made.reset()
    assert [line.differs for line in lines(made)] == ["learning rate 1", "learning rate 5"]
    same = session()
    same.pin()
    same.advance(1)
    same.reset()
    same.pin()
    assert [line.differs for line in lines(same)] == ["same settings as the others"] * 2


def test_marks() -> None:
    """The active run is "now", one beyond the finite numbers "stopped".

    The others in a race "racing".
    """
    made = session(Settings("line"))
    rates = {"slow": 0.01, "too fast": 0.5, "middle": 0.02}
    made.race(
        [
            (name, made.settings.replace(learning_rate=rate, epochs=10_000))
            for name, rate in rates.items()
        ]
    )
    made.advance(5000)
    assert [line.marks for line in lines(made)] == [("now",), ("stopped",), ("racing",)]
    made.end_race()
    assert [line.marks for line in lines(made)] == [("now",), ("stopped",), ()]
    assert "too fast, stopped, " in lines(made)[1].spoken


def test_the_active_run_is_always_shown() -> None:
    """Whatever its switch was before it became the active one."""
    made = session()
    made.pin()
    made.show_run(1, visible=False)
    assert lines(made)[0].visible
    assert lines(made)[0].spoken.endswith("shown")
    made.apply(made.settings.replace(optimizer="adam"))
    assert not lines(made)[0].visible
    assert lines(made)[0].spoken.endswith("hidden")


def test_the_model_asks_and_changes_nothing(qtbot: object) -> None:
    """A name and a switch leave as signals.

    An empty name, the same name and the active run's switch do not.
    """
    made = session()
    made.pin()
    made.apply(made.settings.replace(learning_rate=2.0))
    made.pin()
    model, heard = RunsModel(), []
    model.renamed.connect(lambda *what: heard.append(what))
    model.switched.connect(lambda *what: heard.append(what))
    model.show(lines(made))
    first, second = model.index(0), model.index(1)
    for name in ("", "  ", "Run 1", " fast "):
        assert not model.setData(first, name)
    assert heard == [(1, "fast")]
    model.switch(first)
    model.switch(second)
    assert heard[1:] == [(1, False)]
    checkable = Qt.ItemFlag.ItemIsUserCheckable
    assert (bool(first.flags() & checkable), bool(second.flags() & checkable)) == (True, False)
    assert first.data(ROLE.DisplayRole) == "Run 1"
    assert first.data(ROLE.AccessibleTextRole) == model.lines[0].spoken


def test_only_entries_that_changed_are_drawn_again() -> None:
    """A run that stands still costs nothing while another goes on."""
    made = session()
    made.pin()
    made.apply(made.settings.replace(learning_rate=2.0))
    made.pin()
    model, changed, reset = RunsModel(), [], []
    model.dataChanged.connect(lambda first, last: changed.append((first.row(), last.row())))
    model.modelReset.connect(lambda: reset.append(1))
    assert model.show(lines(made))
    made.advance(3)
    assert not model.show(lines(made))
    assert (changed, len(reset)) == ([(1, 1)], 1)
