"""Films as files: what is painted, and what the process that writes the file is given."""

import io
import os
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from neuroviz.api.film import NO_ENCODER, encoder
from neuroviz.core.choices.settings import Settings
from neuroviz.core.slices import finished
from neuroviz.core.training.trainer import Trainer
from neuroviz.pictures.film import SHAPES
from neuroviz.session.figures import frame_of
from neuroviz.session.film import FilmOrder
from neuroviz.session.film_pictures import film_work
from neuroviz.ui.export.film import FilmPainter, film_bytes, film_ink
from neuroviz.ui.theme.colours import DARK, LIGHT

FFMPEG = """#!{python}
import pathlib, sys
data = sys.stdin.buffer.read()
pathlib.Path({told!r}).write_text(" ".join(sys.argv[1:]) + "\\n" + str(len(data)))
if {code}:
    sys.exit("no such\\nencoder")
pathlib.Path(sys.argv[-1]).write_bytes(b"a video")
"""


def run(epochs=200):
    trainer = Trainer(Settings("and", learning_rate=5.0))
    trainer.advance(epochs)
    return frame_of(trainer)


def made(ending, seconds=1, theme=DARK, shape="wide"):
    (data,) = finished(
        film_bytes(run(), FilmOrder("run", shape, seconds), theme, ending, lambda *_: None)
    )
    return data


@pytest.fixture
def ffmpeg(tmp_path, monkeypatch):
    """Give a function that puts an ffmpeg on the path.

    It returns where it says what it was given.
    """

    def put(code=0):
        told, program = tmp_path / "told", tmp_path / "ffmpeg"
        program.write_text(
            FFMPEG.format(python=sys.executable, told=str(told), code=code), encoding="utf-8"
        )
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
        return told

    return put


@pytest.mark.skipif(os.name != "posix", reason="a script is a program on Unix")
def test_ffmpeg_gets_thirty_pictures_a_second(ffmpeg):
    """Four bytes for each of 1920 × 1080 pixels; what it writes is the film."""
    told = ffmpeg()
    assert made(".mp4") == b"a video"
    words, length = told.read_text(encoding="utf-8").split("\n")
    assert "-s 1920x1080 -r 30 " in words
    assert int(length) == 30 * 1920 * 1080 * 4


@pytest.mark.skipif(encoder() is None, reason="no ffmpeg is here")
def test_a_video_has_every_picture_in_its_colours(tmp_path):
    """A real ffmpeg writes it, H.264 as players know it, and reads it again."""
    path = tmp_path / "and.mp4"
    path.write_bytes(made(".mp4"))
    small = "-vf scale=480:270:flags=accurate_rnd+full_chroma_int -f rawvideo -pix_fmt rgb24 -"
    words = [str(encoder()), "-i", str(path), *small.split()]
    read = subprocess.run(words, capture_output=True, check=True)
    told = read.stderr.decode()
    for each in ("h264", "yuv420p(tv, bt709", "1920x1080", "30 fps", "Duration: 00:00:01.00"):
        assert each in told
    pictures = np.frombuffer(read.stdout, np.uint8).reshape(-1, 270, 480, 3).astype(int)
    assert len(pictures) == 30
    film = finished(film_work(run(), FilmOrder("run", "wide", 1), 30, film_ink(DARK)))
    for place in (0, -1):
        painted = pixels(FilmPainter(2.0).paint(film.picture(place)))
        means = painted.reshape(270, 4, 480, 4, 3).mean(axis=(1, 3))
        assert np.abs(pictures[place] - means).mean(axis=(0, 1)).max() < 1.5


@pytest.mark.skipif(os.name != "posix", reason="a script is a program on Unix")
def test_what_ffmpeg_complains_of_is_told(ffmpeg):
    """In one line."""
    ffmpeg(code=1)
    with pytest.raises(ValueError, match="The film could not be made: no such encoder\\."):
        made(".mp4")


@pytest.mark.skipif(os.name != "posix", reason="a script is a program on Unix")
def test_a_film_that_is_left_off_leaves_nothing(ffmpeg, tmp_path, monkeypatch):
    """Its process ends without its pictures, and its folder is removed."""
    told = ffmpeg()
    folder = tmp_path / "films"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    done = []
    order = FilmOrder("run", "wide", 5.0)
    work = film_bytes(run(), order, DARK, ".mp4", lambda place, _: done.append(place))
    while len(done) < 3:
        next(work)
    assert len(list(folder.iterdir())) == 1
    work.close()
    assert list(folder.iterdir()) == []
    assert not told.exists()


