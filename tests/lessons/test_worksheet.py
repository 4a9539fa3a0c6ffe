"""A lesson on paper: what stands on the sheet, and on the key."""

import itertools
import math
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from neuroviz.lessons.answers import Answered, Verdict, handout
from neuroviz.lessons.checking import check as check_lesson
from neuroviz.lessons.format import CurveQuestion, PointQuestion
from neuroviz.lessons.library import lesson_paths
from neuroviz.lessons.reading import read_lesson
from neuroviz.lessons.step_evaluator import StepEvaluator
from neuroviz.lessons.worksheet import key, worksheet
from neuroviz.paper.blocks import (
    Beside,
    Paragraphs,
    Pictures,
    SectionHeading,
    TextTable,
    TickBoxes,
    WritingLines,
)
from neuroviz.paper.html import as_html
from neuroviz.pictures.marks import Arrow, ColouredCells, ColourMap, Curve, Points, Text
from neuroviz.pictures.palette import PAPER
from tests.for_each import for_each
from tests.lessons.own_loop import descend
from tests.pictures.landscape.landscapes import off_the_normal, on_paper

OWN = Path(__file__).with_name("light-switch.toml")
PATHS = {path.stem: path for path in lesson_paths()}


@cache
def sheet_of(name):
    return worksheet(read_lesson(PATHS[name]))


@cache
def key_of(name):
    return key(read_lesson(PATHS[name]))


def blocks(document, kind):
    return [
        block for group in document.groups for block in laid_flat(group) if isinstance(block, kind)
    ]


def laid_flat(group):
    """Return a group of blocks in which what stands beside a picture follows it."""
    for block in group:
        yield from (
            (Pictures((block.picture,)), *block.blocks) if isinstance(block, Beside) else (block,)
        )


def words(document):
    return "\n".join(block.markdown for block in blocks(document, Paragraphs))


def test_the_sheet_asks_and_leaves_room_and_tells_nothing():
    lesson = read_lesson(OWN)
    sheet = worksheet(lesson)
    assert [block.text for block in blocks(sheet, SectionHeading)] == [
        *(f"{n}  {step.title}" for n, step in enumerate(lesson.steps, 1)),
        "To take home",
    ]
    lamp, wrong = (block.texts for block in blocks(sheet, TickBoxes))
    assert set(lamp) == {"on", "off"}
    # As they stand in the file, which says so.
    assert wrong == ("none: twice as much of everything", "two", "all")
    assert not any(block.ticked for block in blocks(sheet, TickBoxes))
    assert len(blocks(sheet, WritingLines)) == 4
    assert "Tempting" not in words(sheet)
    assert lesson.take_home not in words(sheet)
    head, table = blocks(sheet, TextTable)
    assert head == TextTable(("Name", "Date"), ())  # one row, with room beside each word
    assert table.rows == (("sensors as they were", ""), ("brighter sensors", ""))


def test_the_key_ticks_what_is_true_by_hand():
    """One sensor alone: 1 > 0.5, so the lamp is on.

    With 2 > 1.5 two of the four cases are wrong.
    """
    said = key(read_lesson(OWN))
    assert [[block.texts[each] for each in block.ticked] for block in blocks(said, TickBoxes)] == [
        ["on"],
        ["two"],
    ]
    assert "The sum of both sensors is 1, the threshold 0.5." in words(said)
    assert blocks(said, TextTable)[0].rows == (
        ("sensors as they were", "0"),
        ("brighter sensors", "2"),
    )
    assert "A threshold is a bias with its sign turned round." in words(said)
    assert words(said).count("Tempting") == 3


@pytest.mark.parametrize("name", PATHS)
def test_sheet_and_key_have_their_choices_in_one_order(name):
    sheet, answers = (
        [block.texts for block in blocks(page, TickBoxes)]
        for page in (sheet_of(name), key_of(name))
    )
    assert len(sheet) == len(answers)
    # What stays together on a page is a question with its picture, from its title on.
    assert all(isinstance(group[0], SectionHeading) for group in key_of(name).groups[1:])
    ahead = [texts for texts in sheet if not any(re.search(r"\d", text) for text in texts)]
    assert [texts for texts in answers if texts in sheet] == [
        texts for texts in sheet if texts in answers
    ]
    assert all(texts in answers for texts in ahead)


