"""What is wrong with a lesson file: each fault gets its sentence, at its line."""

import os
from pathlib import Path

import pytest

from neuroviz.lessons.checking import check
from tests.for_each import for_each

EXAMPLE = Path(__file__).with_name("example.toml")

HEAD = """title = "T"
goal = "g"
take_home = "t"
[[step]]
title = "s"
text = "x"
"""
LINE = """[step.experiment]
task = "line"
"""
LOOK = HEAD + LINE
HINTS = 'hints = ["a", "b", "c"]\n'
PREDICT = f"""{HEAD}{HINTS}{LINE}
[step.predict]
kind = "choice"
ask = "?"
then = {{steps = 1}}
[[step.predict.choice]]
text = "up"
true_if = "w1 > before.w1"
feedback = "{{w1}}"
[[step.predict.choice]]
text = "down"
true_if = "w1 < before.w1"
feedback = "no"
"""
NUMBER = f"""{HEAD}{HINTS}{LINE}
[step.predict]
kind = "number"
ask = "?"
of = "10 * limit"
feedback = {{right = "r", too_low = "l", too_high = "h"}}
[[step.predict.tempting]]
value = "limit"
feedback = "no"
"""
CLICK = f"""{HEAD}views = ["landscape"]
{HINTS}{LINE}
[step.predict]
kind = "click"
target = "ball"
ask = "?"
then = {{steps = 1}}
[[step.predict.feedback]]
text = "{{error}}"
"""
DO = f"""{HEAD}controls = ["run"]
{HINTS}{LINE}
[step.do]
ask = "?"
until = "loss < 1"
[[step.do.feedback]]
text = "done"
"""
RUNS = f"""{HEAD}{LINE}
[[step.run]]
key = "slow"
name = "slow"
learning_rate = {{times_limit = 0.1}}
[[step.run]]
key = "fast"
name = "fast"
learning_rate = {{times_limit = 0.9}}
[step.table]
columns = [{{title = "loss", value = "{{loss}}"}}]
[step.compare]
then = {{epochs = 3}}
"""
SIGN = f"""{HEAD}{HINTS}{LINE}
[step.predict]
kind = "sign"
ask = "?"
of = "w1 - before.w1"
then = {{steps = 1}}
feedback = {{grow = "g", shrink = "s", stay = "n"}}
"""
SOUND = {
    "sign": SIGN,
    "look": LOOK,
    "predict": PREDICT,
    "number": NUMBER,
    "click": CLICK,
    "do": DO,
    "runs": RUNS,
}


def problems(text, tmp_path):
    path = tmp_path / "lesson.toml"
    path.write_text(text, encoding="utf-8")
    return check(path)


@pytest.mark.parametrize(
    "text", [EXAMPLE.read_text(encoding="utf-8"), *SOUND.values()], ids=["example", *SOUND]
)
def test_nothing_is_wrong_with_a_sound_lesson(text, tmp_path):
    assert problems(text, tmp_path) == []