def test_a_full_disk_is_told_in_one_sentence(qapp, monkeypatch):
    """That of temporary files, on which a film is made."""
    resource = pytest.importorskip("resource")
    # What is imported here would be cut at the limit, too, and kept so for every later import.
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(ValueError, match=r"^The film .*: File too large in the .*\.$"):
            made(".webp")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_what_cannot_be_made_is_refused_before(monkeypatch):
    """Another ending, and a video where nothing makes one: it says how to get that."""
    with pytest.raises(ValueError, match=r"not '\.avi'"):
        made(".avi")
    monkeypatch.setenv("PATH", str(Path(__file__).parent))
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert encoder() is None
    assert "pip install imageio-ffmpeg" in NO_ENCODER
    with pytest.raises(ValueError, match="MP4 needs ffmpeg"):
        made(".mp4")


def colour_tables(gif):
    """Return whether a GIF has one palette, and which pictures have their own.

    GIF89a, read by hand.
    """
    packed = gif[10]
    place = 13 + (3 * 2 ** ((packed & 7) + 1) if packed & 0x80 else 0)
    own = []
    while gif[place] != 0x3B:
        if gif[place] == 0x21:
            place += 2
        else:
            flags = gif[place + 9]
            own.append(bool(flags & 0x80))
            place += 11 + (3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0)
        while gif[place]:
            place += gif[place] + 1
        place += 1
    return bool(packed & 0x80), own


@pytest.mark.parametrize("ending", [".gif", ".webp"])
def test_small_files_have_720_pixels_and_fifteen_pictures_a_second(qapp, ending):
    """They last as long as the film, again and again.

    The last picture is its own, in a GIF nearly, also where colours run into each other.
    """
    data = made(ending, shape="square")
    with Image.open(io.BytesIO(data)) as image:
        times = []
        for frame in ImageSequence.Iterator(image):
            last = np.asarray(frame.convert("RGB")).astype(int)
            times.append(frame.info["duration"])
        assert (image.size, image.info["loop"], sum(times)) == ((720, 720), 0, 1000)
    assert min(times) >= 60
    film = finished(film_work(run(), FilmOrder("run", "square", 1), 15, film_ink(DARK)))
    painted = FilmPainter(720 / 540).paint(film.picture(-1))
    amiss = np.abs(last - pixels(painted))
    assert amiss.mean() <= (4 if ending == ".gif" else 0)
    assert amiss.max() <= (32 if ending == ".gif" else 0)
    if ending == ".gif":
        one, own = colour_tables(data)
        assert (one, any(own)) == (True, False)


def pixels(picture):
    image = picture.toImage()
    bgr = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return bgr[..., 2::-1].astype(int)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_plane_and_the_ground_are_painted_in_their_places(qapp, shape, theme):
    """Where the neuron says 1 it is orange, where it says 0 blue; the corners are the window's."""
    film = finished(film_work(run(), FilmOrder("run", shape, 2), 15, film_ink(theme)))
    picture = film.picture(-1)
    painted = pixels(FilmPainter(2.0).paint(picture))
    width, height = SHAPES[shape]
    assert painted.shape == (2 * height, 2 * width, 3)
    ground = [int(theme.background[i : i + 2], 16) for i in (1, 3, 5)]
    assert painted[0, 0].tolist() == painted[-1, -1].tolist() == ground
    left, top, wide, high = picture.panes[0].place
    for across, up, warm in ((0.95, 0.94, True), (0.05, 0.06, False)):
        x, y = round(2 * (left + across * wide)), round(2 * (top + (1 - up) * high))
        red, _, blue = painted[y, x]
        assert (red > blue + 40) == warm
        assert (blue > red + 40) == (not warm)


def test_a_landscape_that_is_kept_has_its_size(qapp):
    """Of one run another view is painted as if there had been none before."""
    frame, ink, painter = run(), film_ink(DARK), FilmPainter(0.5)
    both = finished(film_work(frame, FilmOrder("run", "wide", 1), 15, ink))
    alone = finished(film_work(frame, FilmOrder("landscape", "wide", 1), 15, ink, both.land))
    painter.paint(both.picture(0))
    kept, new = (each.paint(alone.picture(-1)).toImage() for each in (painter, FilmPainter(0.5)))
    assert kept == new