ON_SCREEN = re.compile(
    r"\b(click|drag|drop|slider|press|tab\b|button|mouse|screen|program|colou?r|red\b|blue|orange)"
    r"|what happened",
    re.IGNORECASE,
)


def all_words(document):
    """Return every text of a page that is no picture."""
    return [
        words(document),
        *(block.text for block in blocks(document, SectionHeading)),
        *(block.label for block in blocks(document, WritingLines)),
        *(text for block in blocks(document, TickBoxes) for text in block.texts),
        *(title for block in blocks(document, TextTable) for title in block.titles),
    ]


@for_each("name", PATHS)
def test_the_words_of_a_sheet_fit_paper(name):
    """Nothing on it is done, or happens, in the program, and nothing is told by its colour."""
    assert ON_SCREEN.findall(" ".join(all_words(sheet_of(name)))) == []


_SHAPES = {"o": "circle", "s": "square", "^": "triangle"}


@for_each("name", PATHS)
def test_planes_of_a_sheet_are_read_in_grey(name):
    """The lightness goes one way along the scale, and no name lies on an output."""
    rows = [block.pictures for block in blocks(sheet_of(name), Pictures)]
    shown = [picture.figure for row in rows for picture in row]
    for figure in (each for each in shown if each.title == "Output over the plane"):
        (ground,) = (mark for mark in figure.marks if isinstance(mark, ColourMap))
        if isinstance(ground, ColouredCells):  # in grey a class is told by its shape
            of_classes = [m for m in figure.marks if isinstance(m, Points) and m.label != "wrong"]
            told = [f"{_SHAPES[m.marker]}: {m.label}" for m in of_classes if m.label]
            assert told
            assert len({*told}) == len({m.marker for m in of_classes if m.label}) == len(told)
            assert {*told} <= {*figure.subtitle.split(", ")}
            continue
        assert ground.label == "output ŷ"  # a longer name is higher than the plane
        light = [sum(bytes.fromhex(stop[1:])) for stop in ground.stops]
        assert light == sorted(light, reverse=True)
        assert not figure.named
        assert re.search(r"(square: y = 0|circle: y = 1)", figure.subtitle)


def group_of(document, number):
    """Return the blocks of a step, laid flat."""
    (group,) = (
        group
        for group in document.groups
        for block in group
        if isinstance(block, SectionHeading) and block.text.startswith(f"{number}  ")
    )
    return list(laid_flat(group))


def text_of(document, number):
    texts = (block for block in group_of(document, number) if isinstance(block, Paragraphs))
    return " ".join(block.markdown for block in texts)


def printed_numbers(text):
    """Return parameters and rate of "At the start: w₁ = 1, b = −2; rate 0.5."."""
    said = text.replace("−", "-")
    parameters = [float(each) for each in re.findall(r"[wb][₁₂]? = (-?[\d.]*\d)", said)]
    return np.array(parameters), [float(each) for each in re.findall(r"rate (-?[\d.]*\d)", said)]


def printed_samples(text):
    pairs = re.findall(r"\((-?[\d.]+)\) → (-?[\d.]*\d)", text.replace("−", "-"))
    return np.array(pairs, dtype=float).T


def ended(x, y, parameters, rate, epochs):
    """Return a line after so many epochs of plain descent on the mean squared error."""
    return descend(x[:, None], y, parameters, rate, epochs, "mse").theta[-1]


GATE = np.array([(1, 1), (1, 0), (0, 1), (0, 0)], dtype=float)
"""The samples as figures and tables of the sheets name them."""


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@for_each("name", [*PATHS])
def test_no_two_runs_of_a_sheet_stand_at_one_place_of_a_landscape(name):
    """Their names stood round it, over one another and over the arrow."""
    for picture in itertools.chain(*(each.pictures for each in blocks(sheet_of(name), Pictures))):
        balls = [
            (*np.ravel(mark.x), *np.ravel(mark.y))
            for mark in picture.figure.marks
            if isinstance(mark, Points) and "\nloss" in (mark.label or "")
        ]
        assert len({*balls}) == len(balls)


def test_no_ring_of_a_wrong_sample_hides_the_next_one():
    (first, *_) = blocks(sheet_of("hidden-half"), Pictures)
    (picture,) = first.pictures
    axes, _ = on_paper(picture.figure, (picture.width, picture.height))
    (wrong,) = (mark for mark in picture.figure.marks if getattr(mark, "label", "") == "wrong")
    inches = axes.transData.transform(np.column_stack((wrong.x, wrong.y))) / axes.figure.dpi
    apart = [72 * math.dist(one, other) for one, other in itertools.combinations(inches, 2)]
    assert len(apart) == 10
    assert min(apart) > 0.6 * wrong.size