TASK = 'task = "line"'
FAULTS = {
    "no other numbers": (
        "look",
        'goal = "g"',
        'goal = "g"\ntell = "at the end"\nagain = "x"',
        "There is no x.toml beside this file",
        "again =",
    ),
    "other numbers in a file that cannot be": (
        "look",
        'goal = "g"',
        f'goal = "g"\ntell = "at the end"\nagain = "{"x" * 300}"',
        "xxx.toml beside this file",
        "again =",
    ),
    "other numbers of no check": (
        "look",
        'goal = "g"',
        'goal = "g"\nagain = "x"',
        'told "at the end"',
        "again =",
    ),
    "no toml": ("look", 'title = "s"', 'title = "s', "This is no TOML", 'title = "s'),
    "an unknown key": (
        "look",
        'text = "x"',
        'view = ["loss"]\ntext = "x"',
        'do you mean "views"',
        "view =",
    ),
    "a key like an error of msgspec": (
        "look",
        'goal = "g"',
        'goal = "g"\n"x` - at `$.step[0]" = 1',
        "x` - at `$.step[0] means nothing here",
        "",
    ),
    "a missing key": ("look", 'goal = "g"\n', "", "goal is missing", ""),
    "a text that is none": ("look", 'text = "x"', "text = 3", "must be a text", "text = 3"),
    "an order that is none": (
        "predict",
        'kind = "choice"',
        'kind = "choice"\nshuffle = "no"',
        "whole number",
        "shuffle",
    ),
    "an order of what is no choice": (
        "sign",
        'kind = "sign"',
        'kind = "sign"\nshuffle = 2',
        "means nothing",
        "shuffle",
    ),
    "a page of no curve": (
        "predict",
        'kind = "choice"',
        'kind = "choice"\npage = 5',
        "means nothing",
        "page =",
    ),
    "words for paper that nobody asks for": (
        "look",
        LINE,
        f'{LINE}[step.paper]\nasks = "?"\n',
        'asks means nothing here; do you mean "ask"?',
        "asks =",
    ),
    "a name on paper that means nothing": (
        "look",
        LINE,
        f'{LINE}[step.paper]\ntext = "{{lose}}"\n',
        "nothing called lose",
        "text =",
    ),
    "a number typed for paper": (
        "do",
        LINE,
        f'{LINE}[step.paper]\nway = "At epoch 7."\n',
        "7 is typed into way",
        "way =",
    ),
    "an unknown setting": (
        "look",
        TASK,
        f"{TASK}\nlearning_rat = 1",
        "no setting learning_rat",
        "learning_rat",
    ),
    "an unknown task": ("look", TASK, 'task = "lines"', "no task named 'lines'", "task ="),
    "settings that cannot be": (
        "look",
        TASK,
        f'{TASK}\nloss = "bce"',
        "the targets of line are numbers",
        "loss =",
    ),
    "a rate that is none": (
        "look",
        TASK,
        f'{TASK}\nlearning_rate = "1"',
        "must be a number from",
        "learning_rate =",
    ),
    "an unknown mark": (
        "look",
        TASK,
        f"{TASK}\nlearning_rate = {{times_most = 1}}",
        "times_limit, times_best, times_safe",
        "learning_rate =",
    ),
    "a mark that is not there": (
        "look",
        TASK,
        f'{TASK}\nloss = "mae"\nlearning_rate = {{times_limit = 1}}',
        "times_limit says nothing here",
        "learning_rate =",
    ),
    "a run that stops on the way": (
        "look",
        TASK,
        f"{TASK}\nlearning_rate = 1e6\nat = {{epoch = 1000}}",
        "reaches only step",
        "at =",
    ),
    "a place in two units": (
        "look",
        TASK,
        f"{TASK}\nat = {{epoch = 1, step = 1}}",
        "either a step or",
        "at =",
    ),
    "an unknown sample": ("look", TASK, f"{TASK}\nsample = 7", "from 1 to 6", "sample ="),
    "a neuron that is not there": ("look", TASK, f"{TASK}\nopen = 1", "there are 0", "open ="),
    "an unknown phase": ("look", TASK, f'{TASK}\nphase = "back"', 'knows no "back"', "phase ="),
    "an edit that cannot be": (
        "look",
        TASK,
        f"{TASK}\nedits = [{{epoch = 3, seed = 4}}]",
        "cannot change in mid-run",
        "edit",
    ),
    "data without a shape": (
        "look",
        TASK,
        f"{TASK}\ndata = {{inputs = [[1], [2, 3]], targets = [1, 2]}}",
        "data needs inputs",
        "data =",
    ),
    "no plot": (
        "look",
        'text = "x"',
        'text = "x"\nviews = ["neuron"]',
        "one or two of data",
        "views =",
    ),
    "an unknown view": (
        "look",
        'text = "x"',
        'text = "x"\nviews = ["los"]',
        'knows no "los"',
        "views =",
    ),
    "an unknown control": (
        "look",
        'text = "x"',
        'text = "x"\ncontrols = ["rate"]',
        'no "rate"',
        "controls =",
    ),
    "no experiment": ("look", LINE, "", "first step needs", "[[step]]"),
    "an unknown name": ("look", 'text = "x"', 'text = "the {los}"', "nothing called los", "text ="),
    "a name without value": (
        "look",
        'text = "x"',
        'text = "{accuracy}"',
        "right or wrong",
        "text =",
    ),
    "a weight that is not there": (
        "look",
        'text = "x"',
        'text = "{w2}"',
        "There is no w2",
        "text =",
    ),
    "a typed number": (
        "look",
        'text = "x"',
        'text = "It is 0.06."',
        "0.06 is typed into text",
        "text =",
    ),
    "too many words": ("look", 'text = "x"', f'text = "{"so " * 71}"', "71 words", "text ="),
    "two things to do": (
        "predict",
        "\n[step.predict]",
        '\n[step.do]\nask = "?"\nuntil = "loss < 1"\nfeedback = [{text = "x"}]\n[step.predict]',
        "one thing to do",
        "[step.do",
    ),
    "no hints": ("predict", HINTS, "hints = []\n", "three hints", "hints ="),
    "an unknown kind": (
        "predict",
        'kind = "choice"',
        'kind = "choose"',
        "kind must be choice, sign,",
        "kind =",
    ),
    "two true choices": (
        "predict",
        "w1 < before.w1",
        "w1 != before.w1",
        "Several choices are true",
        "[step.predict]",
    ),
    "no true choice": (
        "predict",
        "w1 > before.w1",
        "w1 > 1e9",
        "No choice is true",
        "[step.predict]",
    ),
    "a condition nobody can read": (
        "predict",
        '"w1 > before.w1"',
        '"w1 >"',
        "cannot be read",
        "true_if =",
    ),
    "a condition that is none": (
        "predict",
        '"w1 > before.w1"',
        '"w1"',
        "is not a condition",
        "true_if =",
    ),
    "a condition that runs code": (
        "predict",
        '"w1 > before.w1"',
        '"[1]"',
        "more than a condition may",
        "true_if =",
    ),
    "feedback without value": (
        "predict",
        '"{w1}"',
        '"{limits}"',
        "nothing called limits",
        "feedback =",
    ),
    "feedback on an answer where there is none": (
        "do",
        'text = "done"',
        'text = "{error}"',
        "nothing called error",
        "text =",
    ),
    "a run of two lengths": (
        "predict",
        "{steps = 1}",
        "{steps = 1, epochs = 2}",
        "then needs steps, or",
        "then =",
    ),
    "a run that cannot go on": (
        "predict",
        TASK,
        'task = "and_by_hand"',
        "The run cannot go on",
        "then =",
    ),
    "a run that never comes there": (
        "predict",
        "{steps = 1}",
        '{until = "loss < 0", epochs = 3}',
        "within 3 epochs",
        "then =",
    ),
    "a number that the run has not": (
        "number",
        TASK,
        f'{TASK}\nloss = "mae"',
        "Theory gives no limit",
        "of =",
    ),
    "a tempting right number": (
        "number",
        'value = "limit"',
        'value = "10 * limit"',
        "cannot be a tempting",
        "value =",
    ),
    "a click where nothing is shown": (
        "click",
        '["landscape"]',
        '["loss"]',
        "which is not shown",
        "[step.predict]",
    ),
    "a line where there is none": (
        "click",
        'target = "ball"',
        'target = "line"',
        "in the view data, which is not shown",
        "[step.predict]",
    ),
    "done already": ("do", '"loss < 1"', '"loss > 1"', "holds already", "until ="),
    "everything is locked": ("do", '["run"]', '["reset"]', "is locked", "controls ="),
    "only the wrong control": (
        "do",
        '"loss < 1"',
        '"own_steps == 6"',
        "own_steps is locked",
        "controls =",
    ),
    "a hidden handle": (
        "do",
        '["run"]',
        '["run", "ball"]',
        "belongs to the view landscape",
        "controls =",
    ),
    "no last feedback": (
        "do",
        'text = "done"',
        'if = "loss < 1"\ntext = "done"',
        "needs no if",
        "[[step.do.f",
    ),
    "one run": (
        "runs",
        RUNS[RUNS.rindex("[[step.run]]") : RUNS.index("[step.table]")],
        "",
        "two to eight",
        "[[step.",
    ),
    "two runs of one key": (
        "runs",
        'key = "fast"',
        'key = "slow"',
        "Two runs have the key",
        "[[step.run]]",
    ),
    "a run that cannot be": (
        "runs",
        'name = "fast"',
        'name = "fast"\nbatch_size = 9',
        "batch_size",
        "batch_size =",
    ),
    "a table without value": ("runs", '"{loss}"', '"{lost}"', "nothing called lost", "columns ="),
}


