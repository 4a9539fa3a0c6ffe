"""Formulas that people type, against numpy, and against everything else that Python could do."""

import numpy as np
import pytest
import torch

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.data.formula import FUNCTIONS, Formula, evaluated
from tests.for_each import for_each

COLUMNS = ("x1", "height", "petal length")
HOSTILE = (
    "__import__('os').system('true')",
    "x1.__class__",
    "x1.__class__.__mro__[1].__subclasses__()",
    "(lambda: 1)()",
    "[x1 for x1 in (1,)]",
    "{x1: 1}",
    "(x1, height)",
    "[x1]",
    "x1[0]",
    "open('f')",
    "exec('1')",
    "eval('1')",
    "print(x1)",
    "sin.__call__(x1)",
    "x1 if x1 else 1",
    "x1 and height",
    "not x1",
    "x1 or 1",
    "x1 in height",
    "x1 is height",
    "0 < x1 < 1",
    "x1 == 1",
    "sin(x1, 1)",
    "sin(x=x1)",
    "sin(*x1)",
    "sin",
    "sin()",
    "log2(x1)",
    "abs",
    "True",
    "None",
    "...",
    "1j",
    "'a'",
    "b'a'",
    "f'{x1}'",
    "x1 = 1",
    "(x1 := 1)",
    "x1; x1",
    "x1\nx1",
    "x1 # height",
    "import os",
    "del x1",
    "yield x1",
    "await x1",
    "lambda: x1",
    "x1 @ height",
    "x1 // 2",
    "x1 % 2",
    "x1 << 2",
    "x1 | 1",
    "x1 & 1",
    "~x1",
    "x4",
    "x0",
    "width",
    "`width`",
    "`",
    "``",
    "`petal length",
    "petal length",
    "_0",
    "_3",
    "_₁",
    "_0²",
    "_1 + x1 `",
    "",
    " ",
    "x1 +",
    "* x1",
    "x1 x1",
    "2x1",
    "((x1)",
    "x1)",
    "x1,",
    "x1, height",
    "1\0",
    "\ud800",
    "x" * 200,
    "(" * 60 + "x1" + ")" * 60,
    "(" * 99,
    "-" * 90 + "y",
    "x1" + "+x1" * 40,
    "globals()",
    "locals()['x1']",
    "vars(x1)",
    "getattr(x1, 'shape')",
    "().__class__.__bases__",
    "''.join(['a'])",
    "breakpoint()",
    "compile('1', '', 'eval')",
    "input()",
    "x1.tofile('f')",
    "np.load('f')",
    "torch.load('f')",
    "abs.__globals__",
    "*x1",
    "**x1",
    "x1 != height",
    "x1 not in height",
    "x1[:1]",
    "{x1}",
    "{x1 for x1 in (1,)}",
    "(x1 for x1 in (1,))",
    "assert x1",
    "x1 ^^ 2",
    "$(x1)",
    "\\x1",
    "\u202ex1",
)
"""None of them is a formula of COLUMNS, and none may run, or take long."""
NOT_FINITE = ("9**9**9**9", "1/0", "log(0)", "(-8)^0.5", "x1/(x1-x1)", "exp(1e9)", "0^-1", "1e400")


def test_100_random_formulas_are_as_numpy_works_them_out():
    """Columns by their names, by their numbers and in backquotes; comparisons are 1 and 0.

    In torch too, as a script has it: also of what is made of numbers alone, as sin(2).
    """
    random = np.random.default_rng(7)
    columns = random.uniform(0.2, 2.0, (11, 3))
    for _ in range(100):
        ours, theirs = next(
            both for both in iter(lambda: _random(random, 3), None) if len(both[0]) <= 100
        )
        expected = eval(theirs, {"np": np}, dict(zip("abc", columns.T, strict=True)))

        formula = Formula(ours, COLUMNS)
        table = torch.tensor(columns)
        by_torch = eval(formula.torch_code("x"), {"torch": torch}, {"x": table})

        found = formula.value(columns)

        np.testing.assert_allclose(found, np.broadcast_to(expected, 11), rtol=1e-13)
        np.testing.assert_allclose(found, formula.torch_value(table).numpy(), rtol=1e-12)
        np.testing.assert_allclose(found, np.broadcast_to(by_torch, 11), rtol=1e-12)


