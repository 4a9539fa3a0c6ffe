"""Lines of a lesson file, against what stands there."""

import tomllib

from neuroviz.lessons.reading import key_lines

TEXT = '''title = "One"

[[step]]
text = """
goal = "no key"
[no.table]
"""
[step.predict]
ask = "?"
[[step.predict.choice]]
text = "a"
[[step.predict.choice]]
text = "b"

[[step]]
title = 'two'
[[step.predict.choice]]
text = "c"
'''


def test_every_key_is_found_at_the_line_where_it_stands():
    lines = key_lines(TEXT)
    said = TEXT.splitlines()
    tomllib.loads(
        TEXT.replace("[[step]]\ntitle = 'two'", "[[step]]\ntitle = 'two'\n[step.predict]")
    )
    found = {key: said[line - 1] for key, line in lines.items()}
    assert found == {
        ("title",): 'title = "One"',
        ("step", 0): "[[step]]",
        ("step", 0, "text"): 'text = """',
        ("step", 0, "predict"): "[step.predict]",
        ("step", 0, "predict", "ask"): 'ask = "?"',
        ("step", 0, "predict", "choice", 0): "[[step.predict.choice]]",
        ("step", 0, "predict", "choice", 0, "text"): 'text = "a"',
        ("step", 0, "predict", "choice", 1): "[[step.predict.choice]]",
        ("step", 0, "predict", "choice", 1, "text"): 'text = "b"',
        ("step", 1): "[[step]]",
        ("step", 1, "title"): "title = 'two'",
        ("step", 1, "predict", "choice", 0): "[[step.predict.choice]]",
        ("step", 1, "predict", "choice", 0, "text"): 'text = "c"',
    }
    assert lines["step", 0] < lines["step", 0, "predict", "choice", 0] < lines["step", 1]


def test_rows_of_data_are_no_headings():
    """What follows a list of several lines is found in its own table."""
    text = "[step]\nrows = [\n[0, 1],\n[1, 0],\n]\nafter = 1\n"
    assert key_lines(text)["step", "after"] == 6
