"""Names as somebody else's table or session may have them."""

from __future__ import annotations

PWNED = "pwned"
"""The file that such a name makes in the working folder, or has shown,
where it is taken for more than a name."""
_DO = f"open('{PWNED}', 'w')"

_QUOTES = ('"', "'", '"""', "'''", "\"'", '\\"', '\\"""', "it's 5\" wide", f"'+{_DO}+'")
_ENDED_QUOTES = (f'y"""\n{_DO}\n"""', f"y'''\n{_DO}\n'''", f'y\\"""\n{_DO}\n"""')
_BACKSLASHES = ("\\", "a\\\\", "kg\\unit", "C:\\xyz", "\\N", "\\x", "\\u0000", "\\U0010")
_LINES = (f"a\n{_DO}", f"a\r{_DO}", f"a\u2028{_DO}", f"a\x0b{_DO}", f"a\x85{_DO}", f"# {_DO}")
_CODING = ("-*- coding: utf-7 -*-", "coding=rot13")
_TEMPLATES = ("{}", "{0}", "{x}", f"{{{_DO}}}", "%s", "%(x)s", "${HOME}")
_SHELL = (
    f"$(touch {PWNED})",
    f"`touch {PWNED}`",
    f"; touch {PWNED} #",
    f"a\ntouch {PWNED}",
    f"| touch {PWNED}",
)
_HTML = (
    *("<b>", "</td></table>x", "<script>alert(1)</script>", "&lt;&amp;&#60;"),
    f'<img src="{PWNED}.png" onerror="alert(1)">',
)
_MARKDOWN = (
    *("[a](javascript:alert(1))", "# h\n* i\n1. j", "**b** _i_ ~~s~~", "``x", "https://localhost/"),
    f"![x]({PWNED}.png)",
)
_FORMULAS = ("$x^2$", "$\\frac{1}{", "\\(x\\)", "=cmd|'/c calc'!A1", "@SUM(A1)")
_UNSEEN = (
    "\u202egnp.exe",
    "a\u200bb",
    "\ufeffx",
    "a\x00b",
    "\x1b[2J\x1b]0;x\x07",
    "\ud800",
    "\udcff",
    "  ",
    "",
)
_WORDS = (
    "x",
    "target",
    "theta",
    "torch",
    "lambda",
    "__import__",
    "None",
    "nan",
    "1e5",
    "x" * 5000,
    "<b>" * 1700,
)
NAMES = (
    *(*_QUOTES, *_ENDED_QUOTES, *_BACKSLASHES, *_LINES, *_CODING, *_TEMPLATES, *_SHELL),
    *(*_HTML, *_MARKDOWN, *_FORMULAS, *_UNSEEN, *_WORDS),
)
"""More than fifty; no two are the same."""
