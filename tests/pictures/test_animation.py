"""Animations, as Pillow reads them back."""

import io
import os
import stat
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from neuroviz.core.choices.settings import Settings
from neuroviz.core.slices import finished
from neuroviz.core.training.trainer import Trainer
from neuroviz.pictures.matplotlib.film import FilmPage
from neuroviz.pictures.render import Animation, check_animation, render, sheet_of
from neuroviz.session.figures import VIEWS, FigureOptions, figure_maker, frame_of
from neuroviz.session.film import film_of, moments

PAGE = (160.0, 100.0)
WIDTH = 480


def drawn(views, ending, epochs=40, seconds=1.0):
    """Give the figures of the end, the film, the sheet and the file of an animation of AND."""
    trainer = Trainer(Settings("and", learning_rate=5))
    trainer.advance(epochs)
    frame = frame_of(trainer)
    film = film_of(epochs, 1, seconds, 6, "even")
    sheet = sheet_of(len(views), WIDTH, PAGE)
    makers = [figure_maker(view, FigureOptions(log=True)) for view in views]
    ends = [finished(maker(frame)) for maker in makers]
    animation = Animation(ends, sheet)
    for moment in moments(frame, film):
        animation.add([finished(maker(moment)) for maker in makers])
    return ends, film, sheet, animation.file(ending, film.milliseconds)


def read_back(data):
    """Give the pictures of a file as RGB, how long each is seen, and how often all of it."""
    image = Image.open(io.BytesIO(data))
    frames = []
    times = []
    for frame in ImageSequence.Iterator(image):
        frame.load()
        frames.append(np.asarray(frame.convert("RGB")).astype(int))
        times.append(frame.info["duration"])
    return frames, times, image.info["loop"]


def exported(figure):
    """Give the pixels of the file that a view exports at the size of the animation."""
    picture = render(figure, ".png", *PAGE, WIDTH / PAGE[0] * 25.4)
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")).astype(int)


@pytest.mark.parametrize("view", VIEWS)
def test_a_page_draws_what_a_file_of_the_figure_is(view):
    """To the pixel, also after other figures of the plot were drawn on it."""
    trainer = Trainer(Settings("and", learning_rate=5))
    trainer.advance(40)
    maker = figure_maker(view, FigureOptions(log=True))
    frame = frame_of(trainer)
    end = finished(maker(frame))
    page = FilmPage(end, PAGE[0] / 25.4, PAGE[1] / 25.4, WIDTH / PAGE[0] * 25.4)
    before = [
        page.picture(finished(maker(moment)))
        for moment in moments(frame, film_of(40, 1, 1, 2, "even"))
    ]
    assert all((picture != page.picture(end)).any() for picture in before)
    assert np.array_equal(page.picture(end), exported(end))


@pytest.mark.parametrize("ending", [".webp", ".gif", ".png"])
def test_a_loss_plot_in_every_kind_of_file(ending):
    """A picture for each step, as long as it should be.

    The last is the exported plot, in a GIF of 256 colours.
    """
    (end,), film, sheet, data = drawn(["loss"], ending)
    frames, times, loop = read_back(data)
    assert (len(frames), times, loop) == (len(film.steps), list(film.milliseconds), 0)
    assert {frame.shape for frame in frames} == {(sheet.height, sheet.width, 3)}
    assert all((one != other).any() for one, other in pairwise(frames))
    away = np.abs(frames[-1] - exported(end))
    assert away.max() <= (32 if ending == ".gif" else 0)
    assert (away.max(axis=2) > 0).mean() < 0.1  # the edges of letters


def test_a_map_in_a_webp_is_within_the_codecs_error():
    """Areas of changing colour are written with loss.

    Half a shade in the mean, text a little more.
    """
    (end,), film, _, data = drawn(["data"], ".webp")
    frames, times, _ = read_back(data)
    assert times == list(film.milliseconds)
    away = np.abs(frames[-1] - exported(end))
    assert away.mean() < 2
    assert np.quantile(away, 0.99) < 32


def test_all_views_in_one_picture():
    """Each stands in its place as it would be exported at its size, to the pixel."""
    ends, _, sheet, data = drawn(list(VIEWS), ".png", epochs=1)
    last = read_back(data)[0][-1]
    assert last.shape == (sheet.height, sheet.width, 3)
    for end, place in zip(ends, sheet.places, strict=True):
        picture = render(end, ".png", place.width * 25.4, place.height * 25.4, sheet.dpi)
        expected = np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"))
        found = last[
            place.top : place.top + expected.shape[0], place.left : place.left + expected.shape[1]
        ]
        assert np.array_equal(found, expected[: found.shape[0], : found.shape[1]])


def colour_tables(gif):
    """Give whether a GIF has one palette, and how many pictures have their own.

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


def test_a_gif_has_one_palette():
    """The colours of all pictures are those of the file."""
    _, film, _, data = drawn(["data"], ".gif")
    whole, own = colour_tables(data)
    assert whole
    assert own == [False] * len(film.steps)


FFMPEG = """#!{python}
import pathlib, sys
data = sys.stdin.buffer.read()
pathlib.Path({told!r}).write_text(" ".join(sys.argv[1:]) + "\\n" + str(len(data)))
if {code}:
    sys.exit("no such\\nencoder")
sys.stdout.buffer.write(b"a video")
"""


@pytest.fixture
def ffmpeg(tmp_path, monkeypatch):
    """Give a function that puts an ffmpeg on the path.

    It returns where it says what it was given.
    """

    def put(code=0):
        told = tmp_path / "told"
        program = tmp_path / "ffmpeg"
        program.write_text(
            FFMPEG.format(python=sys.executable, told=str(told), code=code), encoding="utf-8"
        )
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
        return told

    return put


@pytest.mark.skipif(os.name != "posix", reason="a script is a program on Unix")
def test_ffmpeg_gets_every_picture_as_long_as_it_is_seen(ffmpeg):
    """At an even rate; what it gives back is the file."""
    told = ffmpeg()
    _, film, sheet, data = drawn(["loss"], ".mp4", epochs=3)
    words, length = told.read_text(encoding="utf-8").split("\n")
    rate = int(words.split("-r 1000/")[1].split()[0])
    assert data == b"a video"
    assert f"{sheet.width}x{sheet.height}" in words
    assert int(length) == sum(film.milliseconds) // rate * sheet.width * sheet.height * 3


@pytest.mark.skipif(os.name != "posix", reason="a script is a program on Unix")
def test_what_ffmpeg_complains_of_is_told(ffmpeg):
    """In one line."""
    ffmpeg(code=1)
    with pytest.raises(ValueError, match="ffmpeg could not make the MP4: no such encoder\\."):
        drawn(["loss"], ".mp4", epochs=2)


def test_what_cannot_be_made_is_refused_before(monkeypatch):
    """Another ending, more than fits into memory, and a video where there is no ffmpeg."""
    sheet = sheet_of(1, 1920, PAGE)
    check_animation(sheet, 100, ".webp")
    with pytest.raises(ValueError, match=r"not '\.avi'"):
        check_animation(sheet, 100, ".avi")
    with pytest.raises(ValueError, match="GB of memory"):
        check_animation(sheet, 1000, ".webp")
    monkeypatch.setenv("PATH", str(Path(__file__).parent))
    with pytest.raises(ValueError, match="not on the path"):
        check_animation(sheet, 100, ".mp4")