def test_the_losses_of_three_rates_are_worked_out_from_the_sheet():
    sheet = sheet_of("three-rates")
    x, y = printed_samples(text_of(sheet, 1))
    start, _ = printed_numbers(text_of(sheet, 2))
    (table,) = (each for each in group_of(sheet, 2) if isinstance(each, TextTable))
    (known,) = blocks(key_of("three-rates"), TextTable)
    for (_, rate, empty), (_, _, loss) in zip(table.rows, known.rows, strict=True):
        assert empty == ""
        weight, bias = ended(x, y, start, float(rate), 40)
        assert np.mean((weight * x + bias - y) ** 2) == pytest.approx(float(loss), rel=0.01)
    limit = float(re.search(r"limit for this experiment, ([\d.]+),", text_of(sheet, 1))[1])
    told = [float(each) for each in re.findall(r"\d+\.?\d*", text_of(key_of("three-rates"), 2))]
    for _, rate, loss in (known.rows[0], known.rows[2]):
        by_rule = 1852 * (1 - 2 * float(rate) / limit) ** 80
        assert by_rule == pytest.approx(float(loss), rel=0.01)
        assert any(number == pytest.approx(by_rule, rel=0.01) for number in told)
    for tenths, below in ((0.5, False), (1, True), (5, True), (9, True), (9.5, False)):
        weight, bias = ended(x, y, start, tenths * limit / 10, 20)
        loss = np.mean((weight * x + bias - y) ** 2)
        assert (loss < 10) == below
        assert 0 < loss - 1852 * (1 - tenths / 5) ** 40 < 1  # the rest that the rule leaves out
    assert "a rest of less than one" in text_of(sheet, 1)
    drawn = text_of(key_of("three-rates"), 3)
    losses = [
        np.mean((line[0] * x + line[1] - y) ** 2)
        for line in (ended(x, y, start, 1.02 * limit, epochs) for epochs in range(41))
    ]
    assert f"at about epoch {np.argmax(np.array(losses) > 18520) - 1}" in drawn


def test_when_all_are_right_is_read_from_the_sheet_and_the_loss_worked_out():
    sheet = sheet_of("all-right-still-learning")
    (table,) = (each for each in group_of(sheet, 1) if isinstance(each, TextTable))
    rows = np.array(table.rows, dtype=float)
    target = np.array((1, 0, 0, 0))
    epoch, *outputs = next(row for row in rows if np.all((row[1:] > 0.5) == target))
    loss = -np.mean(np.log(np.where(target == 1, outputs, 1 - np.array(outputs))))
    said = text_of(key_of("all-right-still-learning"), 1)
    assert f"From epoch {epoch:.0f} on" in said
    assert f"{loss:.3f}" in said


def test_two_steps_of_four_samples_are_worked_out_from_the_sheet():
    parameters, (rate,) = printed_numbers(text_of(sheet_of("one-step-by-hand"), 6))
    target = np.array((1, 0, 0, 0))
    inputs = np.column_stack((GATE, np.ones(4)))
    for _ in range(2):
        parameters = parameters - rate * (sigmoid(inputs @ parameters) - target) @ inputs / 4
    said = text_of(key_of("one-step-by-hand"), 7)
    assert f"w₁ went from 0 to {parameters[0]:.2g}" in said
    errors = sigmoid(inputs @ (0, 0, -0.25)) - target
    assert f"−{-errors[0]:.3f} for (1, 1), and {errors[1]:.3f} for each" in " ".join(said.split())


def test_the_arrow_of_two_planes_and_the_slope_without_a_bias_are_worked_out_from_the_sheet():
    sheet = sheet_of("two-planes")
    said = text_of(sheet, 4)
    x, y = printed_samples(said)
    start, (rate,) = printed_numbers(said)
    dw, db = ended(x, y, start, rate, 1) - start
    answer = f"changes the weight by {dw:.3g} and the bias by {db:.3g}"
    assert answer in text_of(key_of("two-planes"), 4)
    x, y = printed_samples(text_of(sheet, 1))
    assert np.polyfit(x, y, 1) == pytest.approx((2, 0), abs=1e-9)
    assert "A weight of two and a bias of zero" in text_of(key_of("two-planes"), 1)
    x, y = printed_samples(text_of(sheet_of("without-a-bias"), 4))
    assert np.polyfit(x, y, 1) == pytest.approx((10, 5))
    assert "a slope of ten and a bias of five" in text_of(key_of("without-a-bias"), 5)
    assert f"The slope is {x @ y / (x @ x):.3g}" in text_of(key_of("without-a-bias"), 4)


