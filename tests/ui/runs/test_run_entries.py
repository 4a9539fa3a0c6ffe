"""What an entry of the list says."""

from PySide6.QtCore import Qt

from neuroviz.core.choices.settings import Settings
from neuroviz.session.session import Session
from neuroviz.ui.runs.run_cells import RunsModel, marks_of, stand_of

ROLE = Qt.ItemDataRole


def session(settings=None):
    made = Session(settings or Settings("and", learning_rate=1.0))
    made.prepare()
    return made


def model_of(of):
    model = RunsModel()
    model.show(of.frame().runs)
    return model


def said_of(of, role):
    model = model_of(of)
    return [model.index(row).data(role) for row in range(model.rowCount())]


def test_an_entry_says_where_the_run_stands():
    """Epoch and loss are those of the newest stored loss.

    On mini-batches of the last whole epoch.
    """
    made = session(Settings("and", batch_size=2))
    made.advance(5)
    made.pin()
    rows = made.frame().rows
    loss = float(rows.loss.compressed()[-1])
    assert said_of(made, ROLE.ToolTipRole) == [f"Run 1\nloss {loss!r} at epoch 2"]
    spoken = f"Run 1, now, epoch 2 · loss {loss:.4g}, shown"
    assert said_of(made, ROLE.AccessibleTextRole) == [spoken]


def test_before_torch_there_is_no_number():
    """What has not been computed is a dash."""
    made = Session(Settings("and"))
    made.pin()
    assert [stand_of(run) for run in made.frame().runs] == ["epoch — · loss —"]


def test_entries_say_in_what_runs_differ():
    """Only what is not the same in all of them; runs of the same settings say so."""
    made = session()
    for rate in (1.0, 5.0):
        made.apply(made.settings.replace(learning_rate=rate))
        made.pin()
        made.advance(1)
        made.reset()
    model = model_of(made)
    assert [*map(model.differs, model.listed)] == ["learning rate 1", "learning rate 5"]
    same = session()
    same.pin()
    same.advance(1)
    same.reset()
    same.pin()
    model = model_of(same)
    assert [*map(model.differs, model.listed)] == ["same settings as the others"] * 2


def test_marks():
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
    assert [*map(marks_of, made.frame().runs)] == [("now",), ("stopped",), ("racing",)]
    made.end_race()
    assert [*map(marks_of, made.frame().runs)] == [("now",), ("stopped",), ()]
    assert "too fast, stopped, " in said_of(made, ROLE.AccessibleTextRole)[1]


def test_the_active_run_is_always_shown():
    """Whatever its switch was before it became the active one."""
    made = session()
    made.pin()
    made.show_run(1, visible=False)
    assert said_of(made, ROLE.CheckStateRole) == [Qt.CheckState.Checked]
    assert said_of(made, ROLE.AccessibleTextRole)[0].endswith("shown")
    made.apply(made.settings.replace(optimizer="adam"))
    assert said_of(made, ROLE.CheckStateRole) == [Qt.CheckState.Unchecked]
    assert said_of(made, ROLE.AccessibleTextRole)[0].endswith("hidden")


def test_only_entries_that_changed_are_drawn_again():
    """A run that stands still costs nothing while another goes on."""
    made = session()
    made.pin()
    made.apply(made.settings.replace(learning_rate=2.0))
    made.pin()
    model, changed, reset = RunsModel(), [], []
    model.dataChanged.connect(lambda first, last: changed.append((first.row(), last.row())))
    model.modelReset.connect(lambda: reset.append(1))
    assert model.show(made.frame().runs)
    made.advance(3)
    assert not model.show(made.frame().runs)
    assert (changed, len(reset)) == ([(1, 1)], 1)
