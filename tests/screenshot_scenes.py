"""What `tests.screenshots` shows.

Settings, how far the run has gone, and what a person does then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from neuroviz.core.anatomy.explain import Quantity
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.data.generators import Recipe

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from neuroviz.ui.window.main_window import MainWindow

Act = Callable[["MainWindow"], object]
_PHASES = ("forward", "loss", "zero_grad", "backward", "update")
_IN_2_S = 8
_IN_8_S = 478
"""Epochs of a thousand to which the time-lapse has come then."""
_SEVERAL = {
    "sgd": {"learning_rate": 5.0},
    "momentum": {"learning_rate": 1.0},
    "nesterov": {"learning_rate": 1.0},
    "adagrad": {"learning_rate": 1.0},
    "rmsprop": {"learning_rate": 0.1},
    "adam": {"learning_rate": 0.3},
    "adamw": {"learning_rate": 0.1},
}
_TWO_MINIMA = Dataset(
    np.array([[-2.0], [-1.0], [1.0], [2.0]]), np.array([0.6, 0.2, 0.2, 0.9]), classes=False
)
"""With sigmoid and MSE: 0.0776 at w = 0.25, b = −0.13 and 0.1000 at w = 3.57,
b = −4.95, and no other minimum."""

_TABLE = (
    "Tag;Wärme;Druck;Regen\nMo;20,5;1013,25;nein\nDi;25;990;ja\nMi;n/a;1000;ja\n"
    "Do;15,5;1020;nein\nFr;11,5;1001,5;ja\nSa;18,25;1016;nein\nSo;22;998,5;ja\n"
)
_WEATHER = (
    Dataset(
        np.column_stack((np.linspace(5, 30, 24), 1013 + 12 * np.sin(np.arange(24.0)))),
        (np.sin(np.arange(24.0)) < 0.1).astype(float),
        classes=True,
        input_names=("temperature", "pressure"),
        target_name="rain",
        class_names=("dry", "wet"),
        origin="weather.csv",
    )
    .holding_out(0.25)
    .scaled("standardise")
)


@dataclass(frozen=True)
class Scene:
    """One thing to look at."""

    epochs: int | None
    """How far the run has gone; None for as far as Run goes by itself."""
    choices: dict[str, Any] = field(default_factory=dict)
    """The settings; none for what a first start shows."""
    then: Act | None = None
    """What is done in the window after that."""
    seen: Callable[[MainWindow], QWidget] | None = None
    """What is drawn in place of the whole window: one of its dialogs."""
    sharp: bool = False
    """Whether it is drawn with two pixels for one too."""


# --- what a person does ---------------------------------------------------------------------------


def _all(*acts: Act) -> Act:
    def act(window: MainWindow) -> None:
        for each in acts:
            each(window)

    return act


def _part(phase: str) -> Act:
    """Go on by parts of a step to this one."""

    def act(window: MainWindow) -> None:
        while window.bench.session.frame().phase != phase:
            window.bench.look_control.next_part()

    return act


def _tab(name: str) -> Act:
    return lambda window: window.bench.side.bring(getattr(window.bench, name))


def _pick(sample: int) -> Act:
    return lambda window: window.bench.look_control.pick(sample)


def _look_at(step: int) -> Act:
    return lambda window: window.bench.look_control.look_at(step)


def _why(kind: str, index: int | None = None) -> Act:
    """Ask why a number of the neuron is what it is."""
    return lambda window: window.bench.neuron.asked.emit(Quantity(kind, index))


def _change(**changes: Any) -> Act:
    return lambda window: window.bench.change_control.change(changes)


def _go_on(epochs: int) -> Act:
    def act(window: MainWindow) -> None:
        window.bench.session.advance(window.bench.session.steps_to_epoch(epochs))
        window.bench.player.advanced.emit()

    return act


def _pin(window: MainWindow) -> None:
    window.bench.run_list_control.pin()


def _open_second(window: MainWindow) -> None:
    window.bench.columns.show("side", False)
    window.bench.neuron.network.asked.emit(1)


def _write_note(window: MainWindow) -> None:
    window.bench.columns.show("side")
    window.bench.side.bring(window.bench.runs)
    window.bench.runs.panel.note.setPlainText(
        "Seed 3 starts on the wrong side, and needs twice as long."
    )


def _offer(window: MainWindow) -> None:
    """Show what is said after a crash, in place of the words to somebody new."""
    window.welcome.hide()
    window.offer_bar.offer(
        "NeuroViz did not close properly last time. It has kept: OR gate, 2026-11-25 22:32."
    )


def _race(window: MainWindow) -> None:
    """All optimizers from the same start."""
    own = window.bench.session.settings
    runs = [(name, own.replace(optimizer=name, **rate)) for name, rate in _SEVERAL.items()]
    window.bench.run_list_control.race(runs, beside=True)


def _press_run(window: MainWindow) -> None:
    """Show a running run without running it: what the clock says would differ from time to time."""
    window.bench.player.running_changed.emit(True)
    window.bench.transport.show_rate(123_456.0, window.bench.session.settings.steps_per_epoch)


def _principal_plane() -> Act:
    def act(window: MainWindow) -> None:
        from neuroviz.ui.views import LandscapeView

        window.bench.view(LandscapeView).choice.choose("principal")

    return act


def _press(name: str) -> Act:
    def act(window: MainWindow) -> None:
        from PySide6.QtWidgets import QAbstractButton

        button = window.findChild(QAbstractButton, name)
        assert button is not None, name
        button.click()

    return act


def _rest(name: str) -> Act:
    """Let the pointer come to a label and rest there."""

    def act(window: MainWindow) -> None:
        from PySide6.QtCore import QEvent, QPointF
        from PySide6.QtGui import QEnterEvent, QHelpEvent
        from PySide6.QtWidgets import QApplication, QLabel

        QApplication.processEvents()
        label = window.findChild(QLabel, name)
        assert label is not None, name
        place = label.rect().center()
        everywhere = QPointF(label.mapToGlobal(place))
        QApplication.sendEvent(label, QEnterEvent(QPointF(place), everywhere, everywhere))
        QApplication.sendEvent(label, QHelpEvent(QEvent.Type.ToolTip, place, everywhere.toPoint()))

    return act


def _open_curvature(window: MainWindow) -> None:
    window.bench.form.more_settings.sections[0].set_open(True)


def _open_glossary(window: MainWindow) -> None:
    window.explainer.open_glossary("condition number")


def _glossary(window: MainWindow) -> Any:
    from neuroviz.ui.explanations.glossary import GlossaryWindow

    return window.findChild(GlossaryWindow)


def _plots(*names: str) -> Act:
    """Show these plots and no others."""
    return lambda window: window.bench.grid.choose(list(names))


def _stand_at(*values: float) -> Act:
    """Take a step by clicking at a place of the landscape's plane."""

    def act(window: MainWindow) -> None:
        from PySide6.QtCore import QPointF, Qt
        from PySide6.QtTest import QTest

        QTest.qWait(500)  # until the plane has come to rest
        plot = window.bench.views["landscape"].plot
        place = plot.pixel_of(QPointF(*values)).toPoint()
        QTest.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=place)

    return act


