"""A run as one page: what is in it is the run's, and it asks nobody for anything."""

import base64
import gzip
import html
import json
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from msgspec.structs import replace

import neuroviz as nv
from neuroviz.api.page import page_work
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import with_features
from neuroviz.core.model.model import predict
from neuroviz.core.numbers import exact
from neuroviz.core.slices import finished
from neuroviz.files.places import resource_path
from tests.for_each import for_each
from tests.session.fresh import ready

HOSTILE = "</script><img src=x onerror=alert(1)>[[DATA]]&\"'"


def recorded(page):
    """Return what the page unpacks."""
    text = re.search(r'<script type="text/plain" id="run">([^<]*)</script>', page)
    result = json.loads(gzip.decompress(base64.b64decode(text[1])))
    return result


def drawn(pane, place):
    """Return a picture at a moment, as a browser reads it."""
    pieces = "".join(pane["pieces"][index] for index in pane["frames"][place])
    return ElementTree.fromstring(f"<svg>{pieces}</svg>")


@pytest.fixture(scope="module")
def of_and():
    """Return a run of AND, and its page."""
    run = nv.train("and", learning_rate=1, epochs=1000)
    return run, str(run.page())


def test_its_numbers_are_those_of_the_run_at_every_moment(of_and):
    """Loss, parameters and outputs, whole and as they are read; first and last moment are there."""
    run, page = of_and
    data = recorded(page)
    history = run.history()
    steps = [int(moment["step"].replace(",", "")) for moment in data["moments"]]
    assert steps == sorted(set(steps))
    assert (steps[0], steps[-1]) == (0, 1000)
    assert len(steps) > 40
    for step, moment in zip(steps, data["moments"], strict=True):
        parameters = [history[name][step] for name in ("w1", "w2", "b")]
        assert moment["wholeLoss"] == exact(history["loss"][step])
        assert moment["whole"] == [exact(value) for value in parameters]
        outputs = predict(run.settings, np.array(parameters)).output
        said = [
            float(text.replace("−", "-").replace("·10", "e").translate(RAISED))
            for (text,) in moment["outputs"]
        ]
        assert said == pytest.approx(outputs.tolist(), rel=1e-5)
        assert moment["right"] == [
            bool((o > 0.5) == y) for o, y in zip(outputs, (1, 0, 0, 0), strict=True)
        ]
    hidden = nv.train("xor", hidden=8, epochs=2)
    moments = recorded(str(hidden.page()))["moments"]
    assert moments[-1]["whole"] == [exact(value) for value in hidden.parameters.values()]
    assert data["moments"][-1]["state"] == run.diagnosis.headline
    assert run.diagnosis.sentence in data["moments"][-1]["said"]
    assert "Press" not in data["moments"][0]["said"]
    assert len(page.encode()) < 500_000
    assert len(page.rpartition("<script>")[2]) < 60_000


def test_each_class_has_a_column_of_its_shares():
    """The classes have their names, and right is who has the largest share."""
    inputs = np.random.default_rng(3).standard_normal((14, 2))
    names = ("cat", "<b>dog", "owl")
    data = nv.Dataset(inputs, np.arange(14.0) % 3, classes=True, class_names=names)
    run = nv.train(data=data, epochs=4)
    page = str(run.page())
    head = re.search(r"<thead><tr>(.*?)<tbody>(.*?)</table>", page)
    cells = html.unescape(head[1]).split("<th scope=col>")[1:]
    assert cells == ["x₁", "x₂", "y", "ŷ of cat", "ŷ of <b>dog", "ŷ of owl", ""]
    rows = [row.split("<td>")[1:] for row in head[2].split("<tr>")[1:]]
    assert [len(row) for row in rows] == [7] * 12
    assert [html.unescape(row[2]) for row in rows[:4]] == ["cat", "<b>dog", "owl", "cat"]
    said = recorded(page)["moments"][-1]
    shares = run.predict(inputs)
    told = [[float(text.replace("−", "-")) for text in row] for row in said["outputs"]]
    np.testing.assert_allclose(told, shares[:12], rtol=1e-5)
    assert said["right"] == (shares.argmax(axis=1) == np.arange(14) % 3)[:12].tolist()
    assert len(said["whole"]) == 9


RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def test_its_pictures_move_with_the_run(of_and):
    """The ball of the loss is at the epoch, and the path gets longer."""
    data = recorded(of_and[1])
    panes = {pane["name"]: pane for pane in data["panes"]}
    assert list(panes) == ["neuron", "data", "landscape", "loss"]

    balls, paths = [], []
    for place, moment in enumerate(data["moments"]):
        texts = {element.text for element in drawn(panes["neuron"], place).iter("text")}
        assert {"w₁", "sum z", "output ŷ"} <= texts
        assert f"step {moment['step']}" in panes["neuron"]["titles"][place]
        ball = next(drawn(panes["loss"], place).iter("circle"))
        balls.append((float(ball.attrib["cx"]), float(moment["epoch"].replace(",", ""))))
        paths.append(sum(1 for _ in drawn(panes["landscape"], place).iter("circle")))
    x, epochs = np.array(balls).T
    slope, start = np.polyfit(epochs, x, 1)
    np.testing.assert_allclose(x, start + slope * epochs, atol=0.06)  # a tenth of a unit is written
    assert paths[-1] > paths[0]


def test_the_name_of_w_lies_under_no_output():
    """On paper outputs stand above their samples, and the arrow passes by."""
    seen = 0
    for options in ({"task": "and", "learning_rate": 1}, {"task": "xor"}):
        pane = recorded(str(nv.train(epochs=30, **options).page()))["panes"][1]
        for place in range(len(pane["frames"])):
            texts = [
                (float(text.attrib["x"]), float(text.attrib["y"]), text.text)
                for text in drawn(pane, place).iter("text")
            ]
            for x, y in ((x, y) for x, y, text in texts if text == "w"):
                outputs = [each for each in texts if re.fullmatch(r"0\.\d{4}", each[2])]
                seen += len(outputs)
                assert not [
                    each for each in outputs if abs(each[0] - x) < 20 > 2 * abs(each[1] - y)
                ]
    assert seen > 50


def wide():
    """Return a run of a hundred inputs whose weights are typed."""
    random = np.random.default_rng(3)
    data = nv.Dataset(random.normal(0, 1, (9, 100)), random.integers(0, 2, 9), classes=True)
    return nv.train(data=data, epochs=3, weights=tuple(random.normal(0, 1, 100)), bias=0.5)


@for_each(
    "made",
    (
        lambda: nv.train("line", epochs=3),
        lambda: nv.train("sum", epochs=3),
        lambda: nv.train("ring", epochs=3, features=["x1^2", "x2^2"]),
        wide,
    ),
)
def test_every_picture_can_be_read(made):
    """Of one input, of three, of a curved border, of many; the command is whole."""
    run = made()
    page = str(run.page())
    data = recorded(page)

    assert f"<pre>{html.escape(run.command())}</pre>" in page
    for pane in data["panes"]:
        for place in (0, len(data["moments"]) - 1):
            assert len(list(drawn(pane, place).iter())) > 5


def test_numbers_of_axes_have_room_and_curves_end_at_the_plot():
    """Also of a run that blew up: its long numbers lay over names, and its loss ran over the title.

    None reaches into the plot. Nothing of the page has the name of what a plot is cut by.
    """
    run = nv.train("line", learning_rate=1)
    page = str(run.page())
    data = recorded(page)
    cuts = {f"{pane['name']}-plot" for pane in data["panes"]}
    assert cuts.isdisjoint(re.findall(r'id="?([\w-]+)', page.partition("<script>")[0]))
    for pane in data["panes"][1:3]:
        picture = drawn(pane, -1)
        plot = float(picture.find("./clipPath/rect").attrib["x"])
        texts = list(picture.iter("text"))
        (name,) = (text for text in texts if "transform" in text.attrib)
        beside = float(name.attrib["x"]) + 0.4 * float(name.attrib["font-size"])
        numbers = [
            text
            for text in texts
            if text.attrib["text-anchor"] == "end" and not text.attrib.get("stroke")
        ]
        assert len(numbers) > 1
        for text in numbers:
            assert float(text.attrib["x"]) < plot
            width = 0.5 * float(text.attrib["font-size"]) * len(str(text.text))
            assert float(text.attrib["x"]) - width > beside


