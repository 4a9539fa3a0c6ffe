import pytest

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.edits import Edit, editable, in_order, parse_edit, split
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer
from tests.for_each import for_each


@for_each("schedule", SCHEDULES)
@for_each("optimizer", OPTIMIZERS)
def test_what_can_change_is_the_rate_and_the_chosen_rows_own(optimizer, schedule):
    """The learning rate first, then the optimizer's numbers, then the schedule's.

    Nothing else.
    """
    names = list(editable(Settings(optimizer=optimizer, schedule=schedule)))
    own = (*OPTIMIZERS[optimizer].hyperparameters, *SCHEDULES[schedule].hyperparameters)
    assert names == ["learning_rate", *[row.name for row in own]]


def test_edits_stand_in_the_order_of_their_steps():
    """A new one goes to its place; those of one step keep the order they were made in."""
    settings = Settings(optimizer="momentum")
    edits = ()
    for step, name, value in (
        (9, "learning_rate", 1),
        (3, "momentum", 0.5),
        (9, "momentum", 0.6),
        (3, "learning_rate", 2),
    ):
        edits = in_order(settings, (*edits, Edit(step, name, value)))
    assert [(edit.step, edit.name) for edit in edits] == [
        *((3, "momentum"), (3, "learning_rate")),
        *((9, "learning_rate"), (9, "momentum")),
    ]
    assert all(isinstance(edit.value, float) for edit in edits)


def test_an_edit_replaces_one_of_the_same_step_and_name():
    """The last word at a step counts; other steps and names stay."""
    edits = (Edit(3, "learning_rate", 1.0), Edit(4, "learning_rate", 2.0))
    assert in_order(Settings(), (*edits, Edit(3, "learning_rate", 7))) == (
        Edit(3, "learning_rate", 7.0),
        Edit(4, "learning_rate", 2.0),
    )
    assert edits[0].value == 1.0


@pytest.mark.parametrize(
    ("edit", "field", "sentence"),
    [
        (
            Edit(3, "momentum", 0.5),
            "edit",
            "momentum cannot change in mid-run; in this run these can: learning_rate.",
        ),
        (
            Edit(3, "seed", 1),
            "edit",
            "seed cannot change in mid-run; in this run these can: learning_rate.",
        ),
        (
            Edit(3, "learning_rate", -1),
            "learning_rate",
            "learning_rate must be a number from 1e-12 to ",
        ),
    ],
)
def test_what_cannot_be_edited_is_refused(edit, field, sentence):
    """The sentence lists what can change, or the range."""
    with pytest.raises(SettingsError) as refusal:
        in_order(Settings(), (edit,))
    assert str(refusal.value).startswith(sentence)
    assert refusal.value.field == field


def test_edits_at_step_0_are_a_change_of_settings():
    """They move into the settings, the others stay.

    Without any the settings stay the same object.
    """
    settings = Settings(optimizer="momentum")
    edits = [Edit(5, "momentum", 0.2), Edit(0, "momentum", 0.5), Edit(0, "learning_rate", 3)]
    changed, rest = split(settings, edits)
    assert changed == Settings(optimizer="momentum", momentum=0.5, learning_rate=3)
    assert rest == (Edit(5, "momentum", 0.2),)
    assert split(settings, rest) == (settings, rest)
    one, two = Trainer(settings, edits), Trainer(changed, rest)
    for trainer in (one, two):
        trainer.advance(10)
    assert one.history.newest.parameters.tolist() == two.history.newest.parameters.tolist()


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        ("500:learning_rate=0.1", Edit(500, "learning_rate", 0.1)),
        ("0:lr=1e-3", Edit(0, "learning_rate", 1e-3)),
        ("7:weight-decay=0,5", Edit(7, "weight_decay", 0.5)),
        (" 7 : beta1 = 0.5 ", Edit(7, "beta1", 0.5)),
    ],
)
def test_an_edit_can_be_typed(text, edit):
    """STEP:NAME=VALUE, with lr for the learning rate, dashes, spaces and either decimal mark."""
    assert parse_edit(text) == edit


@for_each(
    "text",
    [
        "",
        "500",
        "500:lr",
        "lr=0.1",
        ":lr=1",
        "-1:lr=1",
        "1.5:lr=1",
        "5:lr=",
        "x:lr=1",
    ],
)
def test_what_is_no_edit_is_refused_with_the_form(text):
    """The sentence quotes the text and shows an example."""
    with pytest.raises(SettingsError) as refusal:
        parse_edit(text)
    expected = f"{text!r} is not an edit: write STEP:NAME=VALUE, as in 500:learning_rate=0.1."
    assert str(refusal.value) == expected
    assert refusal.value.field == "edit"


@pytest.mark.parametrize("value", ["x", "nan", "1,2,3"])
def test_of_an_edit_whose_value_is_no_number_that_is_said(value):
    """It has the form of an edit."""
    with pytest.raises(
        SettingsError, match=f"'{value}' (is not a number|has more than)"
    ) as refusal:
        parse_edit(f"5:lr={value}")
    assert refusal.value.field == "edit"


@pytest.mark.parametrize("step", ["9" * 5_000, "9" * 4_000, "1" + "0" * 15])
def test_a_step_beyond_any_run_is_refused(step):
    """However many digits it has, the sentence is one that can be read, and says what would do."""
    with pytest.raises(SettingsError, match="write a step below 1e15") as refusal:
        parse_edit(f"{step}:lr=1")
    assert len(str(refusal.value)) < 200
    assert refusal.value.field == "edit"


def test_zeros_before_a_step_do_not_count():
    """A step is its value, not its length; the greatest is one below the limit."""
    assert parse_edit(f"{'0' * 5_000}7:lr=1").step == 7
    assert parse_edit(f"{'0' * 5_000}:lr=1").step == 0
    assert parse_edit(f"{'9' * 15}:lr=1").step == 10**15 - 1


@pytest.mark.parametrize("value", [0.1, 1 / 3, 1e-12, 5e11, 3.0])
def test_an_edit_s_text_reads_back_to_the_same_bits(value):
    """Str and parse_edit are inverse."""
    edit = Edit(12, "learning_rate", value)
    assert parse_edit(str(edit)) == edit