def _run_to_the_end(window: MainWindow) -> None:
    """Run until the run pauses by itself."""
    from PySide6.QtWidgets import QApplication

    window.bench.transport.set_pace("to_end")
    window.bench.transport.run.click()
    QApplication.processEvents()
    while window.bench.player.running:
        QApplication.processEvents()


def _hold_ball(across: int, down: int) -> Act:
    """Take the landscape's ball, and hold it so many pixels away, until the run is seen to end."""

    def act(window: MainWindow) -> None:
        from PySide6.QtCore import QPoint, Qt
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QApplication

        view = window.bench.views["landscape"]
        (ball,) = (handle.at.toPoint() for handle in view.drag.shown)
        viewport, button = view.plot.viewport(), Qt.MouseButton.LeftButton
        QTest.mousePress(viewport, button, Qt.KeyboardModifier.NoModifier, ball)
        for share in (0.5, 1.0):
            QTest.mouseMove(viewport, ball + QPoint(across, down) * share)
        ghosts = window.bench.session.ghosts
        while ghosts.ghost is None or not (ghosts.ghost.ahead.ends and view.is_finished):
            QApplication.processEvents()

    return act


def _rings_closed(window: MainWindow) -> None:
    """Wait until no ring closes round a point any more that has become right."""
    from PySide6.QtWidgets import QApplication

    closing = window.bench.views["data"].closing
    QApplication.processEvents()
    while closing.state() != closing.State.Stopped:
        QApplication.processEvents()


