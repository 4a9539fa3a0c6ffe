"""The card: where it stands, what it says, and that it is in nobody's way."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QListWidget,
    QTextBrowser,
    QToolButton,
    QToolTip,
    QWidget,
)
from shiboken6 import isValid

from neuroviz.core.choices.settings import Settings
from neuroviz.core.numbers import measured
from neuroviz.files.glossary import load_glossary
from neuroviz.ui.explanations.card import ExplanationCard, room_for
from neuroviz.ui.explanations.explainer import whole
from neuroviz.ui.explanations.places import place_at, places_in
from neuroviz.ui.theme.colours import DARK, LIGHT
from tests.ui.person import KEY, LEFT, NO_KEY, SHIFT, plain_tooltip, rest_on

GLOSSARY = load_glossary()


def rest(widget, point=None):
    """Let the pointer come and rest there."""
    place = point or widget.rect().center()
    everywhere = QPointF(widget.mapToGlobal(place))
    QApplication.sendEvent(widget, QEnterEvent(QPointF(place), everywhere, everywhere))
    rest_on(widget, place)


def leave(widget):
    """Take the pointer away."""
    QApplication.sendEvent(widget, QEvent(QEvent.Type.Leave))


def said(card):
    """Return all that a card says."""
    return "\n".join(label.text() for label in card.findChildren(QLabel))


@pytest.fixture
def line(open_window):
    """Open the line at its start, with its curvature."""
    person = open_window(Settings("line"), plots="kept")
    person.bench.form.more_settings.sections[0].set_open(True)
    person.settle()
    return person


def test_a_caption_explains_itself_with_the_numbers_of_now(line):
    """The sentences of the table, and the figure that stands beside the caption.

    Formula and source, and what its letters are called, wait behind More.
    """
    caption = line.find(QLabel, "condition_number_caption")
    line.bench.form.more.set_open(True)
    line.reveal(caption)
    rest(caption)
    card = line.window.explainer.card
    term = GLOSSARY["condition number"]
    plain, more = (term.text, line.text("condition_number")), (term.formula, term.sources[0])
    assert all(text in said(card) for text in plain)
    assert not any(text in said(card) for text in more)
    assert not QToolTip.isVisible()
    line.click("explanation_more")
    page = line.find(QTextBrowser, "glossary_page").toPlainText()
    letters = "λmax: the greatest curvature, λmin: the least curvature above 0"
    assert all(text in page for text in (*plain, *more, letters))
    alone = "θ: all parameters, η: the learning rate, λ: the weight decay"
    assert ("muted", alone) in whole(GLOSSARY["weight decay"], None)


def test_a_state_of_the_run_is_told_with_its_cause(line):
    """And another state, in which the run is not, without."""
    line.type_into("learning_rate", "0.07")
    line.bench.session.advance(20)
    line.bench.frame_dispatcher.new()
    line.settle()
    sentence = line.find(QLabel, "sentence")
    for word, is_so in (("diverging", True), ("saturated", False)):
        sentence.setText(word)
        rest(sentence, places_in(sentence)[0].rect.center())
        told = said(line.window.explainer.card)
        assert ("This run: " in told) == is_so
        cause = told.partition("This run: ")[2]
        assert ("earning rate 0.07 is above the limit 0.06256" in cause) == is_so
    assert "jumps past the lowest place and lands higher" in GLOSSARY["diverging"].text


def test_a_word_has_one_card_and_what_is_no_term_keeps_its_tooltip(line):
    """Of a control with what it does and what its word means; of a sentence for each term.

    The line under a term is there only under the pointer, and the label keeps its size.
    """
    explainer = line.window.explainer
    part = line.find(QToolButton, "part_backward")
    rest(part)
    assert part.toolTip() in said(explainer.card)
    assert GLOSSARY["backward pass"].text in said(explainer.card)
    assert not QToolTip.isVisible()
    sentence = line.find(QLabel, "sentence")
    sentence.setText("The loss fell in the last epoch.")
    loss, epoch = places_in(sentence)
    for place, name in ((loss, "loss"), (epoch, "epoch")):
        rest(sentence, place.rect.center())
        assert explainer.card.name == name
    sentence.setText(
        "The loss fell, and it fell, and it fell, and it fell, and it fell in this epoch."
    )
    between = places_in(sentence)[0].rect.center() + QPoint(120, 0)
    assert place_at(sentence, between) is None
    caption = line.find(QLabel, "condition_number_caption")
    size = caption.size()
    rest(caption)
    (dots,) = caption.findChildren(QLabel, "term_underline")
    assert dots.width() == pytest.approx(
        caption.fontMetrics().horizontalAdvance(caption.text()), abs=2
    )
    assert caption.size() == size
    leave(caption)
    assert all(dots.isHidden() for dots in caption.findChildren(QLabel, "term_underline"))
    explainer.hide()
    close = line.window.bench.neuron.enlarge
    rest(close)
    line.qtbot.waitUntil(lambda: plain_tooltip() == close.toolTip() or explainer.card is not None)
    assert plain_tooltip() == close.toolTip() or "neuron" in said(explainer.card)
    QToolTip.hideText()


def test_lines_follow_a_sentence_that_changes_under_the_pointer(line):
    """They stand under the terms that are there now."""
    line.bench.form.ruler.be_silent(True)  # whose curve has the sentence said anew
    sentence = line.find(QLabel, "sentence")
    sentence.setText("The loss.")
    rest(sentence)
    sentence.setText("Here the gradient and the epoch.")

    def lines():
        return [
            dots for dots in sentence.findChildren(QLabel, "term_underline") if dots.isVisible()
        ]

    line.qtbot.waitUntil(lambda: len(lines()) == 2)
    assert [dots.x() for dots in lines()] == [place.rect.x() for place in places_in(sentence)]


def test_card_and_glossary_follow_a_run_that_goes_on(line):
    """Their numbers are those of now, and when nothing is open nothing is asked any more."""
    explainer = line.window.explainer
    line.action("glossary").trigger()
    search = line.find(QLineEdit, "glossary_search")
    search.insert("loss")
    # The window that it leaves has no card any more.
    line.qtbot.waitUntil(search.window().isActiveWindow)
    rest(
        next(
            label
            for label in line.window.bench.transport.findChildren(QLabel)
            if label.text() == "Loss"
        )
    )
    line.window.bench.run_control.step()
    line.qtbot.waitUntil(lambda: line.frame.step == 1)
    now = f"Now it is {measured(line.frame.current_loss)} "
    line.qtbot.waitUntil(lambda: now in said(explainer.card))
    line.qtbot.waitUntil(lambda: now in line.find(QTextBrowser, "glossary_page").toPlainText())
    explainer.hide()
    leave(explainer._underline.owner)
    search.window().close()
    line.qtbot.waitUntil(lambda: not explainer._pace.isActive())


def test_a_card_is_in_nobody_s_way(line):
    """Not in that of a click, which works at once, nor in that of the diagram that it explains."""
    part = line.find(QToolButton, "part_forward")
    rest(part)
    assert line.window.explainer.card is not None
    line.click("part_forward")
    assert line.window.explainer.card is None
    assert line.frame.phase == "forward"
    # It waits a moment for the way; then it is gone.
    caption = line.find(QLabel, "condition_number_caption")
    rest(caption)
    explainer = line.window.explainer
    leave(caption)
    rest(explainer.card)
    assert explainer.card is not None
    assert not explainer._grace.isActive()
    leave(explainer.card)
    line.qtbot.waitUntil(lambda: explainer.card is None)
    # The card of a number stands beside the diagram and not over it.
    diagram = line.window.bench.neuron.diagram
    line.window.bench.look_control.pick(0)
    line.settle()
    viewport = diagram.viewport()
    rest(viewport, diagram.place_of(("weight", 0)).toPoint())
    card = line.window.explainer.card
    place = QRect(viewport.mapTo(line.window, QPoint(0, 0)), viewport.size())
    assert card.name == "weight"
    assert not card.geometry().intersects(place)
    # A slider that a card covers is dragged all the same, and the card is gone.
    slider = line.window.bench.form.ruler.slider
    rate = slider.number()
    rest(line.find(QLabel, "condition_number_caption"))
    card = line.window.explainer.card
    card.move(slider.mapTo(line.window, QPoint(0, -card.height() // 2)))
    handle = line.window.windowHandle()
    left = LEFT
    here, there = (slider.mapTo(line.window, QPoint(x, slider.height() // 2)) for x in (90, 150))
    assert card.geometry().contains(here)
    QTest.mousePress(handle, left, NO_KEY, here)
    assert line.window.explainer.card is None
    pressed = slider.number()
    assert pressed != rate
    QTest.mouseMove(handle, there)
    line.qtbot.waitUntil(slider.isSliderDown)
    line.qtbot.waitUntil(lambda: slider.number() > pressed)
    QTest.mouseRelease(handle, left, NO_KEY, there)
    assert not slider.isSliderDown()
    assert line.frame.settings.learning_rate == pytest.approx(slider.number())
    line.qtbot.waitUntil(lambda: not isValid(card))


def test_the_keyboard_asks_with_shift_f1_and_gets_back_where_it_was(line):
    """And Enter on More opens the glossary there."""
    box = line.box("learning_rate")
    line.focus(box)
    line.press(KEY.Key_F1, SHIFT)
    explainer = line.window.explainer
    assert explainer.card.name == "learning rate"
    assert explainer.card.more.hasFocus()
    line.press(KEY.Key_Escape)
    assert explainer.card is None
    line.qtbot.waitUntil(lambda: box.hasFocus() or box.lineEdit().hasFocus())
    assert box.value() == 0.001
    # The one that has the keyboard.
    diagram = line.window.bench.neuron.diagram
    line.focus(diagram)
    line.press(KEY.Key_Tab)
    line.press(KEY.Key_F1, SHIFT)
    assert line.window.explainer.card.name == "loss"
    # All of it in sight or a part: its card stands in the plot's window.
    line.bench.grid.bring("loss")
    plot = line.plot("loss")
    for zoomed in (False, True):
        explainer.hide()
        line.focus(plot)
        if zoomed:
            plot.box.setXRange(0, 1)
            plot.following = False
        line.press(KEY.Key_F1, SHIFT)
        assert explainer.card.parentWidget() is line.window
        assert explainer.card.name == "loss"
    explainer.hide()
    # Over an open list no card can be pressed.
    box = line.combo("optimizer")
    line.reveal(box)
    box.showPopup()
    view = box.view()
    line.qtbot.waitUntil(view.isVisible)
    place = view.visualRect(box.model().index(box.findData("adam"), 0)).center()
    rest(view.viewport(), place)
    assert GLOSSARY["Adam"].text in " ".join(plain_tooltip().split())
    QToolTip.hideText()
    box.hidePopup()
    # With the keyboard in the line where one searches.
    line.window.setFocus()
    line.press(KEY.Key_F1, SHIFT)
    line.qtbot.waitUntil(line.find(QLineEdit, "glossary_search").isVisible)


def test_the_glossary_is_searched_and_goes_from_term_to_term(line):
    """By a symbol, by a word of a sentence; a misspelt word gets what is near.

    A link leads on, also to a term that has not the word.
    """
    line.action("glossary").trigger()
    search, terms = (
        line.find(QLineEdit, "glossary_search"),
        line.find(QListWidget, "glossary_terms"),
    )
    page = line.find(QTextBrowser, "glossary_page")
    search.insert("κ")  # QTest has keys of ASCII alone
    assert terms.currentItem().text() == "condition number"
    assert GLOSSARY["condition number"].text in page.toPlainText()
    assert "87.6" in page.toPlainText()
    search.clear()
    line.qtbot.keyClicks(search, "heavy ball")
    shown = [
        terms.item(row).text() for row in range(terms.count()) if not terms.item(row).isHidden()
    ]
    assert shown == ["SGD with momentum"]
    see = GLOSSARY["SGD with momentum"].see
    page.anchorClicked.emit(page.source().resolved("0"))
    assert terms.currentItem().text() == see[0]
    assert not terms.currentItem().isHidden()
    assert search.text() == ""
    line.qtbot.keyClicks(search, "conditon")
    assert "Near: condition number" in line.text("glossary_nothing")
    line.action("theme_dark").trigger()
    assert DARK.muted in page.toHtml()
    assert LIGHT.muted not in page.toHtml()


def test_the_glossary_compares_losses_that_are_not_chosen(line):
    """What each has of a good loss holds in any run; the chosen one here is the squared error."""
    line.action("glossary").trigger()
    search = line.find(QLineEdit, "glossary_search")
    for word, marks in (("hinge loss", "✗ smooth"), ("mean squared error", "✓ smooth")):
        search.clear()
        line.qtbot.keyClicks(search, word)
        assert marks in line.find(QTextBrowser, "glossary_page").toPlainText()


def everywhere(widget):
    """Return a widget's rectangle on the screen."""
    return QRect(widget.mapToGlobal(QPoint()), widget.size())


