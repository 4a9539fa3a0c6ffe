"""``-`` is standard input and standard output, tried in a real shell."""

import io
import json
import os
import shlex
import subprocess
import sys

import pytest

from neuroviz.cli import main
from neuroviz.core.choices.settings import Settings
from neuroviz.core.script.script import script
from neuroviz.files.session_file import session_bytes
from neuroviz.session.session import Session

TABLE = "height,weight\n1,2\n2,4\n3,7\n"
PIPES = [
    (
        "neuroviz train --epochs 9 --history - --json run.json | tee run.csv | wc -l | tr -d ' '",
        "11\n",
    ),
    ("cat x.csv | neuroviz train --data - --epochs 2 --plot - | head -c 4 | tail -c 3", "PNG"),
    ("neuroviz completion bash > c && bash c && grep -c '^complete ' c", "1\n"),
    ("neuroviz help --man | head -c 12", ".TH NEUROVIZ"),
    ("printf 'name = 3' | neuroviz lesson --check - 2>&1 | head -c 11", "neuroviz: -"),
    (
        "tr ',' '\\t' < west.csv | neuroviz script --data - | head -n 1",
        '"""Own data, standard input: weight from größe.\n',
    ),
    (
        "cut -d, -f2,1 x.csv | tr ',' ';' | neuroviz script --data=- --target height | head -n 1",
        '"""Own data, standard input: height from weight.\n',
    ),
    (
        'tail -n +2 x.csv | neuroviz script --data - --no-header | grep -c "^x = torch.t"',
        "1\n",
    ),
    (
        "neuroviz script --data - < /dev/null 2>&1",
        "neuroviz: No table with a row for each sample: standard",
    ),
    ("neuroviz script --output - | cmp - and.py && echo same", "same\n"),
    ("neuroviz script --output s.py > s.py 2> e; cat e", "neuroviz: Cannot write 's.py': standard"),
    ("neuroviz list --json - | head -n 2 | tail -n 1", '  "version": 1,\n'),
]


@pytest.mark.skipif(os.name != "posix", reason="the lines are for a POSIX shell")
def test_pipes(tmp_path):
    """Each gives what was asked for, and nothing but it."""
    (tmp_path / "x.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "west.csv").write_text(TABLE.replace("height", "größe"), encoding="latin-1")
    (tmp_path / "and.py").write_text(script(Settings("and")).text, encoding="utf-8")
    ours = f'neuroviz() {{ {shlex.quote(sys.executable)} -m neuroviz "$@"; }}\n'
    running = {
        line: subprocess.Popen(
            ["sh", "-c", ours + line],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
        for line, _ in PIPES
    }
    said = {line: process.communicate(timeout=120) for line, process in running.items()}
    for line, start in PIPES:
        out, err = said[line]
        assert out.startswith(start), (line, out, err)
        assert "Traceback" not in err, line
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["epochs"] == 9
    assert (tmp_path / "run.csv").read_text(encoding="utf-8").startswith("step,epoch,loss,")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("train --json - --history -", "--csv and --json both name '-': give two names"),
        ("train --plot - --history -", "--csv and --plot both name '-'"),
        ("sweep --json same.csv --csv same.csv", "--csv and --json both name 'same.csv'"),
        ("train --json missing/x.json", "folder does not exist"),
    ],
)
def test_one_thing_at_a_place(line, words, neuroviz):
    """Two results in one stream or file would be none."""
    result = neuroviz(*line.split())
    assert (result.code, result.out) == (2, "")
    assert words in result.err


@pytest.mark.parametrize(
    ("line", "start"),
    [
        ("curvature --task line --json -", b'{"version": 1, "eigenvalues": ['),
        ("sweep --points 3 --epochs 2 --csv -", b"learning_rate,loss,diverged_at,w1,w2,b"),
        ("sweep --points 3 --epochs 2 --plot -", b"\x89PNG"),
        ("page --epochs 2 --output -", b"<!doctype html>"),
        ("worksheet five-steps --output -", b"%PDF"),
    ],
)
def test_what_a_pipe_gets(line, start, capsysbinary):
    """The first kind that the option names, and nothing beside it."""
    assert main(line.split()) == 0
    out, err = capsysbinary.readouterr()
    assert out.startswith(start)
    assert err == b""


def test_of_endless_input_no_more_is_read_than_of_a_file(monkeypatch, capsys):
    class Endless(io.RawIOBase):
        def readable(self):
            return True

        def readinto(self, buffer):
            assert self.given < 10**7, "it reads for ever"
            self.given += len(buffer)
            buffer[:] = b"1,2\n" * (len(buffer) // 4) + b"\n" * (len(buffer) % 4)
            return len(buffer)

        given = 0

    monkeypatch.setattr("neuroviz.files.data.source.MAX_BYTES", 10**6)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(Endless())))
    assert main(["train", "--data", "-"]) == 2
    assert "At most 2 GB are read, and standard input has 0.0 GB" in capsys.readouterr().err


def test_what_is_no_session_in_a_pipe_has_no_file_of_the_programs_own(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"no session")))
    assert main(["report", "-", "--output", "-"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("neuroviz: Cannot open standard input: it is not a session")
    assert os.sep not in said


def test_a_lesson_in_a_pipe_that_is_too_long_has_no_file_of_the_programs_own(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"#" * 2_000_000)))
    assert main(["lesson", "--check", "-"]) == 2
    said = capsys.readouterr().err
    assert said == "neuroviz: Cannot open standard input: it is larger than 1 MB.\n"


def test_a_session_comes_through_a_pipe(tmp_path, monkeypatch, capsysbinary):
    """Its report is that of the file."""
    session = Session(Settings("and", epochs=3))
    session.prepare()
    content = session_bytes(session.record())
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert main(["report", "-", "--output", "-"]) == 0
    out, err = capsysbinary.readouterr()
    assert out.startswith(b"%PDF")
    assert err == b""