def test_a_unit_of_one_input_is_as_long_as_one_of_the_other(of_and):
    """As in the window: in a plane of inputs, a weight's arrow is square to its line."""
    (data,) = (pane for pane in recorded(of_and[1])["panes"] if pane["name"] == "data")
    numbers = [text.attrib for text in drawn(data, 0).iter("text") if text.text in ("0.0", "1.0")]
    left, right, bottom, top = numbers
    across = float(right["x"]) - float(left["x"])
    assert across == pytest.approx(float(bottom["y"]) - float(top["y"]), abs=0.2)
    assert across > 50


def test_a_wide_table_has_the_width_of_the_page():
    """Beside others its last columns, what comes out, were cut off on paper."""
    for width, wide in ((2, False), (4, True)):
        data = nv.Dataset(np.eye(width), np.arange(float(width)), classes=False)
        assert (
            '<section class="wide"><h2>What' in str(nv.train(data=data, epochs=1).page())
        ) == wide


def test_a_command_with_data_in_it_has_the_width_of_the_page():
    """On paper it was one narrow column, longer than the sheet."""
    own = nv.Dataset(np.eye(2), [0, 1], classes=True)
    for options, wide in (({"task": "and"}, False), ({"data": own}, True)):
        page = str(nv.train(epochs=1, **options).page())
        assert ('<section class="wide"><h2>This run' in page) == wide
        assert ".wide pre { columns:" in page.partition("@media print")[2]


