"""How a table is written, as it was understood, each part to be corrected."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from neuroviz.files.data.form import DECIMALS, SEPARATORS, Form, Wishes
from neuroviz.ui.controls.choice_box import ChoiceBox
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import caption, wrapped_label

_ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1")
_HEADERS = {"names": "holds the names", "data": "is data already"}
_CAPTIONS = {
    "separator": "Separator",
    "decimal": "Decimal mark",
    "encoding": "Encoding",
    "header": "First row",
    "sheet": "Sheet",
}


class FormChoices(QWidget):
    """A box for each part of the form; object names are ``import_separator`` and so on."""

    changed = Signal()
    """A person has corrected something: the table is to be read again with :meth:`wishes`."""

    def __init__(self) -> None:
        super().__init__()
        self._wishes: dict[str, str] = {}
        labels = {
            "separator": {letter: name.capitalize() for letter, name in SEPARATORS.items()},
            "decimal": {mark: name.capitalize() for mark, name in DECIMALS.items()},
            "encoding": {name: name for name in _ENCODINGS},
            "header": _HEADERS,
            "sheet": {},
        }
        self.boxes = {name: self._box(name, choices) for name, choices in labels.items()}
        self._captions = {name: caption(text) for name, text in _CAPTIONS.items()}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(themes.GRID)
        grid.setVerticalSpacing(2)
        for column, (name, box) in enumerate(self.boxes.items()):
            grid.addWidget(self._captions[name], 0, column)
            grid.addWidget(box, 1, column)
        self.doubt = wrapped_label("import_doubt", "muted")
        self.doubt.hide()
        grid.setColumnStretch(len(self.boxes), 1)  # what is hidden leaves no gap between the others
        grid.addWidget(self.doubt, 2, [*self.boxes].index("decimal"), 1, -1)

    def _box(self, name: str, labels: dict[str, str]) -> ChoiceBox:
        box = ChoiceBox(labels)
        box.setObjectName(f"import_{name}")
        box.setAccessibleName(_CAPTIONS[name])
        box.setMinimumContentsLength(13 if name == "header" else 9)
        box.chosen.connect(self._on_chosen)
        return box

    def forget(self) -> None:
        """Want nothing any more: another table is to come."""
        self._wishes = {}

    def show_form(self, form: Form) -> None:
        """Show how a table was understood; what its kind does not have is hidden."""
        values = {
            "separator": form.separator,
            "decimal": form.decimal,
            "encoding": form.encoding,
            "header": "names" if form.header else "data",
            "sheet": form.sheet,
        }
        self.doubt.setText(form.doubt)
        self.doubt.setVisible(bool(form.doubt))
        for sheet in form.sheets:
            self._offer("sheet", sheet)
        for name, value in values.items():
            if value is not None:
                self._offer(name, value)
                self.boxes[name].set_name(value)
            for part in (self.boxes[name], self._captions[name]):
                part.setVisible(value is not None)

    def _offer(self, name: str, value: str) -> None:
        """Have a value in a box, also one that is not usual."""
        box = self.boxes[name]
        if box.findData(value) < 0:
            blocked = box.blockSignals(True)
            box.addItem(value, value)
            box.blockSignals(blocked)

    def wishes(self) -> Wishes:
        """Return what is not to be found but taken as a person said."""
        said = self._wishes
        return Wishes(
            encoding=said.get("encoding"),
            separator=said.get("separator"),
            decimal=said.get("decimal"),
            header=None if "header" not in said else said["header"] == "names",
            sheet=said.get("sheet"),
        )

    def _on_chosen(self, value: str) -> None:
        name = self.sender().objectName().removeprefix("import_")
        self._wishes[name] = value
        self.changed.emit()