@pytest.mark.parametrize(
    ("epochs", "column", "said"),
    [
        ("[0, 5000]", "{epoch}", "The run ends before epoch 5000."),
        ("[999999999]", "{epoch}", "That takes too long"),
        ("[1]", "{speed}", "There is nothing called speed in a run."),
        ("[]", "{epoch}", "A table on paper has epochs, and up to 8 columns."),
    ],
)
def test_a_table_of_epochs_that_cannot_be_is_told_of(epochs, column, said, tmp_path):
    lesson = tmp_path / "own.toml"
    text = PATHS["three-rates"].read_text(encoding="utf-8")
    table = f"epochs = {epochs}\ncolumns = [{{ title = 'it', value = '{column}' }}]\n"
    where = 'text = "A rate further above'
    assert text.count(where) == 1
    lesson.write_text(text.replace(where, table + where), encoding="utf-8")
    (problem,) = check_lesson(lesson)
    before = text[: text.index(where)].count("\n")
    assert said in str(problem)
    assert problem.line in (before, before + 1, before + 2)  # the table, or the key at fault


def test_what_is_needed_stands_on_top_but_for_those_who_are_to_know_it():
    said = words(sheet_of("without-a-bias"))
    assert re.findall(r"^Gradient in (.*): .*of b the mean", said, re.MULTILINE) == ["5"]
    assert "Output in 1, 2, 3: ŷ = 1/(1 + e⁻ᶻ)" in said
    assert "ŷ of 0.5 or less as 0" in said
    assert "of a weight the mean of 2·(ŷ − y) · its input" in said
    assert "Step: " not in words(sheet_of("forgotten-zero-grad"))  # which asks for it
    own = words(sheet_of("an-input-of-your-own"))
    assert "w₃·(x₁+x₂) + b" in own
    assert "w₃·(x₁−x₂) + b" in own
    assert "w₃·x₁·x₂ + b" in own
    check = sheet_of("check")
    assert "What you need" not in words(sheet_of("check"))
    # That the first time tells less is so on the screen alone.
    assert "the first time" not in words(sheet_of("check")).lower()
    for page in (check, key_of("check")):
        assert "To take home" not in [block.text for block in blocks(page, SectionHeading)]


def test_no_picture_of_a_check_shows_the_outputs_that_are_asked_for():
    """That of a network has its output over the whole plane: neither sheet nor screen has it."""
    sheet = sheet_of("check-networks")
    steps = read_lesson(PATHS["check-networks"]).steps
    for heading in ("1  A gate of gates", "4  Far to the right"):
        assert figures_of(sheet, heading) == []
        assert "neuron" not in steps[int(heading[0]) - 1].views


def test_no_page_of_a_sheet_tells_what_another_asks():
    """All of them are seen at once: where the limit goes, and what shape a border has."""
    limits = sheet_of("the-limit-comes-to-you")
    assert any("down at the rate" in block.texts for block in blocks(limits, TickBoxes))
    told = text_of(limits, 2) + text_of(limits, 3)
    assert not re.search("has fallen|curvature came", told)
    for heading in ("2  Across the edge", "3  Another rate"):
        for figure in figures_of(limits, heading):
            drawn = [m for m in figure.marks if isinstance(m, Curve) and len(m.x) > 1]
            assert figure.title != "Limit of the learning rate" or not drawn
    rows = [block.pictures for block in blocks(sheet_of("three-classes"), Pictures)]
    assert rows
    titles = {picture.figure.title for row in rows for picture in row}
    assert not any("plane" in title for title in titles)