def _card(name: str) -> Callable[[MainWindow], QWidget]:
    return lambda window: window.bench.views[name]


def _enlarge(name: str) -> Act:
    return lambda window: window.bench.views[name].enlarge.click()


def _fold(window: MainWindow) -> None:
    window.bench.commands["panel"].trigger()


def _show_breaks(window: MainWindow) -> None:
    """Unfold the switches that break a run, and scroll to them."""
    from PySide6.QtWidgets import QApplication

    form = window.bench.form
    form.more.set_open(True)
    form.more_settings.breaks.set_open(True)
    QApplication.processEvents()
    form.more_settings.bring(form.more_settings.breaks)


def _sweep(over: str, **fields: float) -> Act:
    """Sweep, and wait for the result."""

    def act(window: MainWindow) -> None:
        from PySide6.QtWidgets import QApplication

        window.bench.open_sweep()
        sweep = _sweep_window(window)
        sweep.form.over.set_name(over)
        sweep.form.over.chosen.emit(over)
        for name, value in fields.items():
            sweep.form.fields[name].control.setValue(value)
        sweep.run()
        while sweep.job.running:
            QApplication.processEvents()

    return act


def _sweep_window(window: MainWindow) -> Any:
    from neuroviz.ui.sweep.window import SweepWindow

    return window.findChild(SweepWindow)


def _open_race(window: MainWindow) -> None:
    window.bench.open_race()


def _race_dialog(window: MainWindow) -> Any:
    from neuroviz.ui.runs.race_dialog import RaceDialog

    return window.findChild(RaceDialog)


def _draw_at(*points: tuple[float, float]) -> Act:
    """Draw points of class 1 where they are, in units of the axes."""

    def act(window: MainWindow) -> None:
        view = window.bench.views["data"]
        view.draw_data.setChecked(True)
        for point in points:
            view.drawing.click(window.bench.session.settings, np.array(point), None, other=False)

    return act


def _blank(window: MainWindow) -> None:
    window.bench.data_control.draw()


def _import(window: MainWindow) -> None:
    """Paste a table with German numbers, a column of words and a bad cell."""
    window.bench.data_control.read_text(_TABLE)
    dialog = _door(window)
    while dialog.job.running:
        _process()
    dialog.leave_out.click()


def _new_data(kind: str) -> Act:
    def act(window: MainWindow) -> None:
        window.bench.data_control.open_new()
        box = _door(window).kind
        box.setCurrentIndex(box.findData(kind))

    return act


def _open_table(window: MainWindow) -> None:
    window.bench.data_control.open_table()


def _process() -> None:
    from PySide6.QtWidgets import QApplication

    QApplication.processEvents()


def _door(window: MainWindow) -> Any:
    """Return the dialog by which data come in."""
    from neuroviz.ui.data.import_dialog import ImportDialog
    from neuroviz.ui.data.new_dialog import NewDialog

    return window.findChild(ImportDialog) or window.findChild(NewDialog)


def _share_film(window: MainWindow) -> None:
    window.bench.exporter.share_film()


