"""What a lesson says of a run, against a training loop of the tests' own."""

import math

import numpy as np
import pytest
import torch

from neuroviz.lessons.answers import CurveAnswer, PointAnswer
from neuroviz.lessons.reading import read_lesson
from neuroviz.lessons.step_evaluator import StepEvaluator

HEAD = 'title = "T"\ngoal = "g"\ntake_home = "t"\n'
LINE = 'task = "line"\nweights = [3]\nbias = -2\n'
GATE = 'task = "and"\nweights = [0.5, -0.25]\nbias = 0.1\nlearning_rate = 1.5\n'
HINTS = 'hints = ["a", "b", "c"]'

LINE_X = torch.arange(1.0, 7.0, dtype=torch.float64)[:, None]
LINE_Y = 10 * LINE_X[:, 0] + 5
GATE_X = torch.tensor([[1.0, 1], [1, 0], [0, 1], [0, 0]], dtype=torch.float64)
GATE_Y = torch.tensor([1.0, 0, 0, 0], dtype=torch.float64)


def line_limit():
    """Return 2/λmax of the mean squared error on the line's six points."""
    design = np.column_stack((LINE_X[:, 0].numpy(), np.ones(6)))
    return 2 / np.linalg.eigvalsh(2 * design.T @ design / 6).max()


def trained(x, y, start, rate, steps, *, gate):
    """Return parameters and loss before each of so many steps and after the last, by autograd."""
    theta = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    rows = []
    for _ in range(steps + 1):
        z = x @ theta[:-1] + theta[-1]
        loss = (
            torch.nn.functional.binary_cross_entropy_with_logits(z, y)
            if gate
            else ((z - y) ** 2).mean()
        )
        (grad,) = torch.autograd.grad(loss, theta)
        rows.append((theta.detach().numpy().copy(), loss.item(), grad.numpy(), z.detach().numpy()))
        with torch.no_grad():
            theta -= rate * grad
    return rows


def evaluators(text, tmp_path):
    path = tmp_path / "lesson.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    evaluator = None
    for step in read_lesson(path).steps:
        evaluator = StepEvaluator(step, evaluator)
        yield evaluator


def only(text, tmp_path):
    (evaluator,) = evaluators(text, tmp_path)
    return evaluator


def step(extra="", experiment=GATE):
    extra = extra.replace("\n    ", " ")  # an inline table is one line
    return (
        f'[[step]]\ntitle = "s"\ntext = "{{w1:10}} {{loss:10}}"\n{extra}\n'
        f"[step.experiment]\n{experiment}"
    )


def test_names_are_those_of_an_own_loop(tmp_path):
    evaluator = only(step(experiment=f"{GATE}at = {{epoch = 30}}\nsample = 2"), tmp_path)
    rows = trained(GATE_X, GATE_Y, [0.5, -0.25, 0.1], 1.5, 30, gate=True)
    theta, loss, grad, z = rows[-1]
    outputs = 1 / (1 + np.exp(-z))
    right = (outputs > 0.5) == (GATE_Y.numpy() == 1)
    losses = [row[1] for row in rows]
    since = 30
    while since and np.array_equal((rows[since - 1][3] > 0)[0:1], [True]):
        since -= 1
    expected = {
        "w1": theta[0],
        "w2": theta[1],
        "b": theta[2],
        "g1": grad[0],
        "gb": grad[2],
        "gradient": np.linalg.norm(grad),
        "loss": loss,
        "loss_max": max(losses),
        "loss_min": min(losses),
        "loss_at(10)": losses[10],
        "start.loss": losses[0],
        "start.w2": -0.25,
        "epoch": 30,
        "step": 30,
        "rate": 1.5,
        "right": right.sum(),
        "accuracy": right.mean(),
        "wrong": 4 - right.sum(),
        "output": outputs[1],
        "output_of(3)": outputs[2],
        "z_of(4)": z[3],
        "target_of(1)": 1,
        "x1_of(2)": 1,
        "x2": 0,
        "loss_of(1)": -math.log(outputs[0]),
        "line_x1": -theta[2] / theta[0],
        "line_x2": -theta[2] / theta[1],
        "right_since(1)": since,
    }
    for name, value in expected.items():
        got = float(evaluator.said(f"{{{name}:12}}").replace("−", "-"))
        assert math.isclose(got, value, rel_tol=1e-9, abs_tol=1e-12), name
    point = "(1,\N{NO-BREAK SPACE}0)"  # no line breaks it
    assert evaluator.said("{sample} {setting('task')} {broken('no_bias')}") == f"{point} and no"


