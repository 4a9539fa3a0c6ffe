from typing import Any


def test_both_tables_are_seen_one_above_the_other(open_window: Any) -> None:
    """With their titles, in the column that is in front at first."""
    person = open_window()
    person.window.resize(1440, 900)
    person.settle()
    upper, lower = person.table("predictions"), person.table("weights")
    assert upper.isVisible()
    assert lower.isVisible()
    assert upper.mapTo(person.window, upper.rect().bottomLeft()).y() < lower.mapTo(
        person.window, lower.rect().topLeft()
    ).y()  # fmt: skip
