"""Reading: from a lesson file to a lesson, or to what is wrong with it by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from neuroviz.core.anatomy.anatomy import PHASES
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.resolve import CHOICES
from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.files.resources import resource_files
from neuroviz.lessons.document import Fields, LessonError, Problem, in_order, read_document
from neuroviz.lessons.expressions import Expression, ExpressionError
from neuroviz.lessons.format import (
    CONTROLS,
    GROWTH,
    VIEWS,
    AnswerKind,
    Case,
    Choice,
    Click,
    Column,
    Compare,
    Curve,
    Do,
    Experiment,
    Going,
    Lesson,
    Look,
    Number,
    OnPaper,
    Predict,
    RunPlan,
    Sign,
    Step,
    Task,
)

OPTIONS = (
    "task",
    *CHOICES,
    *dict.fromkeys(
        h.name for table in (OPTIMIZERS, SCHEDULES) for row in table.values() for h in row.hyperparameters
    ),
)
"""What an experiment can say."""
_KINDS = ("choice", "sign", "number", "curve", "click")
_TARGETS = ("ball", "line", "direction")
_NEAR = {"ball": 0.1, "line": 0.1, "direction": 30.0}
_FIRST_VIEWS = ("neuron", "data", "loss")
_TELLS = ("at once", "at the end")
_PAGE = 2.0
_NEVER = Expression("1 < 0")
_SUFFIX = ".toml"
_MOST_STEPS = 50
_MOST_COLUMNS = 8


def lesson_paths() -> list[Path]:
    """Return the files of the lessons that come with the program."""
    return resource_files("lessons", _SUFFIX)


def listed_lessons() -> list[Lesson]:
    """Return the lessons of the program that gallery and list show, in their order.

    Raises
    ------
    LessonError
        If one of them cannot be read.
    """
    lessons = [lesson for lesson in map(read_lesson, lesson_paths()) if lesson.listed]
    return sorted(lessons, key=lambda lesson: (lesson.number is None, lesson.number, lesson.title))


def find_lesson(name: str) -> Path:
    """Return the file of a lesson, given its name or its path.

    Raises
    ------
    LessonError
        If there is none; the sentence lists the known names.
    """
    known = {path.stem: path for path in lesson_paths()}
    if name in known:
        return known[name]
    path = Path(name)
    if path.suffix == _SUFFIX or path.exists():
        return path
    names = ", ".join(known) or "none"
    raise LessonError(
        [Problem(0, f'There is no lesson "{name}"; known are {names}, or give a file ending in .toml.')]
    )


def read_lesson(path: Path) -> Lesson:
    """Return the lesson in a file.

    Raises
    ------
    LessonError
        If anything in it cannot be read as a lesson: with all problems, in the order of their lines.
    """
    head, problems = read_document(path)
    lesson = _lesson(head, path)
    if problems:
        raise LessonError(in_order(problems))
    return lesson


def _lesson(head: Fields, path: Path) -> Lesson:
    title = head.text("title")
    steps = head.tables("step")
    at_end = head.one_of("tell", _TELLS, _TELLS[0]) == _TELLS[1]
    lesson = Lesson(
        name=path.stem,
        path=path,
        title=title,
        number=head.whole("number", None, 1),
        minutes=head.whole("minutes", 5, 1) or 5,
        goal=head.text("goal"),
        take_home=head.text("take_home"),
        calculus=head.flag("calculus", default=True),
        listed=head.flag("listed", default=True),
        terms=head.texts("terms"),
        states=head.texts("states"),
        locked=head.text("locked", f"Locked while the lesson “{title}” is open: this step does without it."),
        tells_at_end=at_end,
        again=_again(head, path, at_end=at_end),
        steps=tuple(_steps(steps[:_MOST_STEPS], at_end=at_end)),
    )
    if not 1 <= len(steps) <= _MOST_STEPS:
        head.wrong(f"A lesson needs 1 to {_MOST_STEPS} [[step]], not {len(steps):,}.")
    head.refuse_others("the head of a lesson")
    return lesson


def _again(head: Fields, path: Path, *, at_end: bool) -> Path | None:
    """Return the file beside this one that asks the same in other numbers."""
    name = head.text("again", "")
    if not name:
        return None
    if Path(name).name != name:
        head.wrong("again is the name of a file beside this one, without .toml.", "again")
        return None
    other = path.with_name(f"{name}{_SUFFIX}")
    if not at_end:
        head.wrong('again means something only where answers are told "at the end".', "again")
    if not other.exists():
        head.wrong(f"There is no {other.name} beside this file.", "again")
    return other


def _steps(tables: list[Fields], *, at_end: bool) -> Iterator[Step]:
    views: tuple[str, ...] = _FIRST_VIEWS
    for index, fields in enumerate(tables):
        step = _step(fields, views, at_end=at_end)
        views = step.views
        if index == 0 and step.experiment is None:
            fields.wrong("The first step needs a [step.experiment]: there is none before it to go on from.")
        elif at_end and step.experiment is None:
            fields.wrong(
                "Where answers are told at the end each step needs a [step.experiment]: no run goes on unseen."
            )
        yield step


def _step(fields: Fields, views: tuple[str, ...], *, at_end: bool) -> Step:
    experiment = fields.table("experiment")
    runs = tuple(_run(run) for run in fields.tables("run"))
    if runs and experiment is None:
        fields.wrong("A step with [[step.run]] needs a [step.experiment] that the runs change.", "run")
    if len(runs) == 1 or len(runs) > 8:
        fields.wrong("A step has two to eight [[step.run]], or none.", "run")
    for run in runs:
        if [other.key for other in runs].count(run.key) > 1:
            fields.wrong(f'Two runs have the key "{run.key}".', "run")
    step = Step(
        title=fields.text("title"),
        text=fields.text("text"),
        task=_task(fields, several=bool(runs)),
        experiment=_experiment(experiment) if experiment is not None else None,
        runs=runs,
        columns=_columns(fields, several=bool(runs)),
        views=_views(fields, views),
        controls=frozenset(fields.texts("controls", (*CONTROLS, *OPTIONS))),
        loss_axis=fields.one_of("loss_axis", ("linear", "log"), "linear"),
        landscape=fields.one_of("landscape", ("map", "surface"), "map"),
        hints=_hints(fields, needed=not at_end),
        paper=_paper(fields.table("paper")),
        line=fields.line(),
    )
    fields.refuse_others("a step")
    return step


def _views(fields: Fields, before: tuple[str, ...]) -> tuple[str, ...]:
    views = fields.texts("views", VIEWS) or before
    plots = [view for view in views if view != "neuron"]
    if not 1 <= len(plots) <= 2:
        fields.wrong("A step shows one or two of data, loss, landscape and weights, beside the neuron.", "views")
    return views


def _paper(fields: Fields | None) -> OnPaper:
    if fields is None:
        return OnPaper()
    text, ask, way = (fields.text(name, "") for name in ("text", "ask", "way"))
    paper = OnPaper(text, ask, way, fields.texts("views", VIEWS) if "views" in fields else None)
    fields.refuse_others("what stands on paper")
    return paper


def _hints(fields: Fields, *, needed: bool) -> tuple[str, ...]:
    hints = fields.texts("hints")
    asks = "predict" in fields or "do" in fields
    if asks and len(hints) != 3 and (needed or hints):
        fields.wrong(
            "A step with something to do has three hints: a slight one, a plainer one, nearly all.", "hints"
        )
    if hints and not asks:
        fields.wrong("Hints are for steps with a [step.predict] or [step.do].", "hints")
    return hints


def _columns(fields: Fields, *, several: bool) -> tuple[Column, ...]:
    table = fields.table("table")
    if table is None:
        return ()
    if not several:
        fields.wrong("A table compares runs: it needs [[step.run]].", "table")
    columns = []
    for column in table.tables("columns"):
        columns.append(Column(column.text("title"), column.text("value")))
        column.refuse_others("a column")
    if len(columns) > _MOST_COLUMNS:
        table.wrong(f"A table has up to {_MOST_COLUMNS} columns.", "columns")
    table.refuse_others("a table")
    return tuple(columns)


def _run(fields: Fields) -> RunPlan:
    key = fields.text("key")
    if not key.isidentifier():
        fields.wrong("A key is one word of letters and digits, such as slow.", "key")
    run = RunPlan(key, fields.text("name"), fields.others(), fields.line())
    _refuse_unknown(fields, run.options)
    return run


def _experiment(fields: Fields) -> Experiment:
    edits = fields.tables("edits")
    at = fields.table("at")
    experiment = Experiment(
        edits=tuple(edit.said for edit in edits),
        at=_reached(at) if at is not None else None,
        phase=fields.one_of("phase", PHASES) if "phase" in fields else None,
        sample=0
        if fields.said.get("sample") == "all" and fields.text("sample")
        else fields.whole("sample", None, 1),
        options=fields.others(),
        line=fields.line(),
    )
    _refuse_unknown(fields, experiment.options)
    return experiment


def _refuse_unknown(fields: Fields, options: Any) -> None:
    for name in options:
        if name not in OPTIONS:
            fields.wrong(f"There is no setting {name}; `neuroviz train --help` lists them.", name)


def _reached(fields: Fields) -> dict[str, int]:
    said = {name: fields.whole(name, 0) or 0 for name in ("step", "epoch") if name in fields}
    if len(said) != 1:
        fields.wrong("at needs either a step or an epoch, such as {epoch = 40}.")
    fields.refuse_others("at")
    return said


def _task(fields: Fields, *, several: bool) -> Task:
    kinds = [kind for kind in ("predict", "do", "compare") if kind in fields]
    if len(kinds) > 1:
        fields.wrong(f"A step has one thing to do, not {' and '.join(kinds)}.", kinds[1])
    predict, do, compare = (fields.table(kind) for kind in ("predict", "do", "compare"))
    if predict is not None:
        return _predict(predict)
    if do is not None:
        return _do(do)
    if compare is not None:
        if not several:
            compare.wrong("Runs are compared: the step needs two or more [[step.run]].")
        return _compare(compare)
    return Look()


def _going(fields: Fields) -> Going | None:
    then = fields.table("then")
    if then is None:
        return None
    going = Going(then.whole("steps", 0, 1) or 0, then.whole("epochs", 0, 1) or 0, _optional(then, "until"))
    if (going.steps > 0) == (going.epochs > 0):
        then.wrong("then needs steps, or epochs; until needs epochs beside it, as the most.")
    then.refuse_others("then")
    return going


def _predict(fields: Fields) -> Predict:
    kind = fields.one_of("kind", _KINDS)
    going = _going(fields)
    answers: dict[str, Callable[[Fields], AnswerKind]] = {
        "choice": _choices,
        "sign": _sign,
        "number": _number,
        "curve": _curve,
        "click": _click,
    }
    predict = Predict(
        ask=fields.text("ask"),
        answer=answers[kind](fields),
        going=going,
        button=fields.text("button", _button(going)),
        truth=fields.text("truth", ""),
        order=_order(fields) if kind == "choice" else (),
    )
    if kind == "curve" and (going is None or not going.epochs):
        fields.wrong("A curve is drawn for epochs that are still to come: then = {epochs = 40}.")
    fields.refuse_others(f"a question of the kind {kind}")
    return predict


def _button(going: Going | None) -> str:
    if going is None:
        return "Answer"
    return "Take the step" if going.steps == 1 else "Run it"


def _choices(fields: Fields) -> tuple[Choice, ...]:
    tables = fields.tables("choice")
    if not 2 <= len(tables) <= 5:
        fields.wrong("A choice has two to five [[step.predict.choice]].")
    choices = []
    for choice in tables:
        choices.append(Choice(choice.text("text"), _expression(choice, "true_if"), choice.text("feedback")))
        choice.refuse_others("a choice")
    return tuple(choices)


def _order(fields: Fields) -> tuple[int, ...]:
    """Return the order in which choices are shown: always the same, and none that the right one has a place in."""
    shuffle = fields.whole("shuffle", 1)
    texts = [str(choice.said.get("text")) for choice in fields.tables("choice")]
    keys = [sha256(f"{shuffle} {fields.text('ask')} {text}".encode()).digest() for text in texts]
    return tuple(sorted(range(len(texts)), key=lambda choice: keys[choice] if shuffle else choice))


def _sign(fields: Fields) -> Sign:
    words = fields.texts("words")
    if words and len(words) != len(GROWTH):
        fields.wrong("words has three: for growing, shrinking and staying.", "words")
        words = ()
    feedback = fields.table("feedback")
    said = tuple(feedback.text(name) for name in GROWTH) if feedback is not None else ()
    if feedback is None:
        fields.wrong("A sign needs [step.predict.feedback] with grow, shrink and stay.")
    else:
        feedback.refuse_others("the feedback to a sign")
    return Sign(_expression(fields, "of"), words or GROWTH, said)


def _number(fields: Fields) -> Number:
    absolute = fields.number("within_absolute", None)
    feedback = fields.table("feedback")
    if feedback is None:
        fields.wrong("A number needs [step.predict.feedback] with right, too_low and too_high.")
    right, too_low, too_high = (
        feedback.text(name) if feedback is not None else "" for name in ("right", "too_low", "too_high")
    )
    if feedback is not None:
        feedback.refuse_others("the feedback to a number")
    return Number(
        _expression(fields, "of"),
        absolute or fields.number("within", 0.05) or 0.05,
        absolute is not None,
        fields.text("unit", ""),
        right,
        too_low,
        too_high,
        tuple(_tempting(fields)),
    )


def _tempting(fields: Fields) -> Iterator[tuple[Expression, str]]:
    for tempting in fields.tables("tempting"):
        yield _expression(tempting, "value"), tempting.text("feedback")
        tempting.refuse_others("a tempting number")


def _curve(fields: Fields) -> Curve:
    page = fields.number("page", None) or _PAGE
    return Curve(_expression(fields, "right_if"), _cases(fields, "feedback"), page)


def _click(fields: Fields) -> Click:
    target = fields.one_of("target", _TARGETS)
    return Click(target, fields.number("near", None) or _NEAR[target], _cases(fields, "feedback"))


def _do(fields: Fields) -> Do:
    fails_if = _optional(fields, "fails_if")
    do = Do(
        ask=fields.text("ask"),
        until=_expression(fields, "until"),
        fails_if=fails_if,
        failed=fields.text("failed", None if fails_if else ""),
        feedback=_cases(fields, "feedback"),
        meanwhile=_cases(fields, "meanwhile", whole=False),
    )
    fields.refuse_others("a thing to do")
    return do


def _compare(fields: Fields) -> Compare:
    going = _going(fields)
    if going is None:
        fields.wrong("What the runs are to do is missing: then = {epochs = 40}.")
    compare = Compare(fields.text("ask", ""), going or Going(steps=1), fields.text("button", "Run them all"))
    fields.refuse_others("a comparison")
    return compare


def _cases(fields: Fields, name: str, *, whole: bool = True) -> tuple[Case, ...]:
    """Return texts with conditions; where one of them has to be shown, the last has none."""
    cases = []
    for case in fields.tables(name):
        cases.append(Case(_optional(case, "if"), case.text("text"), case.text("to", "")))
        case.refuse_others(name)
    if whole and (not cases or cases[-1].condition is not None):
        fields.wrong(f"The last {name} needs no if: it is what is said where nothing else holds.", name)
    return tuple(cases)


def _optional(fields: Fields, name: str) -> Expression | None:
    return _expression(fields, name) if name in fields else None


def _expression(fields: Fields, name: str) -> Expression:
    text = fields.written(name)
    try:
        return Expression(text) if text else _NEVER
    except ExpressionError as error:
        fields.wrong(str(error), name)
        return _NEVER
