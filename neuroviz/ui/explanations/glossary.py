"""The glossary: a window with every term, to search and to read."""

from __future__ import annotations

import html
from collections.abc import Callable

from PySide6.QtCore import QSize, QUrl
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QTextBrowser, QWidget

from neuroviz.core.glossary import Term
from neuroviz.files.glossary import load_glossary
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import (
    SearchLine,
    in_column,
    in_row,
    named,
    show_text,
    text_label,
    to_front,
)
from neuroviz.ui.theme.read_aloud import announce

_SIZE = (760, 520)
_LIST = 232
_ROW = 26
"""Height of a row of the list in pixels."""

Paragraphs = Callable[[Term], list[tuple[str, str]]]


class GlossaryWindow(QDialog):
    """A list with a search line, and the chosen term; it stays open beside the window.

    Parameters
    ----------
    paragraphs
        Returns what is said of a term at this moment: role in the style sheet, and text.
    """

    _see: tuple[str, ...] = ()

    def __init__(self, paragraphs: Paragraphs, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("glossary")
        self.setWindowTitle("Glossary")
        self.resize(*_SIZE)
        self._glossary = load_glossary()
        self._paragraphs = paragraphs
        self.terms = named(QListWidget(), "glossary_terms", "Terms")
        self.search = SearchLine("glossary_search", self.terms)
        self.search.setAccessibleName("Search the glossary")
        self.search.setPlaceholderText("Search a word or a symbol")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._on_searched)
        self._items: dict[str, QListWidgetItem] = {}
        for name in sorted(self._glossary, key=str.casefold):
            item = self._items[name] = QListWidgetItem(name, self.terms)
            item.setSizeHint(QSize(0, _ROW))  # the style knows nothing of the sheet's padding
        self.terms.currentItemChanged.connect(self._on_chosen)
        page = QTextBrowser(openLinks=False)
        self.page = named(page, "glossary_page", "The term and what it means")
        self.page.anchorClicked.connect(self._on_link)
        self.nothing = text_label("glossary_nothing", "muted", wrap=True)
        self.nothing.hide()
        self._place()
        themes.notifier.changed.connect(self.refresh)

    def open_at(self, name: str) -> None:
        """Come to the front, at a term if one is named, else, for "", where it was."""
        self.search.clear()
        if name:
            self._choose(name)
        elif self.terms.currentItem() is None:
            self.terms.setCurrentRow(0)
        else:
            self._show(self.terms.currentItem())  # with the numbers of this moment
        to_front(self)
        self.search.setFocus()

    def refresh(self) -> None:
        """Show another moment's numbers, without scrolling the page."""
        item = self.terms.currentItem()
        if item is not None and self.isVisible():
            at = self.page.verticalScrollBar().value()
            self._show(item)
            self.page.verticalScrollBar().setValue(at)

    def _place(self) -> None:
        left = in_column(self.search, self.nothing, (self.terms, 1), spacing=themes.GRID)
        for widget in (self.search, self.nothing, self.terms):
            widget.setFixedWidth(_LIST)
        gap = 2 * themes.GRID
        in_row(left, (self.page, 1), within=self, spacing=gap, margins=(gap,) * 4)

    def _choose(self, name: str) -> None:
        item = self._items[name]
        if item is self.terms.currentItem():
            self._show(item)
        self.terms.setCurrentItem(item)
        self.terms.scrollToItem(item)

    def _on_searched(self, word: str) -> None:
        """Show only the terms that fit; if none does, say which are near."""
        found = self._fitting(word.strip())
        for name, item in self._items.items():
            item.setHidden(name not in found)
        near = [] if found else self._glossary.nearest(word)
        said = f" Near: {', '.join(near)}." if near else ""
        show_text(self.nothing, "" if found else f"No term is spelled like that.{said}")
        if not found:
            announce(self.search, self.nothing.text())
        best = self._glossary.find(word)
        if best is not None:
            self._choose(best.name)
        elif found and self.terms.currentItem() is not None and self.terms.currentItem().isHidden():
            self.terms.setCurrentItem(
                next(item for name, item in self._items.items() if name in found)
            )

    def _fitting(self, word: str) -> set[str]:
        """Return the names of the terms that have a word in a spelling or in their text."""
        folded = word.casefold()
        exact = self._glossary.find(word)
        return {
            term.name
            for term in self._glossary.values()
            if term is exact
            or any(folded in text.casefold() for text in (*term.spellings, term.text))
        }

    def _on_chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._show(item)

    def _show(self, item: QListWidgetItem) -> None:
        term = self._glossary[item.text()]
        parts = [f"<h3>{html.escape(term.name)}</h3>"]
        others = [spelling for spelling in term.spellings if spelling != term.name]
        if others:
            parts.append(self._paragraph("muted", f"also: {', '.join(others)}"))
        parts += [self._paragraph(*paragraph) for paragraph in self._paragraphs(term)]
        if term.see:
            links = (
                f'<a href="{index}">{html.escape(name)}</a>' for index, name in enumerate(term.see)
            )
            parts.append(f"<p>See also: {', '.join(links)}</p>")
        self._see = term.see
        self.page.setHtml("".join(parts))

    def _on_link(self, link: QUrl) -> None:
        self.search.clear()
        self._choose(self._see[int(link.toString())])

    def _paragraph(self, role: str, text: str) -> str:
        muted = self.palette().placeholderText().color().name()
        small = f"color: {muted}; font-size: {themes.point_size() - 1:g}pt"
        style = {"muted": small, "formula": "margin-left: 16px"}.get(role, "")
        written = html.escape(text).replace("\n", "<br>")
        return f'<p style="{style}">{written}</p>'
