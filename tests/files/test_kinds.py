"""What kind of file a person names."""

import pytest

from neuroviz.files.session_file import kind_of


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.neuroviz", b"", "session"),
        ("a.csv", b' \n{"format": "NeuroViz session"}', "session"),
        ("a.toml", b"", "lesson"),
        ("a", b'title = "one"\n[[step]]\ntext = "Look."\n', "lesson"),
        ("a.csv", b"x,y\n1,2\n", "table"),
        ("a.xlsx", b"PK\3\4\0", "table"),
        ("a", b"", "table"),
    ],
)
def test_the_ending_or_the_content_tells(tmp_path, name, content, kind):
    path = tmp_path / name
    path.write_bytes(content)
    assert kind_of(path) == kind


def test_what_cannot_be_read_is_told_by_the_reader_of_sessions(tmp_path):
    assert kind_of(tmp_path / "none.csv") == "session"
    assert kind_of(tmp_path) == "session"