@for_each("name", ["bumps", "the-limit-comes-to-you"])
def test_names_of_hidden_neurons_have_room_in_a_small_plot(name):
    """Of two beside each other each has its name, of eight it is said once what they are."""
    for make in (sheet_of, key_of):
        rows = [block.pictures for block in blocks(make(name), Pictures)]
        shown = [picture.figure for row in rows for picture in row]
        for figure in (each for each in shown if each.title == "Output over the input"):
            texts = [mark.text for mark in figure.marks if isinstance(mark, Text)]
            names = [text for text in texts if text.startswith("v")]
            thin = [m for m in figure.marks if isinstance(m, Curve) and m.width == 1.2]
            assert len(names) == (len(thin) if len(thin) <= 4 else 0)
            assert bool(names) != ("v·h" in (figure.subtitle or ""))


@for_each(("name", "tables"), [("two-before-it", 0), ("bumps", 0), ("three-rates", 1)])
def test_a_sheet_asks_for_no_number_that_only_training_hidden_neurons_gives(name, tables):
    assert len(blocks(sheet_of(name), TextTable)) == 1 + tables  # that of the name
    assert blocks(key_of(name), TextTable)


@for_each("name", ["check-networks", "three-classes", "two-before-it"])
def test_neurons_beside_each_other_have_the_height_of_two_rows(name):
    """And a sample of several classes is told with the name of its class, not its number."""
    rows = [block.pictures for block in blocks(sheet_of(name), Pictures)]
    networks = [p for row in rows for p in row if "neuron" in p.figure.title]
    assert networks
    assert all(picture.width / picture.height < 2 for picture in networks)
    assert "(0, 1) → 0" not in words(sheet_of(name))


def test_the_sum_of_many_hidden_neurons_is_written_once():
    said = re.findall(r"Sum of the output in (.*): ([^\\\n]*)", words(sheet_of("bumps")))
    assert said == [
        ("1, 3", "z = v₁·h₁ + v₂·h₂ + c"),
        ("2, 3", "z = v₁·h₁ + c"),
        ("3, 4", "z = v₁·h₁ + v₂·h₂ + … + c, with a product for each hidden neuron"),
    ]


def test_a_line_that_is_to_be_drawn_has_room():
    data, _ = figures_of(sheet_of("two-planes"), "3  Where is the line?")
    left, right = data.x_limits
    low, high = data.y_limits
    assert low < 3 * left - 2
    assert 3 * right - 2 < high
    (data,) = figures_of(sheet_of("gate-by-hand"), "3  Push it until it breaks")
    assert data.x_limits[1] > 2
    assert data.y_limits[1] > 2


def test_no_figure_of_a_sheet_gives_the_lowest_place_that_is_asked_for():
    shown = [block.pictures for block in blocks(sheet_of("two-planes"), Pictures)]
    marks = [mark for row in shown for picture in row for mark in picture.figure.marks]
    said = [getattr(mark, "label", None) or getattr(mark, "text", "") for mark in marks]
    assert not any(each.startswith("minimum") for each in said)
    bars = [mark for mark in marks if isinstance(mark, ColourMap)]
    assert {(bar.label, bar.powers) for bar in bars} == {("loss", True)}


NUMBER = re.compile(r"−?\d+\.\d{2,}")


def numbers_by_step(document):
    """Return the numbers of two decimals or more in each step, of texts, tables and figures."""
    found = {}
    step = "0"
    for block in (block for group in document.groups for block in laid_flat(group)):
        if isinstance(block, SectionHeading):
            step = block.text[0]
        texts = [getattr(block, "markdown", "")]
        if isinstance(block, TextTable):
            texts += [cell for row in block.rows for cell in row]
        if isinstance(block, Pictures):
            marks = [mark for picture in block.pictures for mark in picture.figure.marks]
            texts += [mark.text for mark in marks if isinstance(mark, Text)]
        found.setdefault(step, set()).update(NUMBER.findall(" ".join(texts)))
    return found


@for_each("name", PATHS)
def test_no_number_of_an_answer_stands_in_a_later_step_of_the_sheet(name):
    """A sheet lies open: what a step says is read before the question above it is answered."""
    asked, answers = numbers_by_step(sheet_of(name)), numbers_by_step(key_of(name))
    for step, numbers in answers.items():
        given = {number for before in asked if before <= step for number in asked[before]}
        later = {number for after in asked if after > step for number in asked[after]}
        assert not (numbers - given) & later