def test_the_rate_is_that_of_the_last_step(tmp_path):
    """At the start the one in force.

    One that is set when the run stands somewhere did not bring it there.
    """
    evaluator = only(step(), tmp_path)
    session = evaluator.session
    session.apply(session.settings.replace(learning_rate=0.5))
    assert evaluator.said("{rate}") == "0.5"
    session.advance(3)
    session.apply(session.settings.replace(learning_rate=2.0))
    assert evaluator.said("{rate} {start.rate}") == "0.5 0.5"
    session.advance(1)
    assert evaluator.said("{rate}") == "2"


def test_marks_of_the_ruler_and_rates_relative_to_them(tmp_path):
    evaluator = only(step(experiment=f"{LINE}learning_rate = {{times_limit = 0.25}}"), tmp_path)
    assert math.isclose(float(evaluator.said("{limit:12}")), line_limit(), rel_tol=1e-9)
    assert math.isclose(evaluator.session.settings.learning_rate, 0.25 * line_limit(), rel_tol=1e-9)
    assert math.isclose(float(evaluator.said("{2 / curvature_max:12}")), line_limit(), rel_tol=1e-9)


CHOICE = f"""{HINTS}
predict = {{kind = "choice", ask = "?", then = {{steps = 1}}, \
truth = "from {{before.w1:8}} to {{w1:8}}", choice = [
    {{text = "grow", true_if = "w1 > before.w1", feedback = "grow: {{before.g1:8}}"}},
    {{text = "shrink", true_if = "w1 < before.w1", feedback = "shrink"}}]}}
"""


@pytest.mark.parametrize("start", [(0.5, -0.25, 0.1), (-3.0, -2.0, -1.0)])
def test_a_choice_is_judged_by_the_step_that_was_taken(start, tmp_path):
    first, second, bias = start
    gate = (
        f'task = "and"\nweights = [{first}, {second}]\nbias = {bias}\nlearning_rate = 1.5\n'
        f"at = {{step = 3}}"
    )
    evaluator = only(step(CHOICE, gate), tmp_path)
    evaluator.go()
    rows = trained(GATE_X, GATE_Y, start, 1.5, 4, gate=True)
    grows = bool(rows[4][0][0] > rows[3][0][0])
    verdicts = [evaluator.judge(0), evaluator.judge(1)]
    assert [verdict.right for verdict in verdicts] == [grows, not grows]
    assert [verdict.answer for verdict in verdicts] == ["grow", "shrink"]
    said = [
        float(word)
        for word in verdicts[0].truth.replace("−", "-").split()
        if word not in ("from", "to")
    ]
    assert said == pytest.approx([rows[3][0][0], rows[4][0][0]], rel=1e-7)
    gradient = float(verdicts[0].feedback.replace("−", "-").partition(": ")[2])
    assert gradient == pytest.approx(rows[3][2][0], rel=1e-7)


SIGN = f"""{HINTS}
predict = {{kind = "sign", ask = "?", then = {{steps = 1}}, of = "w2 - before.w2",
    feedback = {{grow = "g", shrink = "s", stay = "0"}}}}
"""


def test_a_sign_knows_the_weight_whose_input_is_0(tmp_path):
    data = "data = {inputs = [[1, 0]], targets = [0], classes = true}\nweights = [1, 1]\nbias = 0"
    evaluator = only(step(SIGN, f'task = "and"\n{data}'), tmp_path)
    evaluator.go()
    verdicts = {word: evaluator.judge(word) for word in ("grow", "shrink", "stay")}
    assert {word: verdict.right for word, verdict in verdicts.items()} == {
        "grow": False,
        "shrink": False,
        "stay": True,
    }
    assert {verdict.truth for verdict in verdicts.values()} == {"stay"}
    assert verdicts["shrink"].feedback == "s"


NUMBER = f"""{HINTS}
predict = {{kind = "number", ask = "?", of = "plain.limit / ten.limit", within = 0.2,
    feedback = {{right = "yes", too_low = "low {{answer}}", too_high = "high"}},
    tempting = [{{value = "10", feedback = "not squared"}}]}}
run = [{{key = "plain", name = "p"}}, {{key = "ten", name = "t", data = {{scale = [10]}}}}]
"""


def test_a_number_is_met_within_its_share_and_tempting_ones_have_their_own_words(tmp_path):
    evaluator = only(step(NUMBER, LINE), tmp_path)
    evaluator.go()
    scaled = np.column_stack((10 * LINE_X[:, 0].numpy(), np.ones(6)))
    factor = line_limit() / (2 / np.linalg.eigvalsh(2 * scaled.T @ scaled / 6).max())
    answers = (10.0, 5.0, 1e4, 1.19 * factor, 0.81 * factor, 1.21 * factor)
    said = {answer: evaluator.judge(answer) for answer in answers}
    assert [verdict.feedback for verdict in said.values()] == [
        "not squared",
        "low 5",
        "high",
        "yes",
        "yes",
        "high",
    ]
    assert [verdict.right for verdict in said.values()] == [False, False, False, True, True, False]


