from typing import Any

from PySide6.QtWidgets import QTabBar


def test_side_by_side_where_there_is_room(open_window: Any) -> None:
    """In a very wide window both tables are seen and there are no tabs; in a narrow one a tab chooses."""
    person = open_window()
    tables = [person.table("predictions"), person.table("weights")]
    tabs = person.find(QTabBar, "tables")
    person.window.resize(1920, 1000)
    person.settle()
    wide = [table.isVisible() for table in tables], tabs.isVisible()
    person.window.resize(1024, 768)
    person.settle()
    narrow = [table.isVisible() for table in tables], tabs.isVisible()
    tabs.setCurrentIndex(1)

    assert wide == ([True, True], False)
    assert narrow == ([True, False], True)
    assert [table.isVisible() for table in tables] == [False, True]