def terms_in(column):
    """Return the labels of a column in whose middle a term stands."""
    labels = [label for label in column.findChildren(QLabel) if label.isVisible()]
    return [label for label in labels if place_at(label, label.rect().center())]


def test_beside_the_columns_a_card_covers_nothing_of_them(line):
    """Right of the left one, left of the right one.

    Box and slider stay free while their word is explained.
    """
    window = line.window
    line.window.bench.columns.show("side")
    line.settle()
    for column in (window.bench.form, window.bench.side):
        words = terms_in(column)
        assert words
        for word in words:
            rest(word)
            assert not everywhere(window.explainer.card).intersects(everywhere(column))


@pytest.mark.parametrize(
    "place",
    [
        QRect(10, 10, 60, 16),
        QRect(900, 700, 60, 16),
        QRect(500, 380, 60, 16),
        QRect(0, 300, 960, 20),
    ],
)
def test_a_card_stands_inside_the_window_and_covers_no_term(place):
    """Under it, over it or beside it."""
    window = QRect(0, 0, 960, 740)
    card = QRect(0, 0, 344, 220)
    there = QRect(room_for(card, place, window), card.size())
    assert window.contains(there)
    assert not there.intersects(place)


@pytest.mark.parametrize("width", [200, 960])
def test_a_card_is_no_wider_than_its_window(qtbot, width):
    """Of a small dialog, too; its words are wrapped and none is cut off."""
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(width, 600)
    card = ExplanationCard(window, "Learning rate", "", [("How far a step goes. " * 4, "value")])
    card.show_beside(QRect(20, 20, 60, 16), None)
    assert window.rect().contains(card.geometry())
    for label in card.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width())