def _random(random, depth):
    """Return a formula of COLUMNS, and the same for numpy, of a, b and c."""
    if depth == 0 or random.random() < 0.15:
        names = (("x1", "a"), ("x₁", "a"), ("height", "b"), ("x2", "b"), ("x3", "c"))
        more = (("`petal length`", "c"), ("0.5", "0.5"), ("pi", "np.pi"), ("3", "3.0"))
        both = (*names, *more)
        return both[random.integers(len(both))]
    kind = random.integers(4)
    ours, theirs = _random(random, depth - 1)
    if kind == 0:
        name = FUNCTIONS[random.integers(len(FUNCTIONS))]
        if name in ("log", "sqrt"):
            return f"{name}(abs({ours}) + 1)", f"np.{name}(np.abs({theirs}) + 1)"
        bounded, same = f"sin({ours})", f"np.sin({theirs})"
        return f"{name}({bounded})", f"np.{name}({same})"
    other, its = _random(random, depth - 1)
    if kind == 1:
        sign = ("<", ">", "<=", ">=")[random.integers(4)]
        return f"({ours} {sign} {other})", f"np.where({theirs} {sign} {its}, 1.0, 0.0)"
    if kind == 2:
        power = (2, 3)[random.integers(2)]
        written = (f"^{power}", f"**{power}", "²³"[power - 2])[random.integers(3)]
        return f"(({ours}){written} − {other})", f"(({theirs})**{power} - {its})"
    sign, same = (("+", "+"), ("-", "-"), ("·", "*"), ("/ 7 *", "/ 7 *"))[random.integers(4)]
    return f"(-{ours} {sign} {other})", f"(-({theirs}) {same} {its})"


def test_a_formula_of_x_is_worked_out_as_numpy_would():
    """Functions, signs, powers, pi and e, and a number alone."""
    x = np.linspace(0.1, 1, 7)
    for name in FUNCTIONS:
        np.testing.assert_array_equal(evaluated(f"{name}(x)", x), getattr(np, name)(x))
    np.testing.assert_array_equal(evaluated("−2*x^2 + x/3 - pi", x), -2 * x**2 + x / 3 - np.pi)
    assert evaluated("2", x).tolist() == [2.0] * 7


@for_each("formula", HOSTILE)
def test_a_formula_is_no_code(formula):
    """Whatever Python could do with it is refused in one sentence."""
    with pytest.raises(SettingsError, match=r"is no formula of the inputs(?!.*codec).*\.$"):
        Formula(formula, COLUMNS)


@for_each("formula", NOT_FINITE)
def test_what_is_no_number_is_refused_where_x_is_asked_for(formula):
    """Also an endless power, at once."""
    with pytest.raises(SettingsError, match="is not a finite number"):
        evaluated(formula.replace("x1", "x"), np.ones(3))


def test_a_formula_is_a_line_of_torch():
    """The line gives what the formula gives, and the text beside it is what people write."""
    columns = np.random.default_rng(1).uniform(0.2, 2.0, (9, 3))
    for text, label, code in (
        ("x1*height^2", "x₁·height²", "x[:, 0] * x[:, 1] ** 2"),
        ("`petal length` > 0.5", "petal length > 0.5", "(x[:, 2] > 0.5).double()"),
        ("-sin(x1) + 2", "−sin(x₁) + 2", "-torch.sin(x[:, 0]) + 2"),
        ("(x1 <= 1)*x2**3", "(x₁ ≤ 1)·height³", "(x[:, 0] <= 1).double() * x[:, 1] ** 3"),
        ("x2^-1", "height^−1", "x[:, 1] ** -1"),
    ):
        formula = Formula(text, COLUMNS)
        tensor = torch.tensor(columns)

        by_torch = eval(code, {"torch": torch}, {"x": tensor})

        assert (formula.label, formula.torch_code("x")) == (label, code.replace("** -1", "** (-1)"))
        np.testing.assert_allclose(by_torch.numpy(), formula.value(columns), rtol=1e-14)
        np.testing.assert_array_equal(formula.torch_value(tensor).numpy(), by_torch.numpy())


@for_each(
    "label, texts",
    (
        ("x₁²", ("x1^2", "x1**2", "x1²", "x₁²", " x1 ^ 2 ", "`x1`²", "x1 **2")),
        ("x₁·height", ("x1*height", "x₁·x₂", "x1 × x2", "`x1`*`height`", "x1 *height")),
        ("height³ ≥ −1", ("height^3 >= -1", "x2³ ≥ −1", "`height`**3 >= -1")),
        ("1e5·x₁", ("1e5*x1", "1e5·x₁")),
        ("m2·_0²", ("m2*`_0`^2", "x4·x5²")),
        ("petal length^22", ("`petal length`^22", "x3**22")),
        ("x₁^2e3", ("x1^2e3",)),
        ("log(two lines)", ("log(`two\nlines`)", "log(x6)")),
    ),
)
def test_the_same_quantity_is_written_the_same(label, texts):
    """However it is typed; a column has one name, that of its axis, and a number is no name."""
    columns = (*COLUMNS, "m2", "_0", "two\nlines")
    assert {Formula(text, columns).label for text in texts} == {label}
    assert Formula("2*x", ("x1",)).label == Formula("2*x1", ("x1",)).label  # the only one is x


def test_a_formula_is_worked_out_in_writing():
    """With numbers in the places of the columns."""
    written = Formula("x1*x2^2 - `petal length`", COLUMNS).with_numbers(["1", "−0.5", "2e-7"])
    assert written == "1·(−0.5)² − (2e-7)"