CURVE = f"""{HINTS}
predict = {{kind = "curve", ask = "?", then = {{epochs = 20}}, right_if = "near(drawn(10), \
loss_at(10), 0.1)",
    feedback = [{{if = "right_answer", text = "met"}}, {{if = "drawn(10) >= page_top", \
text = "off the page"}},
    {{text = "{{drawn(10):8}} {{loss_at(10):8}}"}}]}}
"""


def test_a_curve_is_held_against_the_loss_of_the_run(tmp_path):
    evaluator = only(step(CURVE, f"{LINE}learning_rate = 0.03"), tmp_path)
    evaluator.go()
    rows = trained(LINE_X, LINE_Y, [3.0, -2.0], 0.03, 20, gate=False)
    start, middle, end = rows[0][1], rows[10][1], rows[20][1]
    met = evaluator.judge(CurveAnswer((0.0, 10.0, 20.0), (start, 1.05 * middle, end)))
    missed = evaluator.judge(CurveAnswer((0.0, 20.0), (0.0, 2 * start)))
    own = CurveAnswer(tuple(map(float, range(21))), tuple(row[1] for row in rows))
    near = "Your curve stays near the run's to the end. met"
    assert (met.right, met.feedback.split(". ")[-1]) == (True, "met")
    assert evaluator.judge(own).feedback == near
    told, numbers = missed.feedback.split(". ", 1)
    assert (
        told == "Your curve leaves the run's at epoch 0, downwards, and ends above it on the page"
    )
    assert [float(word) for word in numbers.replace(",", "").split()] == pytest.approx(
        [start, middle], rel=1e-7
    )
    above = evaluator.judge(CurveAnswer((0.0, 20.0), (2 * start, 2 * start))).feedback
    assert above == (
        "Your curve leaves the run's at epoch 0, upwards, "
        "and ends above it on the page. off the page"
    )


def click(target, then="then = {steps = 1}, "):
    return f"""{HINTS}
views = ["data", "landscape"]
predict = {{kind = "click", ask = "?", {then}target = "{target}", near = 0.1,
    feedback = [{{text = "{{error:10}} {{truth_x:10}} {{truth_y:10}}"}}]}}
"""


def numbers(verdict):
    return [float(word.replace("−", "-")) for word in verdict.feedback.split()]


def test_a_click_on_the_landscape_is_measured_from_the_ball(tmp_path):
    evaluator = only(step(click("ball"), f"{LINE}learning_rate = 0.03"), tmp_path)
    evaluator.go()
    w, b = trained(LINE_X, LINE_Y, [3.0, -2.0], 0.03, 1, gate=False)[1][0]
    verdict = evaluator.judge(PointAnswer(w + 3, b - 8, 100.0, 200.0))
    assert numbers(verdict) == pytest.approx([0.05, w, b], rel=1e-8)
    assert verdict.right
    assert not evaluator.judge(PointAnswer(w + 9, b - 9, 100.0, 200.0)).right


def test_a_direction_is_an_angle_on_the_screen(tmp_path):
    evaluator = only(
        step(click("direction").replace("near = 0.1", "near = 30"), f"{LINE}learning_rate = 0.03"),
        tmp_path,
    )
    evaluator.go()
    (before, _, _, _), (after, _, _, _) = trained(LINE_X, LINE_Y, [3.0, -2.0], 0.03, 1, gate=False)
    way = (after - before) / [100, 50] * [1, 0.5]  # the plot is half as high as wide
    for turned, right in ((0, True), (25, True), (-25, True), (35, False), (180, False)):
        angle = math.radians(turned)
        turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        x, y = before + turn @ way * [100, 50] / [1, 0.5]
        verdict = evaluator.judge(PointAnswer(x, y, 100.0, 50.0, 0.5))
        assert verdict.right is right
        assert numbers(verdict)[0] == pytest.approx(abs(turned), abs=1e-4)


def test_a_click_at_the_line_is_measured_across_it(tmp_path):
    evaluator = only(step(click("line"), GATE), tmp_path)
    evaluator.go()
    w1, w2, b = trained(GATE_X, GATE_Y, [0.5, -0.25, 0.1], 1.5, 1, gate=True)[1][0]
    on = PointAnswer(0.3, -(w1 * 0.3 + b) / w2, 2.0, 2.0)
    assert numbers(evaluator.judge(on))[0] == pytest.approx(0, abs=1e-9)
    away = 0.5 * np.array([w1, w2]) / math.hypot(w1, w2)
    off = evaluator.judge(PointAnswer(on.x + away[0], on.y + away[1], 2.0, 2.0))
    assert numbers(off) == pytest.approx([0.25, on.x, on.y], rel=1e-6)