def _film_dialog(window: MainWindow) -> Any:
    from neuroviz.ui.export.film_dialog import FilmDialog

    return window.findChild(FilmDialog)


def _open_export_menu(window: MainWindow) -> None:
    window.bench.export_menu.popup(window.mapToGlobal(window.rect().center()))


def _table_dialog(window: MainWindow) -> Any:
    from neuroviz.ui.data.table_dialog import TableDialog

    return window.findChild(TableDialog)


# --- the scenes -----------------------------------------------------------------------------------

_STARTS = {
    "loading": Scene(0),
    "first_start": Scene(0, sharp=True),
    "held": Scene(
        0,
        {"task": "and", "learning_rate": 5.0, "epochs": 1_000},
        _all(_press("welcome_close"), _hold_ball(-40, -60)),
    ),
    "running": Scene(1284, {"task": "and", "learning_rate": 1.0}, _press_run, sharp=True),
    "running_2s": Scene(_IN_2_S, {"task": "and", "learning_rate": 1.0, "epochs": 1000}, _press_run),
    "running_8s": Scene(
        _IN_8_S, {"task": "and", "learning_rate": 1.0, "epochs": 1000}, _press_run, sharp=True
    ),
    "finished": Scene(None, {"task": "and"}),
    "your_turn": Scene(
        0, {"task": "line"}, _all(_plots("landscape", "loss"), _press("you_optimize"))
    ),
    "fog": Scene(
        0,
        {"task": "line"},
        _all(
            _plots("landscape", "loss"), _press("you_optimize"), _press("fog"), _stand_at(4.0, 3.0)
        ),
        sharp=True,
    ),
    "diverged": Scene(None, {"task": "line", "learning_rate": 0.2}),
}
_TASKS = {
    "two_inputs": Scene(200, {"task": "or"}, _pick(1)),
    "one_input": Scene(None, {"task": "line"}, _pick(2)),
    "three_inputs": Scene(None, {"task": "sum"}),
    "weather": Scene(50, {"task": "weather"}),
    "spam": Scene(40, {"task": "spam"}, sharp=True),
    "spam_backward": Scene(40, {"task": "spam"}, _all(_part("backward"), _why("grad", 7))),
    "by_hand": Scene(0, {"task": "and_by_hand"}),
    "xor": Scene(None, {"task": "xor"}),
    "three_gates": Scene(30, {"task": "gates", "learning_rate": 1.0}),
    "one_by_one": Scene(60, {"task": "and_one_by_one"}),
    "two_lines": Scene(
        0,
        {"task": "and", "activation": "gelu", "loss": "mse", "threshold": -0.1, "weights": (3, 2)},
    ),
    "hyperparameters": Scene(
        300,
        {
            "task": "or",
            "optimizer": "adamw",
            "learning_rate": 0.05,
            "schedule": "step_decay",
            "batch_size": 1,
        },
    ),
}
_ANATOMY = {
    **{
        f"and_{phase}": Scene(20, {"task": "and", "learning_rate": 1.0}, _part(phase))
        for phase in _PHASES
    },
    **{
        f"line_{phase}": Scene(5, {"task": "line", "learning_rate": 0.01}, _part(phase))
        for phase in _PHASES
    },
    "arithmetic": Scene(
        20,
        {"task": "and", "learning_rate": 1.0},
        _all(_pick(0), _part("backward"), _why("grad", 0), _press("unfold_samples")),
        sharp=True,
    ),
    "arithmetic_adam": Scene(
        20, {"task": "sum", "optimizer": "adam"}, _all(_part("update"), _why("weight", 1))
    ),
    "saturated": Scene(
        0,
        {"task": "and", "weights": (100.0, 100.0), "bias": -150.0},
        _all(_pick(0), _part("backward")),
    ),
    "breaks": Scene(
        30,
        {
            "task": "and",
            "learning_rate": 1.0,
            "breaks": ("no_bias", "no_zero_grad", "x1_times_100"),
        },
        _all(_part("backward"), _show_breaks),
    ),
    "penalty": Scene(
        300,
        {"task": "and", "learning_rate": 1.0, "l2": 0.02},
        _all(lambda window: window.bench.form.more.set_open(True), _why("grad", 0)),
    ),
    "penalty_batch": Scene(
        40,
        {"task": "line", "learning_rate": 0.02, "l1": 0.5, "l2": 0.1},
        _all(lambda window: window.bench.look_control.pick(None), _part("update")),
    ),
    "code": Scene(20, {"task": "and"}, _all(_part("backward"), _tab("code"))),
}
_TIME = {
    "look_back": Scene(500, {"task": "or"}, _look_at(20), sharp=True),
    "look_back_long": Scene(1_000_000, {"task": "and", "epochs": 2_000_000}, _look_at(123_457)),
    "pinned": Scene(
        300,
        {"task": "and", "learning_rate": 5.0},
        _all(
            _pin, _change(optimizer="adam", learning_rate=0.1), _go_on(300),
            _pin, _change(optimizer="momentum", learning_rate=1.0), _go_on(300),
            _pin, _change(seed=3), _go_on(200), _tab("runs"),
        ),
        sharp=True,
    ),
    "race_won": Scene(0, {"task": "and", "epochs": 300}, _all(_race, _run_to_the_end, _tab("runs")),
                      sharp=True),
    "race": Scene(0, {"task": "and"}, _all(_race, _go_on(200), _tab("runs")), sharp=True),
    "race_dialog": Scene(0, {"task": "and"}, _open_race, _race_dialog, sharp=True),
    "film_dialog": Scene(60, {"task": "and"}, _share_film, _film_dialog),
    "export_menu": Scene(60, {"task": "and"}, _open_export_menu,
                         lambda window: window.bench.export_menu),
}  # fmt: skip
_EXPLANATIONS = {
    "explanation": Scene(
        60,
        {"task": "line", "learning_rate": 0.06},
        _all(_open_curvature, _rest("condition_number_caption")),
        sharp=True,
    ),
    "explanation_state": Scene(60, {"task": "line", "learning_rate": 0.0635}, _rest("state")),
    "glossary": Scene(
        60, {"task": "line", "learning_rate": 0.06}, _open_glossary, _glossary, sharp=True
    ),
}
_STATES = {
    "state_learning": Scene(60, {"task": "and", "learning_rate": 1.0}),
    "state_converged": Scene(3000, {"task": "line", "learning_rate": 0.05}),
    "state_diverging": Scene(60, {"task": "line", "learning_rate": 0.07}),
    "state_rising": Scene(20, {"task": "and", "learning_rate": 5.0, "optimizer": "adam"}),
    "state_saturated": Scene(
        5, {"task": "and", "loss": "mse", "weights": (40.0, 40.0), "bias": 60.0}
    ),
    "state_impossible": Scene(300, {"task": "line", "activation": "sigmoid"}),
    "state_dead": Scene(50, {"task": "weather"}),
    "state_ascent": Scene(60, {"task": "and", "breaks": ("ascent",), "learning_rate": 1.0}),
}
"""What the line of words says; others of its states are in the scenes above."""
_LANDSCAPES = {
    "line_smooth": Scene(60, {"task": "line", "learning_rate": 0.03}),
    "line_zigzag": Scene(60, {"task": "line", "learning_rate": 0.06}),
    "line_diverging": Scene(60, {"task": "line", "learning_rate": 0.0635}),
    "line_large": Scene(60, {"task": "line", "learning_rate": 0.06}, _enlarge("landscape")),
    "two_minima": Scene(
        2000,
        {"task": "double", "activation": "sigmoid", "loss": "mse", "learning_rate": 4.0,
         "data": _TWO_MINIMA, "weights": (-4.0,), "bias": 2.0},
        _all(_pin, _change(weights=(5.0,), bias=-1.0), _go_on(2000), _enlarge("landscape")),
    ),
    "principal": Scene(300, {"task": "sum"}, _principal_plane()),
    "map": Scene(500, {"task": "and", "learning_rate": 1.0}, _press("show_surface")),
    "landscape_large": Scene(500, {"task": "and"}, _enlarge("landscape"), sharp=True),
    "enlarged": Scene(1284, {"task": "and"}, _enlarge("loss")),
    "neuron_large": Scene(20, {"task": "and", "learning_rate": 1.0},
                          _all(_part("backward"), _enlarge("neuron"))),
    "folded": Scene(1284, {"task": "and"}, _fold),
}  # fmt: skip
_SWEEPS = {
    "sweep_rates": Scene(
        0, {"task": "line", "epochs": 200}, _sweep("rates"), _sweep_window, sharp=True
    ),
    "sweep_momenta": Scene(
        0,
        {"task": "line", "optimizer": "momentum", "epochs": 200},
        _sweep("momenta"),
        _sweep_window,
    ),
    "sweep_starts": Scene(
        0,
        {
            "task": "double",
            "activation": "sigmoid",
            "loss": "mse",
            "learning_rate": 4.0,
            "data": _TWO_MINIMA,
        },
        _sweep("starts", reach=6.0, starts=40, epochs=2000),
        _sweep_window,
    ),
}
_DATA = {
    "drawing": Scene(0, {"task": "and"}, _draw_at((0.3, 0.3), (0.5, 0.1)), sharp=True),
    "drawing_blank": Scene(0, {"task": "and"}, _blank),
    "data_import": Scene(0, {"task": "and"}, _import, _door, sharp=True),
    "data_new": Scene(0, {"task": "and"}, _new_data("moons"), _door),
    "data_table": Scene(0, {"data": _WEATHER}, _open_table, _table_dialog, sharp=True),
    "data_scaled": Scene(60, {"data": _WEATHER}, _press("own_units"), sharp=True),
    "data_held_out": Scene(200, {"data": Recipe("moons", 0.2, 60, 3).dataset().holding_out(0.3)}),
}
_CARDS = {
    "card_backward": Scene(
        20,
        {"task": "and", "learning_rate": 1.0},
        _all(_pick(0), _part("backward"), lambda window: window.bench.part_player.end()),
        _card("neuron"),
    ),
    "card_network": Scene(3_000, {"task": "xor_two"}, _plots("data"), _card("neuron")),
    "card_classes": Scene(
        300, {"task": "blobs3"}, _all(_plots("data"), _rings_closed), _card("data")
    ),
}
"""Those of the README's first five minutes, and the scene "held"."""
_SEVERAL_NEURONS = {
    "network": Scene(
        110,
        {"task": "xor", "hidden": 3, "hidden_activation": "tanh", "learning_rate": 0.5},
        _all(_open_second, _part("backward")),
    ),
    "layer": Scene(20, {"task": "blobs3"}, _open_second),
}
"""In a large window all of them stand above the opened one."""
_SESSIONS = {
    "notes": Scene(
        100, {"task": "and"}, _all(_pin, _change(seed=3), _go_on(100), _pin, _write_note)
    ),
    "offer": Scene(0, {"task": "and"}, _offer),
}
WITH_ALL_PLOTS = {*_TASKS, *_LANDSCAPES, "pinned", "race"}
"""Scenes in which more is to be seen than the two plots of a first start."""
SCENES: dict[str, Scene] = {
    **_STARTS,
    **_TASKS,
    **_ANATOMY,
    **_TIME,
    **_STATES,
    **_EXPLANATIONS,
    **_LANDSCAPES,
    **_SWEEPS,
    **_DATA,
    **_CARDS,
    **_SEVERAL_NEURONS,
    **_SESSIONS,
}


def settings_of(scene: Scene) -> Settings | None:
    """Return the settings that the window opens with."""
    return Settings(**scene.choices) if scene.choices else None