@for_each(
    ("name", "told"),
    [
        ("gate-by-hand", "Only the bias"),
        ("watch-it-learn", "last sample is right"),
        ("three-rates", "blows up"),
        ("impossible-on-purpose", "three of four"),
        ("impossible-on-purpose", "no line"),
        ("forgotten-zero-grad", "has fallen"),
        ("hidden-half", "more than double"),
        ("two-before-it", "is OR"),
        ("three-classes", "lines part"),
    ],
)
def test_no_sentence_of_a_sheet_tells_what_is_asked_elsewhere(name, told):
    assert told not in words(sheet_of(name))


@pytest.mark.parametrize("name", ["two-planes", "check", "check-again"])
def test_no_landscape_of_a_sheet_shows_the_arrow_that_is_asked_for(name):
    shown = [picture for block in blocks(sheet_of(name), Pictures) for picture in block.pictures]
    figures = [picture.figure for picture in shown if picture.figure.title.startswith("Loss over")]
    marks = [mark for figure in figures for mark in figure.marks]
    assert any(isinstance(mark, ColourMap) for mark in marks)
    assert not any(isinstance(mark, Arrow) for mark in marks)
    labels = {mark.label or "" for mark in marks if isinstance(mark, Points)}
    assert not any("next step" in label or "arrow" in label for label in labels)
    assert not {mark.text for mark in marks if isinstance(mark, Text)} & {"next step", "−gradient"}


def test_no_picture_of_a_sheet_shows_the_curve_that_was_asked_for_before():
    """That of the hidden half falls, then rises.

    At the next question it stands in the loss plot of the window.
    """
    figures = figures_of(sheet_of("hidden-half"), "3  More mistakes?")
    assert [figure.title for figure in figures] == ["Output over the plane"]


@for_each(
    ("name", "make"),
    [("two-planes", sheet_of), ("two-planes", key_of), ("check", key_of), ("beat-sgd", sheet_of)],
)
def test_as_printed_a_step_goes_straight_across_the_contour_lines(name, make):
    pictures = [picture for block in blocks(make(name), Pictures) for picture in block.pictures]
    seen = [
        each for each in pictures if any(isinstance(mark, ColourMap) for mark in each.figure.marks)
    ]
    maps = [each for each in seen if each.figure.title.startswith("Loss over")]
    assert maps
    for picture in maps:
        size = picture.width, picture.height
        assert off_the_normal(picture.figure, np.array((8 / 3, 2.0)), size) < 1
        # No number at a marker runs under the colour bar.
        texts = [mark for mark in picture.figure.marks if isinstance(mark, Text) and mark.halo]
        left, right = picture.figure.x_limits
        for mark in (each for each in texts if not each.ends):
            end = (mark.aside or 0.0) * 25.4 / 72 + len(mark.text) * 1.75  # mm
            assert mark.x + end / 53 * (right - left) <= right


@pytest.mark.parametrize(
    ("name", "answers"), [("two-planes", 11), ("three-rates", 5), ("forgotten-zero-grad", 4)]
)
def test_a_key_says_to_which_drawing_or_click_each_feedback_belongs(name, answers):
    lesson = read_lesson(PATHS[name])
    said = words(key_of(name)).split("\n")
    tasks = [
        step.task for step in lesson.steps if isinstance(step.task, CurveQuestion | PointQuestion)
    ]
    cases = [case for task in tasks for case in task.feedback]
    assert len(cases) == answers
    for case in cases:
        (text,) = (line for line in said if case.text.split("{")[0].split("\n")[0][:60] in line)
        to = text.split("**")[1]
        assert to in (f"If you drew {case.to}", f"If you marked {case.to}", "✓ right")
        assert (to == "✓ right") == (not case.to)
    assert "✓ right" in " ".join(said)


def test_in_a_key_the_picture_has_the_answers_beside_it_and_on_top_the_run_that_is_on_show():
    groups = key_of("three-rates").groups
    ((*_, beside, table),) = (
        group for group in groups if any(isinstance(block, Beside) for block in group)
    )
    assert any(block.ticked for block in beside.blocks if isinstance(block, TickBoxes))
    curves = [mark for mark in beside.picture.figure.marks if isinstance(mark, Curve)]
    assert table.rows[0] == ("a hundredth", "0.0006256", f"{curves[-1].y[-1]:.0f}")
    assert len({f"{curve.y[-1]:.0f}" for curve in curves}) == 3


