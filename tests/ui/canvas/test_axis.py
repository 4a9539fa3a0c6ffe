import numpy as np
import pytest
from PySide6.QtGui import QFontMetricsF, QImage, QPainter

from neuroviz.core.choices.settings import Settings
from neuroviz.ui.canvas.axis import EpochAxis, LossAxis, LowLossAxis, StillAxis
from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.views import LandscapeView
from tests.core.shown import as_typed


@pytest.fixture
def axis(qapp):
    """Return a left axis in log mode."""
    axis = LossAxis("left")
    axis.setLogMode(x=False, y=True)
    return axis


def labels(axis, low, high, size=300.0):
    """Return the labels between two exponents on an axis of so many pixels."""
    return [
        text
        for spacing, values in axis.tickValues(low, high, size)
        for text in axis.tickStrings(values, 1.0, spacing)
    ]


def test_decades_are_written_as_people_write_them(axis):
    """Powers of ten near 1 are plain decimals, others have a raised exponent."""
    assert labels(axis, -5, 5) == [
        "10⁻⁵",
        "0.0001",
        "0.001",
        "0.01",
        "0.1",
        "1",
        "10",
        "100",
        "1,000",
        "10,000",
        "10⁵",
    ]


def test_a_part_of_a_decade_still_has_labels(axis):
    """Between two decades 2 and 5 are named."""
    assert labels(axis, -1, 0) == ["0.1", "0.2", "0.5", "1"]
    assert labels(axis, 4.1, 4.9) == ["20,000", "50,000"]


@pytest.mark.parametrize("high", [3, 10, 40, 100, 300])
def test_labels_never_crowd(axis, high):
    """However many decades there are, two labels stand at least 20 pixels apart.

    There are two or more.
    """
    (_, values), *_ = axis.tickValues(-1, high, 250)

    assert len(values) >= 2
    assert np.diff(values).min() * 250 / (high + 1) >= 20


def test_without_log_mode_it_is_an_ordinary_axis(qapp):
    """Linear labels are the numbers themselves."""
    assert LossAxis("left").tickStrings([0.0, 0.5, 1.0], 1.0, 0.5) == ["0", "0.5", "1.0"]


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([0, 200_000, 1_000_000], ["0", "200,000", "1,000,000"]),
        ([-20_000, 0, 500, 1_000], ["−20,000", "0", "500", "1,000"]),
        ([1e8, 2e8], ["10⁸", "2·10⁸"]),
        ([-1e-5, 2e-5], ["−10⁻⁵", "2·10⁻⁵"]),
    ],
)
def test_long_numbers_are_written_as_people_write_them(qapp, values, texts):
    """With commas, and with a raised exponent where even those are too long."""
    assert StillAxis("bottom").tickStrings(values, 1.0, abs(values[-1] - values[0])) == texts


@pytest.mark.parametrize("height", [50, 60, 80, 120, 200])
@pytest.mark.parametrize(("low", "high"), [(-1.9, -0.2), (-2.0, -0.25), (-1.1, 0.9), (3.8, 5.1)])
def test_one_number_is_no_axis(axis, height, low, high):
    """However low a plot is, two numbers or more say how large its losses are, and are apart."""
    ((_, values),) = axis.tickValues(low, high, height)
    assert len(values) >= 2
    assert np.diff(values).min() * height / (high - low) >= 12


@pytest.mark.parametrize(("low", "high"), [(-0.58, -0.13), (-0.68, -0.04), (-1.3, 0.1)])
def test_in_the_strip_of_time_no_number_touches_another(qapp, low, high):
    """Of 0.3, 0.4, 0.5 and 0.6 the one between is that in the middle, as far as there is room."""
    axis = LowLossAxis("left")
    for height in (26, 40, 52, 60, 80):  # 26 in a low window
        ((_, values),) = axis.tickValues(low, high, height)
        line = QFontMetricsF(themes.numeric_font()).height()
        assert len(values) >= 2
        assert np.diff(values).min() * height / (high - low) >= line


