"""The code panel: the present experiment as a torch script.

The lines of the part that just ran are lit.
"""

from __future__ import annotations

import keyword
import re

from PySide6.QtCore import Signal
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QShowEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPlainTextEdit,
    QTextEdit,
    QToolButton,
    QWidget,
)

from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.script.parts import needs_file
from neuroviz.core.script.script import STYLES, Script, script
from neuroviz.session.frame import Frame
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.theme.parts import STRETCH, in_column, in_row, named, small_button

_QUOTES = '"""'
_TOKEN = re.compile(
    r"""(?P<comment>\#.*)
    |(?P<string>"[^"]*"|'[^']*')
    |(?P<number>(?<![\w.])\d[\d_]*(?:\.\d*)?(?:e[+-]?\d+)?)
    |(?P<keyword>\b(?:KEYWORDS)\b)""".replace("KEYWORDS", "|".join(keyword.kwlist)),
    re.VERBOSE,
)
_OUTSIDE = 0
_INSIDE = 1


def code_colours(theme: Theme) -> dict[str, str]:
    """Return the colour of each kind of word; orange and blue are kept for the classes."""
    return {
        "comment": theme.muted,
        "string": theme.good.text,
        "number": theme.series[1],
        "keyword": theme.accent,
    }


class PythonHighlighter(QSyntaxHighlighter):
    """Colours the Python of a document."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._take_colours()
        themes.notifier.changed.connect(self._take_colours)

    def _take_colours(self) -> None:
        self._formats = {name: _format(colour) for name, colour in code_colours(themes.now).items()}
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        """Colour one line; a text in triple quotes may go on over several lines."""
        inside = self.previousBlockState() == _INSIDE
        if inside or text.startswith(_QUOTES):
            self.setFormat(0, len(text), self._formats["string"])
            ends = (text.count(_QUOTES) + inside) % 2 == 0
            self.setCurrentBlockState(_OUTSIDE if ends else _INSIDE)
            return
        self.setCurrentBlockState(_OUTSIDE)
        for found in _TOKEN.finditer(text):
            self.setFormat(
                found.start(), found.end() - found.start(), self._formats[found.lastgroup or ""]
            )


def _format(colour: str) -> QTextCharFormat:
    result = QTextCharFormat()
    result.setForeground(QColor(colour))
    return result


_SHARE = 3  # a lit line that was scrolled away is put at a third of the height


class CodePanel(QWidget):
    """The script, a choice of how it is written, and buttons to copy and save it."""

    save_asked = Signal()
    """The script on show is to be saved."""
    style_changed = Signal(str)
    """Another way of writing was chosen; its name in STYLES."""
    reported = Signal(str)
    """What was done, in a sentence."""

    _script: Script | None = None
    _wanted: tuple[Settings, tuple[Edit, ...]] | None = None
    _written: tuple[Settings, tuple[Edit, ...], str] | None = None
    _phase: str | None = None

    def __init__(self) -> None:
        super().__init__()
        self._build()
        self._highlighter = PythonHighlighter(self.editor.document())
        themes.notifier.changed.connect(self._paint)

    def show_frame(self, frame: Frame) -> None:
        """Write the script again if the settings or edits have changed.

        It covers as many epochs as the controls show.
        """
        self._wanted = frame.settings_at_start, frame.edits
        if self.isVisible():
            self._write()
        self.light(frame.phase)

    show_new = show_frame

    def light(self, phase: str | None) -> None:
        """Light the lines of the part of a step that just ran, and scroll them into view.

        With None no line is lit.
        """
        if phase == self._phase:
            return
        self._phase = phase
        self._paint()
        self._bring_into_sight()

    @property
    def style_name(self) -> str:
        """The way in which it is written, a name in STYLES."""
        return next(name for name, button in self._ways.items() if button.isChecked())

    def set_style(self, name: str) -> None:
        """Write it in another way; an unknown name is ignored."""
        if name in self._ways:
            self._ways[name].click()

    def showEvent(self, event: QShowEvent) -> None:
        """Write what has changed while it was hidden, and show what just ran."""
        super().showEvent(event)
        self._write()
        # Without this the editor does not know yet how many lines are visible.
        self._rows.activate()
        self._bring_into_sight()

    # --- building ---------------------------------------------------------------------------------

    def _build(self) -> None:
        self.editor = named(QPlainTextEdit(readOnly=True), "code", "The experiment as torch code")
        self.editor.setFont(themes.code_font())
        self.editor.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.editor.setTabChangesFocus(True)
        self.editor.setCornerWidget(QWidget())  # without it the style draws a grip there
        parts = self._head(), (self.editor, 1)
        self._rows = in_column(*parts, within=self)

    def _head(self) -> QHBoxLayout:
        self._group = QButtonGroup(self)
        self._ways: dict[str, QToolButton] = {}
        for name, style in STYLES.items():
            tip = f"Write it with {style.label}"
            button = small_button(f"code_{name}", style.label, tip, choice=True)
            self._ways[name] = button
            self._group.addButton(button)
        next(iter(self._ways.values())).setChecked(True)
        self._group.buttonClicked.connect(self._on_style_clicked)
        tip = "Copy the whole script"
        copy = small_button("copy_code", "Copy", tip, clicked=self._on_copy_clicked)
        tip = "Save the script as .py or as a notebook"
        save = small_button("save_code", "Save…", tip, clicked=self.save_asked)
        return in_row(*self._ways.values(), STRETCH, copy, save, spacing=4)

    # --- writing ----------------------------------------------------------------------------------

    def _write(self) -> None:
        """Write the script if it has changed."""
        if self._wanted is None or (*self._wanted, self.style_name) == self._written:
            return
        self._written = (*self._wanted, self.style_name)
        settings, edits, style = self._written
        self._script = script(settings, edits, style=style)
        self._replace("\n".join(line.text for line in self._script.lines))
        self._paint()

    def _replace(self, text: str) -> None:
        """Set the text without scrolling."""
        bars = (self.editor.verticalScrollBar(), self.editor.horizontalScrollBar())
        values = [bar.value() for bar in bars]
        self.editor.setPlainText(text)
        for bar, value in zip(bars, values, strict=True):
            bar.setValue(value)

    # --- colours ----------------------------------------------------------------------------------

    def _paint(self) -> None:
        """Set the background of the lines of the part that ran."""
        self.editor.setExtraSelections([*map(self._mark, self._lit())])

    def _lit(self) -> list[int]:
        if self._phase is None or self._script is None:
            return []
        return [
            number for number, line in enumerate(self._script.lines) if line.phase == self._phase
        ]

    def _mark(self, line: int) -> QTextEdit.ExtraSelection:
        mark = QTextEdit.ExtraSelection()
        mark.cursor = QTextCursor(self.editor.document().findBlockByNumber(line))
        mark.format.setBackground(QColor(themes.now.selected))
        mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
        return mark

    def _bring_into_sight(self) -> None:
        lit = self._lit()
        bar = self.editor.verticalScrollBar()
        if not lit:
            return
        seen = self.editor.viewport().height() // self.editor.fontMetrics().lineSpacing()
        if not bar.value() <= lit[0] <= lit[-1] < bar.value() + seen:
            bar.setValue(max(0, lit[0] - seen // _SHARE))

    # --- what a person does -----------------------------------------------------------------------

    def _on_style_clicked(self) -> None:
        self._write()
        self.style_changed.emit(self.style_name)

    def _on_copy_clicked(self) -> None:
        if self._script is not None:
            QGuiApplication.clipboard().setText(self._script.text)
            assert self._written is not None
            left_out = ", without its data: Save writes them beside it"
            data = left_out if needs_file(self._written[0]) else ""
            self.reported.emit(f"The script is on the clipboard{data}.")
