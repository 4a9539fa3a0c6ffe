"""The one style sheet of the program, filled in by `theme`."""

from string import Template

from msgspec.structs import asdict

from neuroviz.files.places import resource_path
from neuroviz.ui.theme.colours import Theme


def style_sheet(theme: Theme, point_size: float = 10.0) -> str:
    """Return the style sheet of the application in the colours of a theme.

    Parameters
    ----------
    point_size
        Of its letters; those of small buttons are smaller. Labels have theirs by `set_role`.
    """
    colours = {name: value for name, value in asdict(theme).items() if isinstance(value, str)}
    colours |= {f"class_{place}": each for place, each in enumerate(theme.class_colours, 1)}
    for name in ("good", "warn", "bad", "neutral"):
        chip = getattr(theme, name)
        colours |= {f"{name}_background": chip.background, f"{name}_text": chip.text}
    # A style sheet that gives boxes round corners must be given their signs too.
    colours["images"] = resource_path(f"theme/{theme.name}/up.svg").parent.as_posix()
    return Template(_SHEET).substitute(colours, small=f"{point_size - 1:g}")


_SHEET = """
QFrame[look~="card"] { background: $card; border: 1px solid $border; border-radius: 8px; }
QScrollArea, QScrollArea > QWidget > QWidget[look~="page"] { background: transparent;
    border: none; }
QScrollArea[look~="stop"] { border: 1px solid transparent; }

QFrame[look~="drawer"] { border-color: $edge; }
QFrame[look~="explanation"] { background: $card; border: 1px solid $edge; border-radius: 8px; }
QListWidget, QTreeWidget { background: $card; border: 1px solid $border; border-radius: 8px;
    padding: 4px; outline: none; }
QListWidget::item { padding: 0 8px; border-radius: 4px; color: $ink; }
QTreeWidget::item { padding: 0 8px; }
QListWidget::item:selected, QTreeWidget::item:selected { background: $selected; color: $ink; }
QTextBrowser#glossary_page { background: $card; border: 1px solid $border; border-radius: 8px;
    padding: 8px 12px; }
QFrame[look~="hairline"] { background: $border; border: none; }

QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; button-layout: 3; }

QLabel { background: transparent; border: none; }
QLabel[role="caption"], QMenu QLabel[role="caption"]:disabled { color: $muted; }
QLabel[role="accent"] { color: $accent; }
QFrame#mood { border: none; border-radius: 5px; }
QFrame#mood[mood="good"] { background: $good_text; }
QFrame#mood[mood="warn"] { background: $warn_text; }
QFrame#mood[mood="bad"] { background: $bad_text; }
QFrame#mood[mood="neutral"] { background: $muted; }
QLabel[role="headline"] { color: $ink; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="value"] { color: $ink; }
QLabel[role="formula"] { color: $ink; background: $field; border-radius: 4px; padding: 4px 8px; }
QLabel[role="error"] { color: $error; }
QLabel:disabled { color: $disabled; }
QLabel[look~="chip"] { border-radius: 9px; padding: 3px 12px; font-size: ${small}pt;
    font-weight: 600; background: $warn_background; color: $warn_text; }

QPushButton, QToolButton { background: $card; color: $ink; border: 1px solid $edge;
    border-radius: 6px; padding: 6px 14px; min-height: 18px; }
QToolButton { padding: 6px 10px; }
QToolButton[look~="signed"] { padding: 6px; }
QToolButton[look~="small"] { padding: 2px 8px; min-height: 16px; color: $muted; }
QToolButton[look~="small"][look~="quiet"] { padding: 2px; }
QToolButton[look~="small"]#fit_plot { padding: 0 8px; min-height: 0; }
QToolButton[popupMode="2"][look~="quiet"]::menu-indicator { image: none; width: 0; }
QToolButton[look~="small"]:checked { color: $accent; border-color: $accent; background: $card; }
QToolButton[look~="small"]#draw_one { color: $positive_text; }
QToolButton[look~="small"]#draw_zero { color: $negative_text; }
QToolButton[look~="small"]#draw_class1 { color: $class_1; }
QToolButton[look~="small"]#draw_class2 { color: $class_2; }
QToolButton[look~="small"]#draw_class3 { color: $class_3; }
QToolButton[look~="small"]#draw_class4 { color: $class_4; }
QToolButton[look~="small"]#draw_class5 { color: $class_5; }
QToolButton[look~="next"] { background: $selected; color: $accent; border-color: $accent;
    font-weight: 600; padding: 5px 12px; }
QToolButton[look~="signed"]:focus { padding: 5px; }
QToolButton[look~="small"]:focus { border: 2px solid $accent; padding: 1px 7px; }
QToolButton[look~="small"][look~="quiet"]:focus { padding: 1px; }
QToolButton[look~="quiet"] { border-color: transparent; background: transparent; }
QToolButton[look~="quiet"]:checked { color: $ink; border-color: transparent;
    background: transparent; }
QToolButton[look~="quiet"]:hover { background: $hover; }
QToolButton[look~="quiet"]:focus { border-color: $accent; }
QToolButton[look~="quiet"]:disabled { border-color: transparent; }
QFrame[look~="hint"] { background: $selected; border: none; }
QFrame[look~="won"] { background: $ink; border-radius: 10px; }
QLabel[look~="on_ink"] { color: $card; }
QToolButton[look~="small"][look~="on_ink"] { background: transparent; color: $card;
    font-weight: 600; border-color: $edge; }
QToolButton#welcome_close:!focus { border-color: transparent; }
QToolButton[look~="on_ink"]:hover, QToolButton[look~="on_ink"]:focus { border-color: $card; }
QFrame[look~="question"] { background: $field; border: 1px solid $accent; border-radius: 8px; }
QPushButton[look~="choice"]:checked { background: $selected; color: $accent;
    border: 2px solid $accent; padding: 5px 13px; font-weight: 600; }
QPushButton[look~="choice"]:checked:disabled { background: $selected; color: $ink; }
QPushButton[look~="choice"][verdict="right"]:disabled { background: $good_background;
    color: $good_text; border: 2px solid $good_text; padding: 5px 13px; font-weight: 600; }
QPushButton[look~="choice"][verdict="wrong"]:disabled { background: $warn_background;
    color: $warn_text; border: 2px solid $warn_text; padding: 5px 13px; font-weight: 600; }
QToolButton[look~="lesson_card"] { padding: 0; }
QToolButton[look~="small"][look~="answer"] { background: transparent; border-color: $accent;
    color: $ink; }
QFrame[look~="foot"] { background: $card; border-top: 1px solid $border; }
QFrame[look~="strip"] { background: $field; border: 1px solid $border; border-radius: 8px; }
QToolButton[look~="part"] { background: $card; border: 1px solid $edge;
    border-radius: 6px; padding: 2px 6px; color: $ink; }
QToolButton[look~="part"]:hover { background: $hover; }
QToolButton[look~="part"]:checked { background: $selected; border-color: $accent;
    color: $accent; font-weight: 600; }
QToolButton[look~="part"]:focus { border: 2px solid $accent; padding: 1px 5px; }
QToolButton[look~="part"]:disabled { background: $card; border-color: $edge; color: $disabled; }
QToolButton[look~="entry"], QToolButton[look~="entry"]:checked { border: 1px solid transparent;
    border-radius: 4px; padding: 0 3px; min-height: 0; background: transparent; color: $ink;
    font-size: ${small}pt; }
QToolButton[look~="entry"]:hover { background: $hover; }
QToolButton[look~="entry"]:focus { background: $hover; border: 1px solid $accent; padding: 0 3px; }
QToolButton[look~="entry"][look~="off"] { color: $muted; text-decoration: line-through; }
QToolButton[look~="fold"] { border: none; background: transparent; color: $muted; padding: 2px 4px;
    font-size: ${small}pt; font-weight: 600; text-align: left; }
QToolButton[look~="fold"]:checked { border: none; background: transparent; color: $ink; }
QToolButton[look~="fold"]:hover { color: $ink; }
QToolButton[look~="fold"]:focus { border: 1px solid $accent; padding: 1px 3px; }
FormSection { border-top: 1px solid $border; }
QToolButton[look~="head"], QToolButton[look~="head"]:checked { border: 1px solid transparent;
    border-radius: 4px; background: transparent; color: $ink; font-weight: 600; padding: 1px 0;
    min-height: 1em; }
QToolButton[look~="head"]:hover { background: $hover; }
QToolButton[look~="head"]:focus { border: 1px solid $accent; padding: 1px 0; }
QToolButton[popupMode="2"] { padding-right: 24px; }
QToolButton[popupMode="2"]:focus { padding-right: 23px; }
QToolButton::menu-indicator { subcontrol-origin: border; subcontrol-position: center right;
    right: 6px; width: 12px; height: 12px; image: url("$images/down.svg"); }
QToolButton::menu-indicator:disabled { image: url("$images/down_off.svg"); }
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed { background: $track; }
QPushButton:checked, QToolButton:checked { background: $hover; color: $accent;
    border-color: $accent; }
QPushButton:focus { border: 2px solid $accent; padding: 5px 13px; }
QToolButton:focus { border: 2px solid $accent; padding: 5px 9px; }
QPushButton:disabled, QToolButton:disabled { background: transparent; color: $disabled;
    border-color: $border; }
QPushButton[look~="primary"], QToolButton[look~="primary"] { background: $accent; color: $on_accent;
    border-color: $accent; font-weight: 600; }
QPushButton[look~="primary"]:hover, QToolButton[look~="primary"]:hover {
    background: $accent_hover; }
QPushButton[look~="primary"]:focus, QToolButton[look~="primary"]:focus { border: 2px solid $ink; }
QPushButton[look~="primary"]:disabled, QToolButton[look~="primary"]:disabled {
    background: transparent; color: $disabled; border-color: $border; }

QComboBox, QAbstractSpinBox, QLineEdit { background: $field; color: $ink; border: 1px solid $edge;
    border-radius: 6px; padding: 5px 8px; min-height: 20px;
    selection-background-color: $accent; selection-color: $on_accent; }
QComboBox[look~="small"] { padding: 1px 6px; min-height: 20px; }
QAbstractSpinBox { padding: 0; min-height: 30px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { subcontrol-origin: border; width: 22px;
    border: none; border-radius: 4px; margin: 2px 2px 0 0; }
QAbstractSpinBox::up-button { subcontrol-position: top right; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; margin: 0 2px 2px 0; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: $hover; }
QAbstractSpinBox::up-button:pressed, QAbstractSpinBox::down-button:pressed { background: $track; }
QComboBox::drop-down { subcontrol-origin: border; subcontrol-position: center right; width: 22px;
    border: none; }
QAbstractSpinBox::up-arrow { image: url("$images/up.svg"); width: 10px; height: 10px; }
QAbstractSpinBox::down-arrow, QComboBox::down-arrow { image: url("$images/down.svg"); width: 10px;
    height: 10px; }
QAbstractSpinBox::up-arrow:disabled, QAbstractSpinBox::up-arrow:off {
    image: url("$images/up_off.svg"); }
QAbstractSpinBox::down-arrow:disabled, QAbstractSpinBox::down-arrow:off,
QComboBox::down-arrow:disabled { image: url("$images/down_off.svg"); }
QComboBox:hover, QAbstractSpinBox:hover, QLineEdit:hover { border-color: $muted; }
QComboBox:focus, QAbstractSpinBox:focus, QLineEdit:focus { border: 2px solid $accent;
    padding: 4px 7px; }
QComboBox[look~="small"]:focus { padding: 0 5px; }
QAbstractSpinBox:focus { padding: 0; min-height: 28px; }
QAbstractSpinBox[invalid="true"], QLineEdit[invalid="true"] { border: 2px solid $error;
    padding: 4px 7px; }
QAbstractSpinBox[invalid="true"] { padding: 0; min-height: 28px; }
QComboBox:disabled, QAbstractSpinBox:disabled, QLineEdit:disabled { background: transparent;
    color: $disabled; border-color: $border; }
QComboBox { combobox-popup: 0; }
QComboBoxPrivateContainer { background: $card; border: none; }
QComboBox QAbstractItemView::item { min-height: 24px; padding-left: 4px; }
QComboBox QAbstractItemView { background: $card; border: 1px solid $edge; padding: 4px;
    outline: none; }

QCheckBox, QRadioButton { spacing: 6px; border: 1px solid transparent; border-radius: 4px;
    padding: 1px; }
QCheckBox:focus, QRadioButton:focus { border-color: $accent; }
QRadioButton::indicator { width: 11px; height: 11px; background: $field;
    border: 1px solid $muted; border-radius: 6px; }
QRadioButton::indicator:checked { width: 5px; height: 5px; border: 4px solid $accent; }
QCheckBox::indicator, QListView::indicator { width: 11px; height: 11px; background: $field;
    border: 1px solid $muted; border-radius: 3px; }
QCheckBox::indicator:disabled, QListView::indicator:disabled { border-color: $edge; }
QCheckBox::indicator:checked, QListView::indicator:checked { background: $accent;
    border-color: $accent; image: url("$images/tick.svg"); }
QCheckBox::indicator:indeterminate { background: $accent; border-color: $accent;
    image: url("$images/dash.svg"); }
QCheckBox::indicator:checked:disabled, QListView::indicator:checked:disabled {
    background: $disabled; border-color: $disabled; image: url("$images/tick_off.svg"); }

QSlider:horizontal { min-height: 22px; }
QSlider::groove:horizontal { height: 4px; background: $edge; }
QSlider::handle:horizontal { width: 16px; margin: -6px 0; }
/* It paints its knob itself, which is taken at any height. */
QSlider#learning_rate_slider { margin: 0 12px; }
QSlider#learning_rate_slider::handle:horizontal { margin: -99px 0; }

QTabWidget::pane { border: none; border-top: 1px solid $border; }
QTabBar { background: transparent; }
QTabBar QToolButton { background: $card; border: none; padding: 0; }
QTabBar::tab { background: transparent; color: $muted; border: 1px solid transparent;
    border-bottom: 2px solid transparent; padding: 7px 11px 8px; }
QTabBar[look~="small"]::tab { padding: 2px 11px 3px; font-size: ${small}pt; }
QTabBar[look~="narrow"]::tab { padding: 7px 5px 8px; }
QTabBar::tab:hover { color: $ink; }
QTabBar::tab:selected { color: $accent; border-bottom-color: $accent; }
QTabBar::tab:focus { border-color: $accent; }
QTabBar::tab:disabled { color: $disabled; }

QListView#runs { background: $card; border: none; }
QTableView { background: $card; alternate-background-color: $field; border: 1px solid $card;
    gridline-color: $border; selection-background-color: $selected; selection-color: $ink;
    outline: none; }
QTableView:focus { border: 1px solid $accent; }
/* Its columns need every pixel. */
QTableView#predictions { border-left: none; border-right: none; }
QTableView::item { padding: 2px 4px; }
QTableView::item:focus { border: 1px solid $accent; padding: 1px 3px; }
QTableView#predictions::item { padding: 2px 3px; border: none; }  /* its rows are chosen whole */
QTableView#samples::item, QTableView#stages::item { padding: 2px 1px; }
QTableView#samples::item:focus, QTableView#stages::item:focus { padding: 1px 0; }
QHeaderView, QTableCornerButton::section { background: $card; border: none; }
QHeaderView { font-size: ${small}pt; font-weight: 600; }  /* by which it cuts what is too long */
QHeaderView::section { background: $card; color: $muted; border: none;
    border-bottom: 1px solid $edge; padding: 4px; }
/* Titles begin and end where cells do, whose text Qt moves in by 3 more. */
QHeaderView::section:horizontal { padding: 4px 7px; }
QTableView#predictions QHeaderView::section:horizontal { padding: 4px 6px 4px 2px; }
QTableView#predictions QHeaderView::section:horizontal:first { padding-left: 6px; }
/* Qt's arrow would lie over the title, which has one of its own. */
QHeaderView::up-arrow, QHeaderView::down-arrow { image: none; width: 0; }
QTableView#samples QHeaderView::section:horizontal,
QTableView#stages QHeaderView::section:horizontal { padding: 4px; }
QLineEdit:enabled, QPlainTextEdit:enabled { placeholder-text-color: $muted; }
QTextEdit, QPlainTextEdit { background: $card; color: $ink; border: 1px solid $card;
    selection-background-color: $accent; selection-color: $on_accent; }

QPlainTextEdit[look~="note"] { background: $field; border: 1px solid $edge; border-radius: 6px;
    padding: 2px; }
QTextEdit:focus, QPlainTextEdit:focus, QPlainTextEdit[look~="note"]:focus,
QTextBrowser#glossary_page:focus, QListWidget:focus, QScrollArea[look~="stop"]:focus {
    border-color: $accent; }

QToolTip { background: $card; color: $ink; border: 1px solid $edge; padding: 6px 8px; }
QMenuBar { background: $background; }
QMenuBar QToolButton { border: none; border-radius: 0; padding: 0; min-height: 0;
    background: url("$images/down.svg") center no-repeat; }
QMenuBar::item { padding: 4px 8px; background: transparent; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $card; color: $ink; border: 1px solid $edge; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 16px; border-radius: 4px; }
QMenu::item:selected { background: $accent; color: $on_accent; }
QMenu::item:disabled { color: $disabled; background: transparent; }
QMenu::separator { height: 1px; background: $border; margin: 4px 8px; }

QScrollBar { background: transparent; border: none; margin: 0; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $edge; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::handle:disabled { background: transparent; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: transparent; }
QStatusBar { background: $background; color: $muted; }
QStatusBar::item { border: none; }
QProgressBar { background: $edge; border: none; border-radius: 4px; max-height: 8px; }
QProgressBar::chunk { background: $accent; border-radius: 4px; }
"""
