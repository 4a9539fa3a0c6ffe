"""The same quantity is written the same way wherever it stands: bar, views, tables and figures."""

import re

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.model.rounding import loss_said, without_rounding
from neuroviz.core.numbers import fixed, measured, with_real_minus
from neuroviz.pictures.marks import EndLabel, Points, Text
from neuroviz.pictures.weights import SIGNS
from neuroviz.ui.views.data.view import describe_sample, equation

NUMBER = r"−?\d(?:[\d,]*\d)?(?:\.\d+)?(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?|−?10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+"
PLANE = Dataset([[0.5, -1.0], [1.5, 2.0], [-1.0, 0.3]], [12.5, -3.25, 0.001], classes=False)
SCENES = {
    "first start": (Settings("and"), 0),
    "a run": (Settings("and", learning_rate=1.0), 41),
    "as good as learnt": (Settings("or", learning_rate=50.0), 900),
    "line": (Settings("line", learning_rate=0.01), 20),
    "blows up": (Settings("line", learning_rate=0.2), 60),
    "is about to": (Settings("line", learning_rate=0.2), 6),
    "thousands": (Settings("line", weights=(-120.0,), bias=1852.3), 1),
    "three inputs": (Settings("sum", learning_rate=1e-4), 30),
    "a hundred": (Settings("spam"), 30),
    "large weights": (Settings("xor", weights=(1234.5, -0.00004), bias=-1.0), 0),
    "as good as 0": (Settings("xor", learning_rate=1.0), 1024),
    "numbers over a plane": (Settings("line", data=PLANE, learning_rate=0.01), 15),
}


def test_a_quantity_is_written_in_one_way(open_window):
    """All that is computed has four digits, and a rounded number has the zeros at their end.

    Columns of a table have the decimals of their largest number, and are those rounded.
    """
    person = open_window(plots="all")
    person.bench.columns.show("side")
    person.bench.side.bring(person.bench.tables)
    for scene, (settings, steps) in SCENES.items():
        person.begin(settings)
        person.bench.session.advance(steps)
        person.bench.player.advanced.emit()
        said = {**_losses(person), **_weights(person), **_outputs(person)}
        weights = without_rounding(settings, person.frame.parameters)
        wanted = {
            "loss": loss_said(settings, person.frame.current_loss),
            **dict(zip(settings.parameters.names, map(measured, weights), strict=True)),
            **{f"ŷ {i}": measured(y) for i, y in enumerate(person.frame.prediction.output)},
        }
        assert len({place for _, place in said}) >= 8, scene
        for (quantity, place), text in said.items():
            assert text == wanted[quantity], (scene, quantity, place)
        prediction = person.frame.prediction
        sums = np.round(prediction.pre_activation, 12)  # what is only rounding is 0
        for column, values in ((1, sums), (2, prediction.output)):
            _check_column(person, column, values)


STEPS = {
    "a step": (Settings("and", learning_rate=1.0), 41),
    "moments": (Settings("and", optimizer="adam"), 41),
    "directions": (Settings("and", optimizer="newton", learning_rate=1.0), 3),
    "blows up": (Settings("line", learning_rate=0.2), 30),
}


def test_the_arithmetic_of_a_step_has_all_digits(open_window):
    """In no cell of its tables are there fewer than elsewhere, or the beginning of a text alone."""
    person = open_window(plots="all")
    person.bench.columns.show("side")
    person.bench.side.bring(person.bench.arithmetic)
    panel = person.bench.arithmetic.panel
    panel.fold.setChecked(True)
    for scene, (settings, steps) in STEPS.items():
        person.begin(settings)
        person.bench.session.advance(steps)
        person.bench.player.advanced.emit()
        person.settle()
        panel.show_new(person.frame)
        person.settle()
        _check_cells(panel.stages, scene)
        _check_cells(panel.samples, scene)
        assert not panel.stages.horizontalScrollBar().maximum(), scene
        for row, stage in enumerate(person.frame.opened.stages):
            for parameter in range(panel.stages.columnCount() - 1):
                item = panel.stages.item(panel.stages.line_of(row, 1), parameter + 1)
                assert item.text() == measured(stage.of(parameter)), (scene, stage.symbol)


def _check_cells(table, scene):
    for line in range(table.rowCount()):
        for column in range(table.columnCount()):
            text = table.item(line, column).text()
            room = table.visualRect(table.model().index(line, column)).width()
            assert table.fontMetrics().horizontalAdvance(text) + 8 <= room, (scene, text)