def test_a_number_that_is_right_begins_no_list():
    """The batch size is one, and there are four samples."""
    (said,) = (
        text for text in words(key_of("one-sample-at-a-time")).split("\n") if "turn once" in text
    )
    assert said.startswith("**4**: Each sample")
    assert "<li>" not in as_html(said)


def figures_of(document, heading):
    group = next(
        group for group in document.groups if any(b == SectionHeading(heading) for b in group)
    )
    rows = [block for block in laid_flat(group) if isinstance(block, Pictures)]
    return [picture.figure for row in rows for picture in row.pictures]


def test_what_is_to_be_found_by_a_click_is_not_on_the_sheet():
    """No ball, no arrow, no line, and no numbers that would tell them."""
    data, landscape = figures_of(sheet_of("two-planes"), "2  Where is the ball?")
    assert not any(isinstance(mark, Arrow | Points) for mark in landscape.marks)
    assert data.subtitle is None
    assert not any(isinstance(mark, Text) and mark.halo for mark in landscape.marks)
    _, landscape = figures_of(sheet_of("two-planes"), "1  From line to place")
    said = [mark.text for mark in landscape.marks if isinstance(mark, Text) and mark.halo]
    assert said == ["3.375"]  # the lowest place is what is asked for
    (data,) = figures_of(sheet_of("impossible-on-purpose"), "1  Your best line")
    assert all(isinstance(mark, Points) and mark.label != "wrong" for mark in data.marks)
    assert data.x_limits[0] < 0 < 1 < data.x_limits[1]
    data, landscape = figures_of(sheet_of("two-planes"), "3  Where is the line?")
    assert not any(isinstance(mark, Curve) for mark in data.marks)
    assert any(
        (mark.label or "").startswith("now") for mark in landscape.marks if isinstance(mark, Points)
    )
    _, landscape = figures_of(sheet_of("two-planes"), "4  Where does the arrow point?")
    assert not any(isinstance(mark, Arrow) for mark in landscape.marks)
    labels = [mark.label for mark in landscape.marks if isinstance(mark, Points)]
    assert "**Draw an arrow from the ball in the direction of the next step.**" in words(
        sheet_of("two-planes")
    )
    example = words(worksheet(read_lesson(Path(__file__).with_name("example.toml"))))
    assert "Mark it on the landscape." in example  # where the lesson says nothing of paper
    assert not any("next step" in (label or "") or "arrow" in (label or "") for label in labels)


def test_runs_that_differ_in_their_data_have_each_its_picture_which_tells_nothing():
    """-3, 0, 3 and twice as much; no line, no residual, no sample that is marked as wrong."""
    figures = figures_of(sheet_of("check"), "7  Twice the input")
    assert [figure.title for figure in figures] == ["as it was", "twice as large"]
    samples = [figure.marks for figure in figures]
    assert [[list(mark.x) for mark in marks] for marks in samples] == [[[-3, 0, 3]], [[-6, 0, 6]]]
    light = figures_of(worksheet(read_lesson(OWN)), "4  A brighter sensor")
    assert all(
        isinstance(mark, Points) and mark.label != "wrong"
        for figure in light
        for mark in figure.marks
    )


def test_what_was_printed_a_moment_ago_is_not_printed_again():
    assert len(figures_of(sheet_of("check"), "1  One weight")) == 2
    assert figures_of(sheet_of("check"), "2  An input of zero") == []
    assert "The pictures are those of number 1." in words(sheet_of("check"))


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("gate-by-hand", "2  One right bias?"),
        ("forgotten-zero-grad", "2  One line is missing"),
    ],
)
def test_beside_a_picture_with_none_beside_it_is_what_is_asked(name, heading):
    """Else half of the page's width is empty there, and the step needs the next page."""
    sheet = sheet_of(name)
    group = next(group for group in sheet.groups if SectionHeading(heading) in group)
    assert isinstance(group[-1], Beside)
    assert any(isinstance(block, WritingLines) for block in group[-1].blocks)
    assert all(len(block.pictures) == 2 for block in group if isinstance(block, Pictures))


@pytest.mark.parametrize("name", ["gate-by-hand", "one-step-by-hand", "one-sample-at-a-time"])
def test_no_neuron_on_a_sheet_shows_its_gradient(name):
    rows = [block.pictures for block in blocks(sheet_of(name), Pictures)]
    shown = [picture.figure for row in rows for picture in row]
    neurons = [figure for figure in shown if figure.title == "Neuron"]
    texts = [mark.text for figure in neurons for mark in figure.marks if hasattr(mark, "text")]
    assert "Σ" in texts
    assert not any("∂" in text for text in texts)


