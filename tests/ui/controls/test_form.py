"""The experiment panel, as a person uses it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit, QScrollArea, QWidget

from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import with_features
from neuroviz.core.numbers import format_number
from tests.ui.person import CTRL, KEY, NO_KEY


def on_show(person, *names):
    """Return which of these controls can be seen with all sections open."""
    for section in person.bench.form.sections:
        section.set_open(True)
    controls = {name: person.bench.findChild(QWidget, name) for name in names}
    return [
        name for name, control in controls.items() if control is not None and control.isVisible()
    ]


def test_only_what_means_something_is_on_show(open_window):
    """No coding for numbers, no order for a full batch, no seed where nothing is drawn.

    No end of a run where none can be.
    """
    person = open_window()
    person.bench.form.more.set_open(True)
    names = ("shuffle", "seed", "weights", "bias", "inputs", "coding", "threshold")
    typed = Settings("and", batch_size=2, shuffle=True, weights=(1.0, 1.0))
    for settings, shown in (
        (Settings("and"), ["seed", "inputs", "coding", "threshold"]),
        (Settings("line"), ["seed"]),
        (Settings("spam"), ["shuffle", "seed", "coding", "threshold"]),
        (Settings("and_by_hand"), ["weights", "bias", "inputs", "coding", "threshold"]),
        (Settings("and", batch_size=2), ["shuffle", "seed", "inputs", "coding", "threshold"]),
        (typed, list(names)),
    ):
        person.begin(settings)
        assert on_show(person, *names) == shown
        ends = on_show(person, "epochs", "until_loss")
        assert bool(ends) == settings.activation_entry.trainable


def test_all_of_the_column_ends_at_one_edge(open_window):
    """Fields, ruler, the button under it, and the line over More settings."""
    person = open_window()
    person.settle()
    parts = ["task", "learning_rate", "learning_rate_slider", "flat_line", "section_more"]
    seen = [person.find(QWidget, name) for name in parts]
    assert all(part.isVisible() for part in seen)
    ends = [part.mapTo(person.window, part.rect().bottomRight()).x() for part in seen]
    assert len(set(ends)) == 1, ends


def test_in_the_smallest_window_the_ruler_is_whole(open_window):
    """The task stands beside its caption there; the ruler was cut through its knob."""
    person = open_window()
    person.window.resize(960, 600)
    person.settle()
    slider = person.find(QWidget, "learning_rate_slider")
    assert slider.visibleRegion().boundingRect() == slider.rect()
    scroll = person.bench.form.findChild(QScrollArea)
    assert scroll is not None
    assert not scroll.verticalScrollBar().isVisible()
    label, task = (person.bench.form.fields["task"].label, person.combo("task"))
    assert label.geometry().right() < task.geometry().left()
    person.window.resize(1440, 900)
    person.settle()
    assert label.geometry().bottom() < task.geometry().top()


def test_the_way_back_to_the_own_data_cuts_nothing_off_the_ruler(open_window):
    """The words of the task, its caption and the summary make room where there is little."""
    person = open_window()
    own = Settings("and").dataset
    person.begin(Settings("and", data=with_features(own, ["x1*x2"])))
    assert person.button("put_data_back").isVisible()
    slider = person.find(QWidget, "learning_rate_slider")
    scroll = person.bench.form.findChild(QScrollArea)
    assert scroll is not None
    for size in ((1440, 900), (1440, 850), (1440, 820), (1366, 768), (1350, 720), (1024, 740)):
        person.window.resize(*size)
        person.qtbot.waitUntil(
            lambda: (
                slider.visibleRegion().boundingRect() == slider.rect()
                and not scroll.verticalScrollBar().isVisible()
            )
        )
    person.begin(Settings("and"))
    person.window.resize(1280, 640)
    person.qtbot.waitUntil(lambda: slider.visibleRegion().boundingRect() == slider.rect())


def test_why_a_rate_is_refused_cuts_nothing_off_the_ruler(open_window):
    """It takes the place of what is only said about the task, which comes back with a good rate."""
    person = open_window()
    form = person.bench.form
    slider = person.find(QWidget, "learning_rate_slider")
    scroll = form.findChild(QScrollArea)
    for size in ((1440, 900), (1366, 768), (1280, 720), (1024, 768)):
        person.window.resize(*size)
        person.settle()
        purpose = form.findChild(QWidget, "task_purpose").isVisible()
        person.type_into("learning_rate", "-5")
        assert "out of range" in person.error("learning_rate")
        person.qtbot.waitUntil(
            lambda: (
                slider.visibleRegion().boundingRect() == slider.rect()
                and not scroll.verticalScrollBar().isVisible()
            )
        )
        person.type_into("learning_rate", "5")
        person.settle()
        assert person.error("learning_rate") == ""
        assert form.findChild(QWidget, "task_purpose").isVisible() is purpose


def test_a_penalty_is_typed_under_the_loss(open_window):
    """The run starts anew with it and the loss says so; a wrong one is refused at the box.

    Undo takes it back.
    """
    person = open_window(Settings("and", learning_rate=1.0), plots="all")
    person.press(KEY.Key_F8)
    assert on_show(person, "l1", "l2") == ["l1", "l2"]
    person.type_into("l2", "0,25")
    assert (person.frame.settings.l2, person.step) == (0.25, 0)
    person.press(KEY.Key_F8)
    weights = person.rows.newest.parameters[:-1]
    assert f"of it penalty {format_number(0.25 * (weights**2).sum())}" in person.reading("loss")
    heading = person.bench.views["loss"].heading
    assert heading.text() == "Loss: binary cross-entropy, mean + L2"
    assert heading.toolTip().startswith("λ₂·Σwᵢ² + mean")
    person.bench.side.bring(person.bench.code)
    assert "penalty = l2 * weights.square().sum()" in person.bench.code.panel.editor.toPlainText()
    person.type_into("l1", "-1")
    assert "from 0 to 1000000" in person.error("l1")
    assert person.frame.settings.l1 == 0.0
    for _ in ("the step", "the penalty"):
        person.press(KEY.Key_Z, CTRL)
    assert person.frame.settings.l2 == 0.0
    person.choose("activation", "step")
    assert on_show(person, "l1", "l2") == (
        [] if person.frame.settings.activation == "step" else ["l1", "l2"]
    )
    # The perceptron brings its rule: it stands under the box, with what counts as a mistake.
    person.begin(Settings("and", learning_rate=0.5, optimizer="momentum"))
    before = person.frame.settings
    person.choose("loss", "perceptron")
    assert person.frame.settings == Settings("and", loss="perceptron")
    note = person.bench.form.more_settings.loss_note
    assert "one sample a step, rate 1, a start at 0" in note.text()
    assert "exactly 0 is a mistake too" in note.text()
    assert person.frame.undo_label == "loss Binary cross-entropy → Perceptron"
    person.press(KEY.Key_Z, CTRL)
    assert person.frame.settings == before
    assert note.isHidden()


def test_what_does_not_go_together_is_said_where_it_was_chosen(open_window):
    """Settings, run and control stay as they are."""
    person = open_window()
    person.press(KEY.Key_F8)
    before, history = person.frame.settings, person.rows.loss.tolist()
    person.choose("activation", "tanh")
    assert "outputs between 0 and 1" in person.error("activation")
    assert person.error("loss") == ""
    assert (person.frame.settings, person.rows.loss.tolist()) == (before, history)
    assert person.combo("activation").currentData() == "sigmoid"
    # The other way round it is said at the loss.
    person.begin(Settings("and", activation="tanh", loss="mse"))
    before = person.frame.settings
    person.choose("loss", "bce")
    assert "outputs between 0 and 1" in person.error("loss")
    assert person.error("activation") == ""
    assert (person.frame.settings, person.combo("loss").currentData()) == (before, "mse")
    # Cross-entropy needs 0 and 1.
    person.begin(Settings())
    person.bench.form.more.set_open(True)
    before = person.frame.settings
    person.choose("coding", "pm1")
    assert "needs classes coded 01" in person.error("coding")
    assert (person.frame.settings, person.combo("coding").currentData()) == (before, "01")
    # Three weights for two inputs: the sentence says how many, and the start stays.
    person.begin(Settings("and", weights=(1.0, 2.0), bias=3.0))
    person.type_into("weights", "1, 2, 3")
    assert "needs 2 numbers" in person.error("weights")
    assert person.find(QLineEdit, "weights").text() == "1, 2"
    assert person.rows.newest.parameters.tolist() == [1.0, 2.0, 3.0]


def test_a_typed_start_and_a_drawn_one(open_window, monkeypatch):
    """Typed weights begin as the present ones, exactly, and can then be changed one by one."""
    person = open_window()
    for _ in range(3):
        person.press(KEY.Key_F8)
    now = person.rows.newest.parameters.tolist()
    person.choose("init", "typed")
    assert (person.step, person.rows.newest.parameters.tolist()) == (0, now)
    assert person.box("bias").value() == now[-1]
    person.type_into("weights", "0,5; -2")
    person.type_into("bias", "0,25")
    assert person.rows.newest.parameters.tolist() == [0.5, -2.0, 0.25]
    assert person.find(QLineEdit, "weights").text() == "0.5, -2"
    person.choose("init", "zeros")
    assert person.rows.newest.parameters.tolist() == [0.0, 0.0, 0.0]
    assert on_show(person, "weights", "bias") == []
    # New draws a seed, shows it, and starts from the weights that seed gives.
    monkeypatch.setattr("neuroviz.ui.bench.change_control.random.randint", lambda low, high: 4711)
    person.begin(Settings())
    person.click("new_seed")
    assert person.box("seed").value() == person.frame.settings.seed == 4711
    drawn = person.rows.newest.parameters.tolist()
    person.type_into("seed", "0")
    assert person.rows.newest.parameters.tolist() != drawn
    person.type_into("seed", "4711")
    assert person.rows.newest.parameters.tolist() == drawn


def test_the_batch_size_has_limits(open_window):
    """From 1 to all samples; all of them is the full batch, which has no order."""
    person = open_window()
    note = person.bench.form.more_settings.batch_note
    assert (person.box("batch_size").value(), note.text()) == (4, "all")
    for text in ("0", "5"):
        person.type_into("batch_size", text)
        assert "from 1 to 4" in person.error("batch_size")
        assert person.frame.settings.batch_size == "full"
        person.press(KEY.Key_Escape)
    person.type_into("batch_size", "3")
    assert (person.frame.settings.batch_size, note.text(), on_show(person, "shuffle")) == (
        3,
        "of 4",
        ["shuffle"],
    )
    person.focus(person.find(QCheckBox, "shuffle"))
    person.press(KEY.Key_Space)
    assert person.frame.settings.shuffle is True
    person.type_into("batch_size", "4")
    assert (person.frame.settings.batch_size, note.text(), on_show(person, "shuffle")) == (
        "full",
        "all",
        [],
    )
    # Half a sample is refused.
    person.type_into("batch_size", "1,5")
    assert "not a whole number" in person.error("batch_size")
    # Another threshold judges the same run. Undo brings the old one back, and leaves the run
    # where it is.
    person.begin(Settings())
    person.bench.form.more.set_open(True)
    person.press(KEY.Key_F8)
    person.type_into("threshold", "0.9")
    assert (person.frame.settings.threshold, person.step) == (0.9, 1)
    assert person.action("undo").text() == "&Undo: threshold 0.5 → 0.9"
    person.press(KEY.Key_Z, CTRL)
    assert (person.frame.settings.threshold, person.step) == (0.5, 1)
    # Classes as −1 and +1 are parted at 0, as 0 and 1 at 0.5. A threshold typed by hand is
    # kept till then.
    person.begin(Settings("and", activation="tanh", loss="mse"))
    person.bench.form.more.set_open(True)
    threshold = person.box("threshold")
    assert threshold.value() == 0.5
    person.type_into("threshold", "0,7")
    assert (person.frame.settings.threshold, threshold.value()) == (0.7, 0.7)
    assert person.choose("coding", "pm1")
    assert (person.frame.settings.coding, threshold.value()) == ("pm1", 0.0)
    assert person.frame.settings.coded_targets.tolist() == [1.0, -1.0, -1.0, -1.0]
    assert person.choose("coding", "01")
    assert (person.frame.settings.coding, threshold.value()) == ("01", 0.5)


def test_hyperparameters_come_and_go_with_their_optimizer(open_window):
    """Each optimizer shows its own numbers with their defaults, and no other's."""
    names = ("momentum", "alpha", "beta1", "beta2", "eps", "weight_decay")
    person = open_window()
    for optimizer in ("sgd", "momentum", "adamw", "rmsprop", "adam", "sgd"):
        person.choose("optimizer", optimizer)
        person.settle()
        wanted = person.frame.settings.hyperparameters
        assert person.frame.settings.optimizer == optimizer
        assert on_show(person, *names) == [name for name in names if name in wanted]
        assert {name: person.box(name).value() for name in wanted} == wanted
    assert not wanted
    # A schedule brings its numbers too.
    person.begin(Settings())
    person.choose("schedule", "cosine")
    person.settle()
    wanted = dict(person.frame.settings.hyperparameters)
    assert wanted
    assert on_show(person, *wanted) == list(wanted)
    person.choose("schedule", "constant")
    person.settle()
    assert on_show(person, *wanted) == []
    # Nothing is cut at the right, and nothing can be pushed aside.
    person.begin(Settings())
    scroll = person.bench.findChild(QScrollArea)
    for task in ("and", "spam"):
        person.begin(Settings(task))
        person.settle()
        assert scroll.widget().width() <= scroll.viewport().width()