def test_a_run_goes_on_until_a_condition_holds(tmp_path):
    until = CHOICE.replace("{steps = 1}", '{until = "loss < 0.2", epochs = 500}')
    evaluator = only(step(until), tmp_path)
    losses = [row[1] for row in trained(GATE_X, GATE_Y, [0.5, -0.25, 0.1], 1.5, 100, gate=True)]
    evaluator.go()
    assert evaluator.session.step == next(index for index, loss in enumerate(losses) if loss < 0.2)


def test_the_next_step_goes_on_and_before_is_where_it_began(tmp_path):
    do = f"""{HINTS}
controls = ["step"]
do = {{ask = "?", until = "steps_taken == 2", feedback = [{{text = "{{before.loss:10}} \
{{loss:10}}"}}],
    meanwhile = [{{text = "{{2 - steps_taken:word}} more"}}], fails_if = "steps_taken > 2", \
failed = "too far"}}
"""
    second = step(do).partition("[step.experiment]")[0]
    played = evaluators(step(CHOICE) + "\n" + second, tmp_path)
    first = next(played)
    first.go()
    evaluator = next(played)
    assert evaluator.doing() == ("open", "two more")
    evaluator.session.advance(2)
    losses = [row[1] for row in trained(GATE_X, GATE_Y, [0.5, -0.25, 0.1], 1.5, 3, gate=True)]
    status, said = evaluator.doing()
    assert status == "done"
    assert [float(word) for word in said.split()] == pytest.approx([losses[1], losses[3]], rel=1e-8)
    evaluator.session.advance(1)
    assert evaluator.doing() == ("failed", "too far")


def test_runs_side_by_side_are_told_in_a_table(tmp_path):
    compare = """
table = {columns = [
    {title = "{samples:word}", value = "{name}"},
    {title = "rate", value = "{rate:10}"}, {title = "loss at {epoch}", value = "{loss:10}"}]}
compare = {then = {epochs = 7}}
run = [{key = "slow", name = "s", learning_rate = 0.001}, {key = "fast", name = "f", \
learning_rate = 0.05}]
"""
    evaluator = only(step(compare, LINE), tmp_path)
    evaluator.go()
    titles, lines = evaluator.table()
    assert titles == ("six", "rate", "loss at 7")
    assert [line[0] for line in lines] == ["s", "f"]
    ends = [
        trained(LINE_X, LINE_Y, [3.0, -2.0], rate, 7, gate=False)[7][1] for rate in (0.001, 0.05)
    ]
    assert [[float(cell) for cell in line[1:]] for line in lines] == [
        pytest.approx([rate, end], rel=1e-8) for rate, end in zip((0.001, 0.05), ends, strict=True)
    ]
    assert float(evaluator.said("{slow.loss / fast.loss:10}")) == pytest.approx(
        ends[0] / ends[1], rel=1e-8
    )


def test_steps_are_counted_from_where_the_step_begins_and_of_a_run_begun_anew_from_its_start(
    tmp_path,
):
    """Whoever types a weight in a step that began after some epochs has not gone back.

    The count begins at 0.
    """
    evaluator = only(step(experiment=f"{GATE}at = {{epoch = 30}}"), tmp_path)
    counts = "{steps_taken} {runs_begun}"
    assert evaluator.said(counts) == "0 0"
    evaluator.session.advance(3)
    assert evaluator.said(counts) == "3 0"
    evaluator.session.apply(evaluator.session.settings.replace(bias=0.7))
    assert evaluator.said(counts) == "0 1"
    evaluator.session.advance(2)
    assert evaluator.said(counts) == "2 1"


@pytest.mark.parametrize(("at", "end"), [("", 7), ("at = {epoch = 30}\n", 37)])
def test_run_would_go_to_where_the_question_is_answered(at, end, tmp_path):
    """So that the loss plot has room for the curve that is asked for.

    Also behind epochs that have been.
    """
    question = (
        'predict = {kind = "curve", ask = "?", then = {epochs = 7}, right_if = "1 > 0", '
        'feedback = [{text = "t"}]}'
    )
    evaluator = only(step(f'{question}\nhints = ["a", "b", "c"]', f"{GATE}{at}"), tmp_path)
    assert evaluator.session.settings.epochs == end
    evaluator.go()
    assert evaluator.said("{epoch}") == str(end)