def test_on_paper_the_numbers_of_a_neuron_are_in_ink_whatever_part_the_screen_shows():
    marks = figures_of(sheet_of("check"), "1  One weight")[0].marks
    inks = {mark.text: mark.color for mark in marks if isinstance(mark, Text)}
    assert {inks[number] for number in ("+2.5", "0.6225", "target 0")} == {PAPER.ink}
    assert not any("∂" in text for text in inks)


def test_no_figure_names_what_is_asked_for():
    """What is broken on purpose stands below the title of every figure that is taken away."""
    figures = figures_of(sheet_of("check"), "8  A line is missing")
    assert len(figures) == 2
    assert not any("zero_grad" in f"{figure.title} {figure.subtitle}" for figure in figures)


def test_a_curve_is_drawn_into_an_empty_plot_to_the_end_of_the_run():
    figures = figures_of(sheet_of("three-rates"), "3  Just above the limit")
    page = figures[-1]
    assert (page.title, page.x_limits) == ("Draw the loss", (0.0, 40.0))
    assert not any(isinstance(mark, Curve) for mark in page.marks)


def test_a_learners_answers_make_a_page():
    lesson = read_lesson(OWN)
    figure = figures_of(sheet_of("two-planes"), "1  From line to place")[0]
    answers = [
        Answered(2, "Is the lamp on?", Verdict(False, "off", "The sum is 1.", "Tempting.", "on")),
        Answered(4, "How many are wrong?", Verdict(True, "two", "Wrong are two.", "So it is.")),
    ]
    page = handout(lesson, answers, 1, [figure])
    text = words(page)
    assert "1 of 2 predictions came true." in text
    assert "✗ You said: off. In truth: on. The sum is 1. Tempting." in text
    assert "✓ You said: two." in text
    assert len(blocks(page, Pictures)) == 1
    assert "Nothing was answered." in words(handout(lesson, [], 0))


def test_the_ground_does_not_tell_on_paper_where_a_ball_will_roll():
    """It is empty on the sheet, and on the sheet of a ball that was put somewhere it is not."""
    example = worksheet(read_lesson(Path(__file__).with_name("example.toml")))
    (landscape,) = (
        each for each in figures_of(example, "5  Where is the ball") if each.y_label == "b"
    )
    assert landscape.marks == ()
    _, landscape = figures_of(sheet_of("two-planes"), "2  Where is the ball?")
    assert landscape.marks


SEVERAL = """
title = "Two targets"
minutes = 5
goal = "Reckon a loss."
take_home = "It is the mean over the outputs, too."

[[step]]
title = "Two targets"
text = "Two neurons read one number."
views = ["neuron", "loss"]
hints = ["One", "two", "three."]

[step.experiment]
task = "gates"
activation = "identity"
loss = "mse"
weights = [2, 1, 0]
bias = 0
data = { inputs = [[1], [2]], targets = [[0.5, 1], [2, 3]], classes = false }

[step.predict]
kind = "number"
ask = "What is the loss?"
of = "loss"
feedback = { right = "Yes.", too_low = "More.", too_high = "Less." }
"""


def test_several_targets_are_told_with_what_their_outputs_reckon(tmp_path):
    """A loss and gradients by the rules on the sheet are the run's."""
    path = tmp_path / "several.toml"
    path.write_text(SEVERAL, encoding="utf-8")
    lesson = read_lesson(path)
    said = words(worksheet(lesson))
    assert "Samples, x → y: (1) → (0.5, 1), (2) → (2, 3)." in said
    assert "Sum of output k: z = wₖ₁·x + bₖ" in said
    assert "Loss: over the samples and outputs, the mean of (ŷ − y)²" in said
    assert "of a weight the mean of 2·(ŷ − y)/2 · its input" in said
    inputs, targets = np.array([[1.0], [2.0]]), np.array([[0.5, 1.0], [2.0, 3.0]])
    errors = inputs * (2.0, 1.0) - targets
    row = StepEvaluator(lesson.steps[0], None).frames[0].row
    assert np.mean(errors**2) == pytest.approx(row.loss)
    assert np.mean(2 * errors / 2 * inputs, axis=0) == pytest.approx(row.grad[:2])
