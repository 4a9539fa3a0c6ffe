import numpy as np
import pytest

from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.pictures import palette
from neuroviz.pictures.loss import runs_figure
from neuroviz.pictures.marks import Curve, EndLabel, Points
from neuroviz.pictures.palette import run_style, shape_of
from neuroviz.pictures.render import render
from tests.pictures.declared import marks_of
from tests.pictures.test_loss import rows_of

AND = Settings("and")


def test_runs_near_each_other_in_the_list_have_other_shapes():
    """Also past the last colour; and where a colour comes again, its shape is another."""
    shapes = [shape_of(slot) for slot in range(24)]
    assert all(len(set(shapes[slot : slot + 6])) == 6 for slot in range(19))
    assert all(len({shapes[slot], shapes[slot + 8], shapes[slot + 16]}) == 3 for slot in range(8))
    assert run_style(8).colour == run_style(0).colour


def test_each_run_has_its_losses_its_look_and_its_name():
    """Curves are the stored losses; colours and dashes those of the slots.

    The names stand at the ends.
    """
    losses = {0: [4.0, 3.0, 2.0], 2: [3.0, 2.5, 1.0], 7: [2.0, 8.0, 9.0], None: [1.0, 0.5, 0.5]}
    runs = [(f"run {slot}", slot, AND, rows_of(own)) for slot, own in losses.items()]
    figure = runs_figure(runs)
    curves, names = marks_of(figure, Curve), marks_of(figure, EndLabel)
    assert [curve.y.tolist() for curve in curves] == list(losses.values())
    styles = [run_style(slot) for slot in (0, 2, 7)]
    assert [curve.color for curve in curves] == [
        *(style.colour for style in styles),
        palette.ACCENT,
    ]
    assert [curve.dash for curve in curves] == [*(style.dash for style in styles), ()]
    assert [ball.marker for ball in marks_of(figure, Points)] == [
        *(style.shape for style in styles),
        "o",
    ]
    assert [(name.text, name.x, name.y) for name in names] == [
        (name, float(len(rows) - 1), own[-1])
        for (name, *_, rows), own in zip(runs, losses.values(), strict=True)
    ]
    assert [name.color for name in names] == [curve.color for curve in curves]
    assert figure.x_limits == pytest.approx((-0.05, 2.05))


def test_a_run_that_ends_early_is_named_below():
    """The legend has its name: the other curves go on where it would stand."""
    figure = runs_figure(
        [("short", 0, AND, rows_of([4.0, 3.0])), ("long", 1, AND, rows_of([1.0] * 9))]
    )
    (name,) = marks_of(figure, EndLabel)
    assert [ball.x.tolist() for ball in marks_of(figure, Points)] == [[1.0], [8.0]]
    assert name.text == "long"
    assert [curve.label for curve in marks_of(figure, Curve)] == ["short", None]


def test_texts_say_what_the_runs_share():
    """One loss and one task are named once.

    Where they differ, the subtitle says that heights are no measure.
    """
    rows = rows_of([1.0, 0.5])
    same = runs_figure([("a", 0, AND, rows), ("b", 1, Settings("and", optimizer="adam"), rows)])
    assert same.title == "Binary cross-entropy, mean"
    assert same.subtitle == "AND gate · 4 samples · Sigmoid · 2 runs"
    mixed = runs_figure([("a", 0, AND, rows), ("b", 1, Settings("line"), rows)])
    assert mixed.title == "Losses, mean"
    assert "different losses: Binary cross-entropy, Mean squared error" in mixed.subtitle
    edits = [(), (Edit(5, "learning_rate", 0.25),)]
    changed = runs_figure([("a", 0, AND, rows), ("b", 1, AND, rows)], log=True, edits=edits)
    assert changed.subtitle.endswith(
        "2 runs · b from step 5 learning rate 0.25 · logarithmic loss axis"
    )


def test_a_run_that_has_not_begun_is_a_point():
    """It can be seen, in its colour, and is named."""
    figure = runs_figure([("a", 0, AND, rows_of([0.7])), ("b", 1, AND, rows_of([1.0, 0.5]))])
    point, _ = marks_of(figure, Points)
    assert (point.x.tolist(), point.y.tolist(), point.color) == ([0.0], [0.7], run_style(0).colour)
    assert [curve.label for curve in marks_of(figure, Curve)] == ["a", None]


def test_zeros_on_a_logarithmic_axis():
    """They are left out with a word, and a run that ends at one is named below."""
    runs = [("a", 0, AND, rows_of([1.0, 0.1, 0.0])), ("b", 1, AND, rows_of([1.0, 0.5, 0.25]))]
    figure = runs_figure(runs, log=True)
    assert figure.log_y
    (name,) = marks_of(figure, EndLabel)
    assert (name.text, name.x, name.y) == ("b", 2.0, 0.25)
    assert [curve.label for curve in marks_of(figure, Curve)] == ["a", None]
    assert figure.y_label.endswith("zeros not drawn)")
    flat = runs_figure([("a", 0, AND, rows_of([0.0, 0.0]))], log=True)
    assert not flat.log_y
    assert flat.y_label.endswith("(none above 0)")
    assert marks_of(flat, EndLabel)


def test_a_thinned_history_keeps_its_extremes():
    """A spike between the rows that were kept is in the curve."""
    losses = [1.0] * 2000
    losses[1003], losses[1004] = 50.0, 0.01
    (curve,) = marks_of(runs_figure([("a", 0, AND, rows_of(losses, max_rows=64))]), Curve)
    assert (curve.y.max(), curve.y.min()) == (50.0, 0.01)
    assert (np.diff(curve.x) >= 0).all()


def test_a_long_name_leaves_room_for_the_plot():
    """It is cut with a sign that it is."""
    (name,) = marks_of(runs_figure([("x" * 200, 0, AND, rows_of([1.0, 0.5]))]), EndLabel)
    assert len(name.text) <= 24
    assert name.text.endswith("…")


@pytest.mark.parametrize(("ending", "log"), [(".png", True), (".svg", False)])
def test_renders(ending, log):
    """Twelve runs, among them one of a single row and one at 0, without a warning."""
    runs = [(f"Run {i}", i, AND, rows_of([1.0 / (1 + i), 0.5, 0.25])) for i in range(10)]
    runs += [("one row", 10, AND, rows_of([0.3])), ("zero", 11, AND, rows_of([0.0, 0.0]))]
    assert len(render(runs_figure(runs, log), ending)) > 1000


def test_no_run():
    """The sentence says what to do."""
    with pytest.raises(ValueError, match="pin one first"):
        runs_figure([])