FAULTS |= {
    "a list that is none": (
        "look",
        'text = "x"',
        'text = "x"\nviews = "loss"',
        "must be a list",
        "views =",
    ),
    "a count that is none": (
        "look",
        'goal = "g"',
        'goal = "g"\nminutes = "five"',
        "a whole number from 1",
        "minutes =",
    ),
    "a tolerance that is none": (
        "number",
        'of = "10',
        'within = -1\nof = "10',
        "a number above 0",
        "within =",
    ),
    "neither true nor false": (
        "look",
        'goal = "g"',
        'goal = "g"\ncalculus = 1',
        "true or false",
        "calculus =",
    ),
    "a table that is none": (
        "predict",
        "then = {steps = 1}",
        "then = 1",
        "then must be a table",
        "then =",
    ),
    "tables that are none": ("look", TASK, f"{TASK}\nedits = 3", "edits must be a list", "edits ="),
    "no step": ("look", LOOK[LOOK.index("[[step]]") :], "", "1 to 50 [[step]]", ""),
    "runs of nothing": (
        "runs",
        LINE,
        "",
        "needs a [step.experiment] that the runs change",
        "[[step.run]]",
    ),
    "hints for nothing": (
        "look",
        'text = "x"',
        f'text = "x"\n{HINTS}',
        "Hints are for steps with",
        "hints =",
    ),
    "a table of nothing": (
        "look",
        LINE,
        f"{LINE}[step.table]\ncolumns = []\n",
        "it needs [[step.run]]",
        "[step.table]",
    ),
    "a key of two words": ("runs", 'key = "slow"', 'key = "so slow"', "A key is one word", "key ="),
    "nothing to compare": (
        "look",
        LINE,
        f"{LINE}[step.compare]\nthen = {{epochs = 3}}\n",
        "two or more",
        "[step.compare]",
    ),
    "a comparison without end": (
        "runs",
        "then = {epochs = 3}",
        "",
        "What the runs are to do is missing",
        "[step.compare]",
    ),
    "a curve of the past": (
        "click",
        'kind = "click"\ntarget = "ball"',
        'kind = "curve"\nright_if = "drawn(1) > 0"',
        "epochs that are still to come",
        "[step.predict]",
    ),
    "a choice of one": (
        "predict",
        PREDICT[PREDICT.rindex("[[step.predict.choice]]") :],
        "",
        "two to five",
        "[step.predict]",
    ),
    "words for two signs": (
        "sign",
        'of = "w1',
        'words = ["up", "down"]\nof = "w1',
        "words has three",
        "words =",
    ),
    "a sign without feedback": (
        "sign",
        SIGN[SIGN.index("feedback =") :],
        "",
        "[step.predict.feedback] is missing: with grow, shrink and stay",
        "[step.predict]",
    ),
    "a number without feedback": (
        "number",
        'feedback = {right = "r", too_low = "l", too_high = "h"}\n',
        "",
        "with right, too_low and too_high",
        "[step.predict]",
    ),
    "a check that goes on": (
        "look",
        LINE,
        f'{LINE}[[step]]\ntitle = "s"\ntext = "x"\n',
        "none goes on unseen",
        "[[step]]",
        'tell = "at the end"\n',
    ),
    "an experiment nobody can read": ("look", TASK, f"{TASK}\nweights = [[1]]", ".", "weights ="),
    "an edit of two things": (
        "look",
        TASK,
        f"{TASK}\nedits = [{{epoch = 3, learning_rate = 1, momentum = 1}}]",
        "one hyperparameter",
        "edit",
    ),
    "an edit at no time": (
        "look",
        TASK,
        f"{TASK}\nedits = [{{epoch = -3, learning_rate = 1}}]",
        "of an edit must be a whole number",
        "edit",
    ),
    "no multiple of a mark": (
        "look",
        TASK,
        f"{TASK}\nlearning_rate = {{times_limit = -1}}",
        "times_limit must be a number above 0",
        "learning_rate =",
    ),
    "an unknown key of data": (
        "look",
        TASK,
        f"{TASK}\ndata = {{input = [[1]]}}",
        "data knows no input",
        "data =",
    ),
    "samples counted from 0": (
        "look",
        TASK,
        f"{TASK}\ndata = {{held_out = [0]}}",
        "counted from 1",
        "data =",
    ),
    "an end without value": ("do", '"loss < 1"', '"accuracy < 1"', "right or wrong", "until ="),
    "a case without value": (
        "do",
        'text = "done"',
        'if = "accuracy < 1"\ntext = "x"\n[[step.do.feedback]]\ntext = "done"',
        "right or wrong",
        "if =",
    ),
    "a case that says nothing": (
        "do",
        'text = "done"',
        'text = "{accuracy}"',
        "right or wrong",
        "text =",
    ),
    "a click on no line": (
        "click",
        'target = "ball"',
        'target = "direction"',
        "goes nowhere",
        "[step.predict]",
        LINE,
        f"{LINE}weights = [10]\nbias = 5\n",
    ),
    "an empty placeholder": (
        "look",
        'text = "x"',
        'text = "{}"',
        "A placeholder is empty",
        "text =",
    ),
    "a form that says nothing": (
        "look",
        'text = "x"',
        'text = "{loss:long}"',
        "says nothing about how",
        "text =",
    ),
    "a condition without end": (
        "do",
        '"loss < 1"',
        f'"loss < {"1" * 600}"',
        "500 letters at most",
        "until =",
    ),
    "a call of nothing": (
        "do",
        '"loss < 1"',
        '"(1)(2) < 1"',
        "calls something that is not a function",
        "until =",
    ),
    "texts that are added": (
        "do",
        '"loss < 1"',
        '"state + 1 < 1"',
        "Only numbers can be computed",
        "until =",
    ),
    "not of a number": ("do", '"loss < 1"', '"not loss"', "not needs a condition", "until ="),
    "the sign of a text": (
        "do",
        '"loss < 1"',
        '"-state < 1"',
        "Only numbers have a sign",
        "until =",
    ),
    "and of a number": (
        "do",
        '"loss < 1"',
        '"loss and stopped"',
        "and and or need conditions",
        "until =",
    ),
    "a text beside a number": (
        "do",
        '"loss < 1"',
        '"loss < state"',
        "only be compared with a text",
        "until =",
    ),
    "if of a number": (
        "do",
        '"loss < 1"',
        '"1 < (2 if loss else 3)"',
        "if needs a condition",
        "until =",
    ),
    "a dot behind a number": ("do", '"loss < 1"', '"(1).w < 1"', "A dot stands only", "until ="),
    "a form that is nearly a digit": (
        "look",
        'text = "x"',
        'text = "{b:²}"',
        "says nothing about how",
        "text =",
    ),
    "an input that is not there": (
        "do",
        '"loss < 1"',
        '"x9_of(1) < 1"',
        "There is no x9",
        "until =",
    ),
    "a bias of 400 digits": (
        "look",
        TASK,
        f"{TASK}\nweights = [1]\nbias = 1{'0' * 400}",
        "must be a finite number",
        "bias =",
    ),
    "weights of 400 digits": (
        "look",
        TASK,
        f"{TASK}\nweights = [1{'0' * 400}]",
        "must be a finite number",
        "weights =",
    ),
    "a factor of 400 digits": (
        "look",
        TASK,
        f"{TASK}\nlearning_rate = {{times_limit = 1{'0' * 400}}}",
        "times_limit must be a number above 0",
        "learning_rate =",
    ),
    "a tolerance of 400 digits": (
        "number",
        'of = "10',
        f'within = 1{"0" * 400}\nof = "10',
        "a number above 0",
        "within =",
    ),
    "data of 400 digits": (
        "look",
        TASK,
        f"{TASK}\ndata = {{inputs = [[1{'0' * 400}]]}}",
        "data needs inputs",
        "data =",
    ),
    "thousands of inputs": (
        "look",
        TASK,
        f"{TASK}\ndata = {{inputs = [[{'1,' * 2001}]], targets = [1]}}",
        "data has 2,001 inputs",
        "data =",
    ),
    "a scale that would spread the inputs": (
        "look",
        TASK,
        f"{TASK}\ndata = {{inputs = [[1], [2]], targets = [1, 2], scale = [1, 2, 3]}}",
        "data needs inputs",
        "data =",
    ),
    "weights that are one number": (
        "look",
        TASK,
        f"{TASK}\nweights = 5",
        "weights is a list",
        "weights =",
    ),
    "breaks that are one word": (
        "look",
        TASK,
        f'{TASK}\nbreaks = "no_bias"',
        "breaks is a list",
        "breaks =",
    ),
    "a run to the end of time": (
        "look",
        TASK,
        f"{TASK}\nat = {{epoch = 900000000}}",
        "That takes too long",
        "at =",
    ),
    "a question at the end of time": (
        "predict",
        "then = {steps = 1}",
        "then = {epochs = 900000000}",
        "That takes too long",
        "then =",
    ),
    "a condition at the end of time": (
        "predict",
        "then = {steps = 1}",
        'then = {epochs = 900000000, until = "loss < 0"}',
        "That takes too long",
        "then =",
    ),
    "a text that nobody reads": (
        "look",
        'text = "x"',
        f'text = "{"x" * 6000}"',
        "has 6,000 letters",
        "text =",
    ),
    "too many steps": (
        "look",
        LINE,
        LINE + LOOK[LOOK.index("[[step]]") :] * 60,
        "1 to 50 [[step]], not 61",
        "",
    ),
    "a lesson of another folder": (
        "look",
        LINE,
        LINE,
        "again is the name of a file beside this one",
        "again =",
        'tell = "at the end"\nagain = "../other"\n',
    ),
    "a root of what is below 0": (
        "do",
        '"loss < 1"',
        '"sqrt(-loss) < 1"',
        "has no value here",
        "until =",
    ),
}