def test_an_error_goes_with_what_it_is_about_and_numbers_are_taken(open_window):
    """Escape, and leaving a box whose error was read, take the sentence away."""
    person = open_window()
    for name, bad in (("learning_rate", "-1"), ("until_loss", "few"), ("batch_size", "0")):
        for leave in (KEY.Key_Escape, KEY.Key_Tab):
            person.type_into(name, bad)
            assert person.error(name)
            person.press(leave)
            assert person.error(name) == ""
    # Tab takes the keyboard away and brings the number back: the sentence is still to be read.
    person.begin(Settings())
    person.type_into("batch_size", "0", KEY.Key_Tab)
    assert "from 1 to 4" in person.error("batch_size")
    person.focus(person.box("batch_size"))
    assert person.error("batch_size") == ""
    # Where a mark can be of nothing but thousands the number is taken; else it is said why
    # not.
    person.begin(Settings(learning_rate=1.0))
    for box, text, held, said in (
        ("epochs", "20,000", 20_000, ""),
        ("epochs", "30 000", 30_000, ""),
        ("epochs", "20.000", 30_000, "'20.000' can be read in two ways: write 20000 or 20."),
        ("seed", "1,234", 1234, ""),
        ("learning_rate", "10,000", 1.0, "'10,000' can be read in two ways: write 10000 or 10."),
    ):
        person.type_into(box, text)
        assert person.box(box).value() == held
        assert person.error(box) == said
    # What is typed moves the slider, what is slid is in the box; outside its range the number
    # is kept.
    person.begin(Settings())
    slider, box = person.bench.form.ruler.slider, person.box("learning_rate")
    person.type_into("learning_rate", "0.01")
    low = slider.value()
    person.type_into("learning_rate", "10")
    assert slider.value() > low
    person.focus(slider)
    person.press(KEY.Key_Right)
    assert box.value() == person.frame.settings.learning_rate == slider.number()
    assert box.value() > 10
    person.type_into("learning_rate", "1e9")
    assert slider.value() == slider.maximum()
    assert box.value() == person.frame.settings.learning_rate == 1e9
    # The letter selects the text each time, and with what cannot be read nothing begins.
    for typed in ("0.07", "0.03", "0.1.5"):
        person.press(KEY.Key_G, Qt.KeyboardModifier.AltModifier)
        person.qtbot.keyClicks(box, typed)
        assert box.text() == typed
    for key, modifier in ((KEY.Key_Space, NO_KEY), (KEY.Key_F8, NO_KEY), (KEY.Key_R, CTRL)):
        person.press(key, modifier)
        assert (person.bench.player.running, person.step, box.text()) == (False, 0, "0.1.5")
        assert "decimal mark" in person.error("learning_rate")


def test_what_an_optimizer_had_is_gone_at_once(open_window):
    """Not only when Qt finds the time to delete it."""
    person = open_window(Settings(optimizer="adam"))
    person.bench.form.more.set_open(True)
    old = person.bench.findChild(QWidget, "beta1")
    assert old.isVisible()
    person.bench.form.show_settings(Settings())
    assert not old.isVisible()
