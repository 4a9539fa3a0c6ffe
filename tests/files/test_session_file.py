"""Session files: what is written is read to the bit, and what is no session is one sentence."""

import json
import os

import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.files.session_file import (
    MOST_BYTES,
    read_session,
    session_bytes,
    session_of,
    write_session,
)
from neuroviz.files.writer import FileError
from neuroviz.session import saved
from tests.for_each import for_each
from tests.session.fresh import ready


@pytest.fixture
def session():
    session = ready(Settings("and", optimizer="adam", precision="float32"), 300)
    session.pin()
    session.apply(session.settings.replace(seed=3, learning_rate=1 / 3))
    session.advance(11)
    session.note = "ä\n“b”"
    return session


@pytest.mark.parametrize(
    "name", ["a.neuroviz", "mit Leerzeichen ä.neuroviz", os.fsdecode(b"\xff\xfe.neuroviz")]
)
@pytest.mark.parametrize("kept", [False, True])
def test_what_is_written_is_read_to_the_bit(session, tmp_path, name, kept, monkeypatch):
    if kept:
        monkeypatch.setattr(saved, "_AT_ONCE", 0)
    record = session.record()
    assert read_session(write_session(tmp_path / name, record)) == record


def test_a_person_can_read_it(session):
    text = session_bytes(session.record()).decode()
    assert text.startswith('{\n  "format": "NeuroViz session",\n  "version": 1,\n')
    assert '"settings": {"task":"and","optimizer":"adam","precision":"float32"},' in text
    assert max(map(len, text.splitlines())) < 130


def test_two_that_differ_in_a_number_differ_in_a_line(session):
    one = session_bytes(session.record()).decode().splitlines()
    session.advance(1)
    other = session_bytes(session.record()).decode().splitlines()
    assert [a.split(":")[0].strip() for a, b in zip(one, other, strict=True) if a != b] == [
        '"step"',
        '"parameters"',
    ]


@for_each(
    ("content", "why"),
    [
        (b"", "damaged, cut off, or"),
        (
            b"age;price\n3;4\n",
            "it is not a session of NeuroViz, .* If it is a table, use File > Open data, or --",
        ),
        (b"{}", "damaged, or not a session of NeuroViz.$"),
        (b"\x00\xff", "damaged"),
        (b'{"format":"NeuroViz session","version":2}', "a newer NeuroViz has written it"),
        (b'{"format":"another","version":1}', "not a session of NeuroViz"),
        (b'{"format":"NeuroViz session","version":1,"data":[{"a":' + b"[" * 10**6, "nested deeper"),
        (
            b'{"format":"NeuroViz session","version":1,"runs":[],"active":1e400}',
            "not a session of NeuroViz",
        ),
        (b'{"format":"NeuroViz session","version":1,"runs":[],"active":NaN}', "damaged"),
        (
            b'{"format":"NeuroViz session","version":1,"data":[{"a":[' + b"[]," * 4_000_001,
            "more values than any",
        ),
        (
            b'{"format":"NeuroViz session","version":1' + b"0" * 400 + b"}",
            "in form 1000+[.]{3}0+, and",
        ),
    ],
)
def test_what_is_no_session_is_one_sentence(content, why):
    with pytest.raises(FileError, match=why) as told:
        session_of(content, "'a.neuroviz'")
    sentence = str(told.value)
    assert sentence.startswith("Cannot open 'a.neuroviz': ")
    assert "\n" not in sentence
    assert len(sentence) < 250


def test_a_wrong_type_is_named_with_its_place(session):
    plain = json.loads(session_bytes(session.record()))
    plain["runs"][1]["step"] = "11"
    with pytest.raises(FileError, match=r"Expected `int`, got `str` - at `\$\.runs\[1\]\.step`"):
        session_of(json.dumps(plain).encode(), "'a'")


def test_what_cannot_be_read_is_one_sentence(tmp_path):
    for path, why in ((tmp_path / "no\xff", "no such file"), (tmp_path, "is a folder")):
        with pytest.raises(FileError, match=why):
            read_session(path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(FileError, match="not an ordinary file"):
            read_session(tmp_path / "pipe")
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(FileError, match="larger than 128 MB"):
        read_session(large)