@for_each("fault", FAULTS)
def test_each_fault_has_its_sentence_at_its_line(fault, tmp_path):
    name, old, new, sentence, at, *besides = FAULTS[fault]
    sound = SOUND[name]
    assert sound.count(old) == 1
    broken = sound.replace(old, new)
    if len(besides) == 1:
        broken = besides[0] + broken
    elif besides:
        broken = broken.replace(*besides)
    found = [problem for problem in problems(broken, tmp_path) if sentence in problem.sentence]
    assert len(found) >= 1, problems(broken, tmp_path)
    lines = ["", *broken.splitlines()]
    assert any(lines[problem.line].startswith(at) for problem in found), found
    assert all(problem.sentence.endswith((".", "?", "”")) for problem in found)


@pytest.mark.parametrize(
    "raw",
    [
        *(
            b"\xff\xfe",
            b"x" * (2 << 20),
            b"\x00",
            b"title = " + b"[" * 5000,
            b"minutes = " + b"9" * 5000,
        ),
        *(b"a." * 100_000 + b"b = 1", b"[" + b"a." * 100_000 + b"b]"),  # for minutes no answer came
    ],
)
def test_what_is_no_lesson_at_all_is_refused(raw, tmp_path):
    path = tmp_path / "lesson.toml"
    path.write_bytes(raw)
    assert len(check(path)) == 1


def test_what_is_no_ordinary_file_is_refused(tmp_path):
    """At once: a pipe was waited for, and a device without an end filled the memory."""
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "endless").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe")
    for path in (*tmp_path.iterdir(), tmp_path, tmp_path / "nothing"):
        (problem,) = check(path)
        assert str(problem).startswith(f"Cannot open {str(path)!r}: ")


def test_a_file_full_of_faults_tells_the_first_hundred(tmp_path):
    """Of 9,000 nobody would read more, and to look for what each may mean takes long.

    More are none of a lesson.
    """
    assert len(problems("".join(f"a{number} = 1\n" for number in range(9_000)), tmp_path)) == 100
    (problem,) = problems("".join(f"a{number} = 1\n" for number in range(50_000)), tmp_path)
    assert "10,000 is the limit" in problem.sentence