@pytest.mark.parametrize("width", [200, 320, 560, 900])
@pytest.mark.parametrize("end", [10, 1_000, 10_000, 1_000_000])
def test_the_end_of_the_run_has_its_number(qtbot, width, end):
    """The name of the axis takes no number's place, and touches none."""
    plot = Plot("loss", "epoch", "loss")
    plot.apply_theme()
    plot.resize(width, 200)
    plot.show_range(-0.015 * end, 1.015 * end, 0.0, 1.0)
    plot.show()
    plot.grab()
    axis = plot.getAxis("bottom")
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    texts = axis.generateDrawSpecs(painter)[2]
    painter.end()
    name = axis.label.mapRectToParent(axis.label.boundingRect()).adjusted(4, 4, -4, -4)
    assert texts[-1][2] == f"{end:,}"
    assert texts[-1][0].right() <= axis.size().width()
    assert not any(name.intersects(rect) for rect, _, _ in texts)
    plot.close()


def test_lines_between_crowd_towards_the_next_power_of_ten(qapp):
    """Epochs 2 to 9, 20 to 90 and so on have a line each, unless they have a number."""
    axis = EpochAxis()
    axis.last = 1_000.0
    (_, named), (_, between) = axis.tickValues(0.0, np.log1p(1_000), 900.0)
    lines = np.expm1([*named, *between])
    round_ones = [digit * power for power in (1, 10, 100) for digit in range(1, 10)]
    assert sorted(lines) == pytest.approx([0, *round_ones, 1_000])


@pytest.mark.parametrize(("width", "whole"), [(300, False), (900, True)])
def test_names_in_place_of_numbers_do_not_run_into_each_other(qtbot, width, whole):
    """They are cut, and told apart by both ends, where there is too little room for them."""
    plot = Plot("data", "class", "share")
    plot.apply_theme()
    plot.resize(width, 200)
    plot.show_range(-0.5, 3.5, 0.0, 1.0)
    axis = plot.getAxis("bottom")
    names = [f"a rather long name {letter}" for letter in "abcd"]
    axis.setTicks([list(enumerate(names)), []])
    plot.show()
    plot.grab()
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setFont(axis.style["tickFont"])
    letters = painter.fontMetrics()
    texts = axis.generateDrawSpecs(painter)[2]
    painter.end()
    assert len({text for *_, text in texts}) == 4
    assert ([text for *_, text in texts] == names) == whole
    middles = [place.center().x() for place, *_ in texts]
    longest = max(letters.horizontalAdvance(text) for *_, text in texts)
    assert longest < np.diff(middles).min()
    plot.close()


def test_zoomed_out_beyond_all_numbers_it_has_few_ticks_at_once(axis):
    """Decades are named up to the largest float, however far both ends lie beyond it."""
    for end in (400.0, 1e6, 1e290):
        ((_, values),) = axis.tickValues(-end, end, 300.0)
        assert 2 <= len(values) <= 12
        assert min(values) >= -324
        assert max(values) <= 308
    assert axis.tickValues(1e6, 1e290, 300.0)[0][1] == []


def test_after_a_range_has_grown_each_number_stands_at_its_own_place(open_window):
    """In every plot of a run that blows up, to a hundredth of the axis."""
    plots = "data", "loss", "weights", "landscape"
    person = open_window(Settings("line", learning_rate=0.07), plots=plots, sample=0)
    person.bench.view(LandscapeView).surface_shown.setChecked(False)
    shown = [*map(person.plot, plots), person.bench.timeline.plot]
    before = dict.fromkeys(shown, 0.0)
    for steps in (1, 60, 300):
        person.bench.session.advance(steps)
        person.bench.frame_dispatcher.now()
        for plot in shown:
            plot.grab()
            texts = [(axis, *each) for axis in plot.axes._axes for each in axis.picture[2]]
            for axis, box, _, text in texts:
                up = axis.orientation == "left"
                low, high = plot.box.viewRange()[up]
                number = float(as_typed(text))
                if axis.logMode:
                    number = np.log10(number)
                elif isinstance(axis, EpochAxis):
                    number = np.log1p(number)
                share = (number - low) / (high - low)
                size = axis.size().height() if up else axis.size().width()
                middle = size - box.center().y() if up else box.center().x()
                near = 0.01 * size if up else box.width() / 2  # the last one ends with the axis
                assert abs(share * size - middle) <= near, (plot.objectName(), text)
            assert len(texts) >= 4
            top = plot.box.viewRange()[1][1]
            assert top > before[plot], plot.objectName()
            before[plot] = top