def test_names_are_text_and_nobody_is_asked():
    """Whatever data are called; there is no address, and a policy that forbids all requests."""
    data = nv.Dataset(
        [[0, 1], [2, 1], [1, 3]], [0, 1, 1], True, (HOSTILE, "b"), HOSTILE, (HOSTILE, "y")
    )
    run = nv.train(data=with_features(data, ["b^2"]), epochs=5)

    page = str(run.page())

    assert "onerror=alert(1)>" not in page
    assert html.escape(HOSTILE[:10]) in page
    pieces = []
    for pane in recorded(page)["panes"]:
        drawn(pane, 0)  # no piece of it is broken
        pieces += pane["pieces"]
    assert not any("<img" in piece or "<script" in piece for piece in pieces)
    links = re.findall(r'href="([^,"]*)', "".join(pieces))
    assert set(links) == {"data:image/png;base64"}  # the maps of data and landscape
    empty = resource_path("page.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in empty
    assert re.findall(r"\b(?:src|href|action)=|url\(|fetch|XMLHttp|import\b", empty) == []
    assert re.findall(r"https?://[^\"]+", empty) == ["http://www.w3.org/2000/svg"]  # a name only


def test_without_scripts_it_says_first_why_its_plots_are_empty(of_and):
    page = of_and[1]
    assert page.index("<noscript>") < page.index("<section")


def test_paper_is_light_and_every_table_has_a_name(of_and):
    """Dark colours are of the screen alone: a page that was printed stayed light after it."""
    page = of_and[1]
    style = page.partition("</style>")[0]
    before, _, rest = style.partition("@media screen {")
    screen, _, after = rest.partition("\n}\n")
    assert (".dark" in screen, ".dark" in before + after, "beforeprint" in page) == (1, 0, 0)
    for name in ("Weights and bias", "What comes out"):
        assert f'aria-label="{name}"><t' in page


@for_each("rows, more", ((12, ""), (13, "and 1 more sample"), (60, "and 48 more samples")))
def test_what_does_not_stand_in_it_is_said(rows, more):
    """Samples below the table, and beside the command the data that are not in it."""
    inputs = np.arange(2.0 * rows).reshape(rows, 2) % 7
    data = nv.Dataset(inputs, np.arange(rows) % 2, classes=True, origin="shop.csv")

    page = str(nv.train(data=data, epochs=1).page())

    assert re.findall(r"</table></div>\n<p [^>]*>([^<]*)", page)[1] == more
    lacking = "The data have more than 50 rows: the command reads them from shop.csv."
    assert re.findall(r"</pre>\n<p>([^<]*)", page) == [lacking if rows > 50 else ""]


def test_a_notebook_shows_it_and_a_file_has_it(tmp_path):
    """In a frame of its own; the same text everywhere."""
    run = nv.train("line", epochs=2)
    shown = run._repr_html_()
    inside = re.search(r'srcdoc="([^"]*)"', shown)
    page = run.page()
    assert html.unescape(inside[1]) == page

    assert run.page(tmp_path / "line.html") == tmp_path / "line.html"
    assert (tmp_path / "line.html").read_text(encoding="utf-8") == page


def test_it_is_of_one_run_and_each_picture_of_its_moment():
    """The ring of the next step is where the next one leads; pinned runs are not on the page."""
    run = nv.train("line", epochs=12)
    history = run.history()
    theta = np.column_stack((history["w1"], history["b"]))
    data = recorded(str(run.page()))
    pane = next(pane for pane in data["panes"] if pane["name"] == "landscape")
    balls, rings = [], []
    for place in range(len(data["moments"]) - 1):
        circles = [circle.attrib for circle in drawn(pane, place).iter("circle")]
        ring = next(each for each in circles if each["fill"] == "none")
        for found, wanted in ((balls, circles[-1]), (rings, ring)):
            found.append((float(wanted["cx"]), float(wanted["cy"])))

    affine = np.linalg.lstsq(np.column_stack((theta[:-1], np.ones(12))), balls, rcond=None)[0]
    following = np.column_stack((theta[1:], np.ones(12))) @ affine
    np.testing.assert_allclose(rings, following, atol=0.3)  # tenths of a unit are written

    session = ready(Settings(), 5)
    session.pin()
    session.apply(session.settings.replace(seed=3))
    session.advance(5)
    frame = session.frame()
    assert frame.others
    assert finished(page_work(frame)) == finished(page_work(replace(frame, runs=())))


def test_pictures_have_the_room_of_what_is_on_them():
    """A map of numbers far from zero fills its plot, and every name above it is on the page.

    They are as large as usual: with long names of classes they had half that size.
    """
    random = np.random.default_rng(1)
    inputs = np.column_stack((random.normal(170, 8, 30), random.normal(1e-200, 1e-201, 30)))
    name = "a name of some 24 letters"
    data = nv.Dataset(inputs, inputs[:, 0] > 170, True, class_names=(name, name[::-1]))
    page = recorded(str(nv.train(data=data, epochs=3).page()))

    pane = next(pane for pane in page["panes"] if pane["name"] == "data")
    picture = drawn(pane, 0)
    plot, *maps = (rect.attrib for rect in picture.iter("rect"))
    for key in ("x", "y", "width", "height"):
        assert float(maps[0][key]) == pytest.approx(float(plot[key]), abs=0.11)
    above = float(plot["y"])
    legend = [text for text in picture.iter("text") if float(text.attrib["y"]) < above]
    assert len(legend) > 2
    for text in legend:
        assert float(text.attrib["font-size"]) > 11
        wide = 0.55 * float(text.attrib["font-size"]) * len(text.text or "")
        assert float(text.attrib["x"]) + wide <= pane["size"][0]


def test_a_crowd_is_one_picture():
    """Of 100,000 samples each was a piece of its own at each moment: 14 MB that took a minute."""
    inputs = np.random.default_rng(2).normal(0, 1, (3000, 2))
    data = nv.Dataset(inputs, inputs.sum(axis=1) > 0, True)
    run = nv.train(data=data, activation="identity", loss="mse", epochs=3)
    pane = next(pane for pane in recorded(str(run.page()))["panes"] if pane["name"] == "data")

    assert len(pane["pieces"]) < 100
    paths = [path.attrib["d"] for path in drawn(pane, 0).iter("path")]
    found = [re.findall(r"M([-\d.]+) ([-\d.]+)m", path) for path in paths]
    assert all(len(places) == len(set(places)) for places in found)
    assert sum(map(len, found)) > 1000
