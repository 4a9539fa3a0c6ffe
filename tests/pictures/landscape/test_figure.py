import math
from itertools import combinations

import numpy as np
import pytest

from neuroviz.api.report import LANDSCAPE_ROOM
from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.loss_grid import losses_at
from neuroviz.core.landscape.minimum import Minimum, minimum
from neuroviz.core.landscape.plane import principal_plane, slice_plane
from neuroviz.core.numbers import measured
from neuroviz.core.training.trainer import Trainer
from neuroviz.pictures import palette
from neuroviz.pictures.landscape.run_marks import OtherRun, OtherRuns
from neuroviz.pictures.landscape.scene import OFF_THE_PAGE, LandscapeScene
from neuroviz.pictures.marks import Arrow, ColourMap, Curve, Points, Text
from neuroviz.pictures.palette import run_style
from neuroviz.pictures.render import render
from tests.for_each import for_each
from tests.pictures.declared import UNLIKE, marks_of
from tests.pictures.landscape.landscapes import (
    LINE,
    landscape_figure,
    line_loss,
    off_the_normal,
    on_paper,
    path_of,
    scene_of,
    surface_figure,
)

AND = Settings("and")


def test_colours_are_the_losses_at_the_middle_of_every_cell():
    """For the line the logarithm of a polynomial.

    Row 0 is the lowest, cells reach half beyond the edges.
    """
    scene = scene_of([[0.0, 0.5]], extent=(-5.0, 15.0, -1.0, 7.0))
    (colours,) = marks_of(landscape_figure(scene), ColourMap)
    rows, columns = colours.values.shape
    u, v = np.linspace(-5, 15, columns), np.linspace(-1, 7, rows)
    losses = line_loss(u, v[:, None])
    assert colours.values == pytest.approx(np.log10(losses), abs=1e-9)
    assert (colours.low, colours.high) == pytest.approx(
        (math.log10(losses.min()), math.log10(losses.max()))
    )
    half = 10 / (columns - 1), 4 / (rows - 1)
    assert colours.extent == pytest.approx((-5 - half[0], 15 + half[0], -1 - half[1], 7 + half[1]))
    assert colours.label == "log₁₀ of the loss"


def test_a_loss_of_one_size_has_linear_colours():
    colours = marks_of(landscape_figure(scene_of([[0.0, 0, 0]], Settings("xor"))), ColourMap)[0]
    assert colours.label == "loss"
    assert colours.low == pytest.approx(math.log(2), rel=1e-3)


def test_numbers_on_lines_are_the_losses_there():
    """At the middle of each gap the polynomial is what the number beside it says."""
    scene = scene_of([[0.0, 0.5], [9.0, 4.0]])
    figure = landscape_figure(scene)
    texts = [text for text in marks_of(figure, Text) if text.centred]
    assert len(texts) >= 3
    for text in texts:
        assert line_loss(text.x, text.y) == pytest.approx(
            float(text.text.replace(",", "")), rel=0.05
        )