def test_names_at_the_plots_are_whole_in_small_cards(open_window):
    """What stands at the ends of lines, and what the axes are called."""
    person = open_window(Settings("sum", learning_rate=1e-4), plots="all")
    person.bench.grid.choose(["weights", "limit"])
    person.settle()
    person.bench.session.advance(300)
    person.bench.frame_dispatcher.new()

    def said():
        person.settle()
        return [label.text for label in person.marks("limit", Text)]

    person.qtbot.waitUntil(lambda: any(text.startswith("limit 0.0") for text in said()))
    assert any(re.fullmatch(r"limit 0\.000\d{4}", text) for text in said())
    person.window.resize(1024, 560)
    person.begin(Settings("spam"))
    person.settle()
    for view in ("weights", "limit"):
        axis = person.plot(view).getAxis("left")
        assert axis.label.boundingRect().width() <= axis.size().height(), view


def _losses(person):
    person.bench.grid.choose(["data", "landscape"])
    person.settle()
    bench, frame = person.bench, person.frame
    landscape = bench.views["landscape"]
    said = {"bar": bench.transport.loss.text()}
    surface = landscape.surface_shown.isChecked()
    marks = landscape.surface.run_marks if surface else landscape.map.runs.marks
    if "loss" in marks:
        said["ball"] = marks["loss"].text
        (ball,) = (
            mark.label
            for mark in landscape.figure(frame).marks
            if isinstance(mark, Points) and (mark.label or "").startswith("now")
        )
        said["figure"] = ball.partition(";")[0]
    bench.grid.choose(["loss", "weights"])
    person.settle()
    read = re.match(rf"now ({NUMBER})", person.reading("loss"))
    if read is not None:  # at the start it says what comes
        said["loss curve"] = read[1]
    return {("loss", place): _last_number(text) for place, text in said.items()}


def _weights(person):
    person.settle()
    names = person.frame.settings.parameters.names
    table = [row[1] for row in person.cells("weights")]
    said = {(name, "table"): text for name, text in zip(names, table, strict=False)}
    figure = person.bench.views["weights"].figure(person.frame)
    ends = [mark.text for mark in figure.marks if isinstance(mark, EndLabel)]
    shown = [label.text for label in person.marks("weights", Text)]
    for place, texts in (("lines", shown), ("figure of weights", ends)):
        for text in texts:
            name, _, number = text.lstrip(f"{SIGNS} ").rpartition(" ")
            said[name.translate(_PLAIN), place] = number
    if len(names) <= 4:
        subtitle = person.bench.views["data"].figure(person.frame).subtitle
        numbers = re.findall(NUMBER, subtitle)[-len(names) :]
        said |= {(name, "figure of data"): n for name, n in zip(names, numbers, strict=True)}
        said |= _in_equation(person, names)
    return said


def _in_equation(person, names):
    text = equation(person.frame).replace("− ", "−").replace("+ ", "")
    if "·x" not in text:
        return {}
    numbers = [*re.findall(rf"({NUMBER})·x", text), re.findall(NUMBER, text)[-1]]
    return {(name, "equation"): number for name, number in zip(names, numbers, strict=True)}


def _outputs(person):
    person.bench.grid.choose(["data", "landscape"])
    person.settle()
    frame = person.frame
    count = min(frame.settings.dataset.samples, 6)
    said = {
        (f"ŷ {i}", "caption"): re.search(rf"ŷ ({NUMBER})", describe_sample(frame, i))[1]
        for i in range(count)
    }
    if frame.sample is not None:
        numbers = person.bench.neuron.diagram.numbers
        said[f"ŷ {frame.sample}", "neuron"] = numbers["output", None].text
    if frame.settings.dataset.width == 2:
        labels = [mark for mark in person.marks("data", Text) if mark.halo]
        said |= {(f"ŷ {i}", "plane"): label.text for i, label in enumerate(labels)}
        texts = [
            mark.text
            for mark in person.bench.views["data"].figure(frame).marks
            if isinstance(mark, Text) and mark.raised is not None
        ]
        said |= {(f"ŷ {i}", "figure"): text for i, text in enumerate(texts)}
    return said


def _check_column(person, column, values):
    texts = [row[column] for row in person.cells("predictions")][:20]
    decimals = {len(text.partition(".")[2]) for text in texts if "·" not in text}
    assert len(decimals) <= 1
    table = person.table("predictions")
    room = np.inf if table.isColumnHidden(column) else table.columnWidth(column)
    for text, value in zip(texts, values, strict=False):
        large = abs(value) >= 1e6
        written = measured(value) if large else fixed(float(value), *decimals, grouped=True)
        assert text == with_real_minus(written)
        assert table.fontMetrics().horizontalAdvance(text) + 12 <= room, text


def _last_number(text):
    return re.findall(NUMBER, text)[-1]


_PLAIN = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