def test_lines_are_within_a_cell_of_where_the_loss_is_theirs():
    """Even in the line's narrow valley.

    One cell on, the polynomial is below the level on one side, not on all.
    """
    scene = scene_of([[0.0, 0.5], [9.0, 4.0]])
    figure = landscape_figure(scene)
    (colours,) = marks_of(figure, ColourMap)
    cell = scene.size / np.array(colours.values.shape[::-1])
    lines = [
        curve
        for curve in marks_of(figure, Curve)
        if curve.color == palette.INK_MUTED and curve.x.size
    ]
    levels = sorted(np.nanmax(line_loss(curve.x, curve.y)) for curve in lines)
    assert len(levels) >= 6
    assert levels[-1] / levels[0] > 100
    for curve in lines:
        x, y = curve.x[np.isfinite(curve.x)], curve.y[np.isfinite(curve.x)]
        around = np.stack(
            [line_loss(x + i * cell[0], y + j * cell[1]) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        )
        assert around.min(axis=0).max() <= around.max(axis=0).min()


@pytest.mark.parametrize("point", [[0.0, 0.5], [12.0, 4.0], [10.5, 2.0]])
def test_the_arrow_goes_down_along_the_gradient(point):
    """From the ball against the polynomial's gradient."""
    scene = scene_of([point])
    (arrow,) = marks_of(landscape_figure(scene), Arrow)
    dw, db = point[0] - 10, point[1] - 5
    gradient = np.array([dw * 91 / 3 + 7 * db, 7 * dw + 2 * db])
    assert (arrow.x, arrow.y) == tuple(point)
    along = np.array([arrow.dx, arrow.dy])
    assert along / np.hypot(*along) == pytest.approx(-gradient / np.hypot(*gradient))


def test_the_arrow_is_as_long_as_the_logarithm_of_the_gradient():
    """A tenth of the way to the minimum is a tenth of the gradient, and as much shorter each time.

    Where there is hardly any gradient there is no arrow.
    """
    extent = (-10.0, 30.0, -10.0, 20.0)
    lengths = []
    for share in (1e-1, 1e-2, 1e-3, 1e-9):
        scene = scene_of([[10 + share, 5 + share]], extent=extent)
        lengths.append(np.hypot(*(scene.arrow / scene.size)))
    first, second, third, last = lengths
    assert first - second == pytest.approx(second - third)
    assert 0.2 > first > second > third > 0.05 > last == 0


@for_each("point", [[10.5, 2.0], [10.2, 9.0], [8.5, -1.0], [14.0, 5.0]])
def test_as_drawn_a_step_is_at_right_angles_to_the_contour_line(point):
    """Also where the weight is of interest over one and a half units, the bias over six."""
    dw, db = point[0] - 10, point[1] - 5
    gradient = np.array([dw * 91 / 3 + 7 * db, 7 * dw + 2 * db])
    figure = landscape_figure(scene_of([point, [10.0, 5.0]]))
    size = (160.0, 100.0) if point[0] < 10 else (60.0, 120.0)
    assert off_the_normal(figure, gradient, size) < 1
    for place, middle, (low, high) in zip(
        point, (10, 5), (figure.x_limits, figure.y_limits), strict=True
    ):
        assert low < min(place, middle) <= max(place, middle) < high


def test_held_ranges_of_a_narrow_plot_have_equal_units_too():
    """They stay as they are held, as in a window whose plot is higher than wide."""
    figure = landscape_figure(scene_of([[10.5, 2.0]], extent=(8.0, 12.0, -2.0, 8.0)))
    assert (figure.x_limits, figure.y_limits) == ((8.0, 12.0), (-2.0, 8.0))
    assert off_the_normal(figure, np.array([0.5 * 91 / 3 - 21, 3.5 - 6.0])) < 1


@pytest.mark.parametrize("reach", [(0.5, 4.0), (6.0, 1.0), (1.0, 1.0)])
def test_a_map_with_equal_units_is_no_sliver(reach):
    """What a run went through in one direction only is shown with room at its sides."""
    figure = landscape_figure(scene_of([[10.0, 5.0], [10.0 + reach[0], 5.0 + reach[1]]]))
    wide, high = (high - low for low, high in (figure.x_limits, figure.y_limits))
    assert figure.equal_aspect
    assert 0.9 <= wide / high <= 3.001


@for_each(
    "path",
    [[(10, 5), (10.5, 9)], [(10, 5), (16, 6)], [(0, 0.5), (10.3, 3.6)], [(0, 8), (7, 12)]],
)
@for_each("size", [(160.0, 100.0), (60.0, 58.0)])
def test_a_map_fills_its_paper_and_its_words_lie_apart(path, size):
    """In a report a landscape was a strip a third as high as its place, and its words a heap."""
    room = (132.0, 78.0) if size[0] > 100 else LANDSCAPE_ROOM
    lowest = Minimum(np.array([10.0, 5.0]), 0.0, "The least-squares optimum.")
    scene = scene_of(path, minimum=lowest)
    axes, boxes = on_paper(landscape_figure(scene.filling(room)), size)
    across, up = axes.bbox.size / axes.figure.bbox.size
    assert (across > 0.5, up > 0.5) == (True, True)
    assert axes.get_aspect() == 1.0
    said = [box for text, box in boxes.items() if any(letter.isalpha() for letter in text)]
    said += [box for text, box in boxes.items() if text == measured(scene.losses[-2])]
    assert not any(one.overlaps(other) for one, other in combinations(said, 2))
    of_lines = [box for text, box in boxes.items() if text and box not in said]
    assert not any(one.overlaps(other) for one in said for other in of_lines)
    assert all(axes.bbox.x0 <= box.x0 and box.x1 <= axes.bbox.x1 for box in said)


def test_where_the_scales_of_the_axes_have_to_differ_the_figure_says_so():
    figure = landscape_figure(scene_of([[10.0, 1000.0], [10.5, -1000.0]]))
    assert not figure.equal_aspect
    assert figure.subtitle.endswith("the two axes have different scales")
    assert "scale" not in landscape_figure(scene_of([[10.0, 1.0], [10.5, -1.0]])).subtitle


def test_without_a_gradient_there_is_no_arrow():
    assert not marks_of(
        landscape_figure(scene_of([[1.0, 1.0, -1.5]], Settings("and_by_hand"))), Arrow
    )


def test_a_gradient_that_is_only_rounding_has_no_arrow():
    """At its optimum a run with L2 has shares that cancel but for their last digits.

    These point anywhere.
    """
    settings = Settings("and", l2=0.01, learning_rate=1.0)
    path = path_of(settings, 4000)
    assert marks_of(landscape_figure(scene_of(path[:150], settings)), Arrow)
    assert not marks_of(landscape_figure(scene_of(path, settings)), Arrow)


def test_the_ball_is_at_the_last_row_with_its_loss():
    (ball,) = marks_of(landscape_figure(scene_of([[0.0, 0.5], [9.0, 4.0]])), Points, "now")
    assert (ball.x, ball.y) == ([9], [4])
    assert ball.label == f"now\nloss {line_loss(9, 4):.4g}"


def test_the_next_step_is_marked_where_it_goes():
    scene = scene_of([[0.0, 0.5]], following=np.array([3.0, 1.25]))
    figure = landscape_figure(scene)
    (step,) = marks_of(figure, Points, "next step")
    assert (step.x, step.y) == ([3], [1.25])
    assert any(np.array_equal(curve.x, [0, 3]) and curve.dash for curve in marks_of(figure, Curve))


def test_a_whole_landscape_is_not_called_a_slice():
    path = path_of(LINE, 50)
    figure = landscape_figure(scene_of(path))
    assert (figure.title, figure.x_label, figure.y_label) == ("Loss over w₁ and b", "w₁", "b")
    assert "held" not in figure.subtitle
    (drawn,) = marks_of(figure, Curve, "path")
    assert drawn.x.tolist() == path[:, 0].tolist()
    assert not drawn.dash


def test_a_slice_says_what_it_holds_and_where_the_path_leaves_it():
    """Rows that the slice is wrong about are pale, and by how much it is wrong is said."""
    path = np.array(
        [[0.0, 0, 3], [1, 0, 3], [2, 0, 1.5], [3, 0, 0], [4, 1, 0], [5, 2, 4], [6, 2, 0.0]]
    )
    figure = landscape_figure(scene_of(path, AND))
    assert figure.title == "Loss over w₁ and w₂, a slice"
    assert "a slice at b = 0" in figure.subtitle
    pale, solid = marks_of(figure, Curve, "path")
    assert not solid.dash
    assert [x for x in solid.x if np.isfinite(x)] == [3, 4]
    assert pale.color.startswith(solid.color)
    runs = [
        run[np.isfinite(run)].tolist() for run in np.split(pale.x, np.flatnonzero(np.isnan(pale.x)))
    ]
    assert [run for run in runs if run] == [[0, 1, 2, 3], [4, 5, 6]]
    own = losses_at(AND, path)
    seen = losses_at(AND, path * (1, 1, 0))
    most = 100 * (np.abs(seen - own) / np.maximum(own, 0.01 * own.max())).max()
    assert pale.label == f"path: its own loss differs by up to {most:.0f} % from the slice's"


def test_many_held_parameters_are_counted():
    width = Settings("spam").parameters.count
    figure = landscape_figure(scene_of(np.zeros((1, width)), Settings("spam")))
    assert "the other 99 parameters held" in figure.subtitle


def test_principal_directions_say_how_much_of_the_path_they_hold():
    """The share is rounded down: no path is said to lie on the plane that does not."""
    path = path_of(Settings("and", learning_rate=2.0), 300)
    plane = principal_plane(path)
    figure = landscape_figure(LandscapeScene(AND, plane, path))
    assert figure.title == "Loss over the two principal directions of the path"
    shown = float(figure.subtitle.split("holds ")[1].split(" %")[0])
    assert 0 <= 100 * plane.share - shown < 0.1
    assert figure.x_label == "principal direction 1"


@pytest.mark.parametrize(
    ("held", "label"), [(-0.25, "minimum, loss 0.0625"), (0.9, "minimum, off the slice, loss")]
)
def test_a_minimum_off_the_slice_is_named_so(held, label):
    """The least-squares minimum of AND is w = (½, ½), b = −¼: on a slice at that bias alone."""
    settings = Settings("and", activation="identity", loss="mse")
    scene = scene_of([[0.0, 0.0, held]], settings, minimum=minimum(settings, np.zeros(3)))
    (cross,) = marks_of(landscape_figure(scene), Points, "minimum")
    assert (cross.x[0], cross.y[0]) == pytest.approx((0.5, 0.5))
    assert cross.label.startswith(label)
    assert cross.marker == "x"


def test_no_minimum_no_cross():
    none = Minimum(None, None, "No finite minimum.")
    assert not marks_of(
        landscape_figure(scene_of([[0.0, 0, 0]], AND, minimum=none)), Points, "minimum"
    )
    far = Minimum(np.array([1e4, 0.0]), 0.0, "Far away.")
    assert not marks_of(landscape_figure(scene_of([[0.0, 0.5]], minimum=far)), Points, "minimum")


def test_ranges_can_be_held():
    figure = landscape_figure(scene_of([[0.0, 0.5]], extent=(-3.0, 4.0, -20.0, 30.0)))
    assert (figure.x_limits, figure.y_limits) == ((-3, 4), (-20, 30))


@for_each("task", [task for task in UNLIKE if task != "sine"])
def test_every_task_is_drawn(task):
    """Each makes figures of a slice and of principal directions, at its start and later.

    Some are rendered.
    """
    settings = Settings(task)
    start = path_of(settings, 0)
    path = start if "hand" in task else path_of(settings, 25)
    planes = [principal_plane(start), principal_plane(path)]
    planes.append(slice_plane(settings, path[-1], 0, 1))
    for gone, plane in zip((start, path, path), planes, strict=True):
        scene = LandscapeScene(settings, plane, gone, minimum(settings, gone[-1]))
        figure = landscape_figure(scene)
    assert task not in UNLIKE[::3] or render(figure, ".png", dpi=50)


@pytest.mark.parametrize("scale", [1e12, 1e150, 1e200])
def test_a_run_that_diverged_is_drawn(scale):
    """Losses that are no floats are left out of colours and lines, without a warning."""
    figure = landscape_figure(scene_of([[0.0, 0.5], [scale, -scale]]))
    assert render(figure, ".png", dpi=50)


def other_of(settings, steps, name, slot):
    trainer = Trainer(settings)
    trainer.advance(steps)
    return OtherRun(name, slot, path_of(settings, steps), trainer.history.rows())


def test_other_runs_are_there_with_name_path_and_loss():
    adam = LINE.replace(optimizer="adam", learning_rate=0.3)
    other_runs = OtherRuns((other_of(adam, 40, "fast Adam", 2),), 2, "plain", 0)
    figure = landscape_figure(scene_of(path_of(LINE, 40), other_runs=other_runs))
    (ball,) = marks_of(figure, Points, "fast Adam")
    end = path_of(adam, 40)[-1]
    assert (ball.x[0], ball.y[0]) == tuple(end)
    assert float(ball.label.split("loss ")[1]) == pytest.approx(line_loss(*end), rel=0.01)
    assert marks_of(figure, Points, "plain\nloss")
    assert any(
        curve.color == run_style(2).colour and curve.x[-1] == end[0]
        for curve in marks_of(figure, Curve)
    )
    assert "2 runs not drawn: other data, neurons or loss" in figure.subtitle
    assert render(figure, ".svg")


def test_the_ranges_hold_the_paths_of_all_but_not_of_one_that_diverges():
    own, far = path_of(LINE, 5), LINE.replace(learning_rate=0.5)
    for run, inside in (
        (other_of(LINE.replace(optimizer="adam", learning_rate=1.0), 60, "a", 0), True),
        (other_of(far, 60, "b", 1), False),
    ):
        others = (run, other_of(LINE, 5, "c", 2))
        left, right, bottom, top = scene_of(own, other_runs=OtherRuns(others)).bounds
        x, y = run.path.T
        assert (
            left <= x.min() and x.max() <= right and bottom <= y.min() and y.max() <= top
        ) == inside
        assert left <= own[:, 0].min() <= own[:, 0].max() <= right


def test_a_principal_plane_of_several_runs_says_paths():
    path = path_of(Settings("sum"), 20)
    scene = LandscapeScene(Settings("sum"), principal_plane(path), path)
    assert scene.plane_in_words()[0].endswith("of the path")
    at_start = LandscapeScene(Settings("sum"), principal_plane(path[:1]), path[:1])
    assert at_start.plane_in_words() == ["a slice through the ball"]
    other_runs = OtherRuns((OtherRun("b", 0, path, None),))
    together = LandscapeScene(Settings("sum"), scene.plane, path, other_runs=other_runs)
    assert together.plane_in_words()[0].endswith("of the paths")


def test_a_long_name_leaves_the_legend_room_for_others():
    path = path_of(Settings("sum"), 20)
    runs = [OtherRun(name, 0, path) for name in ("Adam", "AdamW with a long name of its own")]
    scene = LandscapeScene(
        Settings("sum"),
        principal_plane(path),
        path,
        other_runs=OtherRuns((*runs,)),
    )
    labels = [getattr(mark, "label", None) or "" for mark in landscape_figure(scene).marks]
    names = [label.partition("\n")[0] for label in labels if "\nloss " in label]
    (longest,) = (name for name in names if name.startswith("AdamW with"))
    assert "Adam" in names
    assert len(longest) <= 20
    assert longest.endswith("…")


@pytest.mark.parametrize("figure", [landscape_figure, surface_figure])
def test_a_run_that_is_too_far_off_is_said_to_be_off_the_page(figure):
    """Beyond the numbers whose squares are floats nothing is drawn, and the figure says so."""
    drawn = figure(scene_of([[1e308, -1e308, 0.0]], AND))
    assert drawn.marks == ()
    assert OFF_THE_PAGE in drawn.subtitle
    assert render(drawn, ".png", 80, 60, 60)


@pytest.mark.parametrize("figure", [landscape_figure, surface_figure])
def test_a_landscape_that_has_collapsed_is_drawn(figure):
    """From a loss of 0 in float64 to one of hundreds.

    Colours, lines and numbers, and no warning.
    """
    settings = Settings("and", learning_rate=3470.0)
    path = path_of(settings, 5)
    assert render(figure(scene_of(path, settings)), ".png", 80, 60, 60)
