"""What keys and mouse do, in a page that scrolls where the window is low.

And what the program is.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from neuroviz.ui.theme.parts import arrange

_SIZE = QSize(780, 1040)
HELP = """<h3>Keyboard</h3>
<table cellspacing="4" cellpadding="2" style="white-space: nowrap">
<tr><td><b>Space</b></td><td>run, pause</td></tr>
<tr><td><b>F8</b>, <b>F7</b></td><td>one step on, back; F8 with Shift one epoch,
with Ctrl 100 epochs</td></tr>
<tr><td><b>F6</b>, <b>F5</b></td><td>one part of a step on, back</td></tr>
<tr><td><b>F4</b></td><td>back to now</td></tr>
<tr><td><b>Ctrl++</b>, <b>Ctrl+-</b></td><td>faster, slower</td></tr>
<tr><td><b>Ctrl+R</b></td><td>reset to the same start</td></tr>
<tr><td><b>Ctrl+Z</b>, <b>Ctrl+Shift+Z</b></td><td>undo, redo</td></tr>
<tr><td><b>Ctrl+O</b>, <b>Ctrl+S</b></td><td>open, save a session;
Ctrl+Shift+S saves it as another file</td></tr>
<tr><td><b>Ctrl+P</b></td><td>pin this run</td></tr>
<tr><td><b>Ctrl+Shift+R</b></td><td>race</td></tr>
<tr><td><b>Ctrl+Shift+O</b>, <b>Ctrl+V</b></td><td>open, paste a table of data</td></tr>
<tr><td><b>Ctrl+T</b></td><td>the data as a table</td></tr>
<tr><td><b>Ctrl+L</b></td><td>sweep of learning rates</td></tr>
<tr><td><b>Ctrl+N</b></td><td>new seed</td></tr>
<tr><td><b>Ctrl+E</b></td><td>export the loss plot</td></tr>
<tr><td><b>Ctrl+Shift+E</b></td><td>export the history as CSV</td></tr>
<tr><td><b>Ctrl+Shift+C</b></td><td>copy the experiment as a command</td></tr>
<tr><td><b>Ctrl+K</b></td><td>find a command or a lesson by a part of its name</td></tr>
<tr><td><b>Ctrl+Shift+L</b></td><td>all lessons</td></tr>
<tr><td><b>F9</b>, <b>F10</b></td><td>fold the experiment, the side column away</td></tr>
<tr><td><b>A</b></td><td>fit the plot that has the keyboard; Ctrl+0 fits all</td></tr>
<tr><td><b>Esc</b></td><td>back from an enlarged plot;
in the predictions back to the mean over the batch</td></tr>
<tr><td><b>Ctrl+Q</b></td><td>quit</td></tr>
<tr><td><b>F1</b>, <b>Shift+F1</b></td><td>this help;
what the term means that has the keyboard</td></tr>
</table>
<h3>The neuron</h3>
<p>Click a number to see its arithmetic; the arrow keys choose the sample, 0 all of the batch.
A double click on a weight, or F2, lets it be typed.
A press on a part under it goes to that part of the step.</p>
<h3>Words</h3>
<p>Rest the pointer on a word, a symbol or a heading: a card says what it means, with the numbers of
this moment. "More" opens the glossary.</p>
<h3>Files</h3>
<p>A session or a table that is dropped on the window is opened. What you do is kept by itself, and
is there at the next start.</p>
<h3>Mouse on a plot</h3>
<p>Move to read values, turn the wheel to zoom, drag with Shift or the middle button to move,
double click, or press Fit, to see all of it again. Click a sample to pick it; two arrows make a
plot large, its title brings another in its place. In loss, weights and the strip of time a rest
shows a step everywhere, and a drag goes through the run.</p>
<p>Drag the ball on the landscape, a weight of the neuron (sideways), or the line between the
classes (its middle shifts it, its ends and the tip of its arrow turn it): all views follow, and the
run starts where you let go; Esc puts it back. With the keyboard Tab goes to each of them, the arrow
keys move it, and Enter starts the run. Drag a sample of one or two inputs, and it starts anew
with these data. With the pencil over the data a click adds a sample, with Shift one of the other
class, and Delete takes the picked one away. On the landscape "Your turn" lets you take the steps by
clicking, and then SGD as many. As a surface it is turned by dragging, or by the arrow keys; Home
turns it back.</p>"""

ABOUT = """<h3>NeuroViz {version}</h3>
<p>Gradient descent happening in one neuron. Every number comes from torch, on the run on show.</p>
<p>MIT licence.</p>"""


def help_dialog(window: QWidget) -> QDialog:
    """Return the dialog, no larger than the window that it belongs to.

    It is deleted when it is closed.
    """
    dialog = QDialog(window)
    dialog.setObjectName("help")
    dialog.setWindowTitle("Keyboard and mouse")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    page = QTextBrowser()
    page.setObjectName("help_page")
    page.setHtml(HELP)
    close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    close.rejected.connect(dialog.reject)
    arrange(QVBoxLayout(dialog), page, close)
    dialog.resize(_SIZE.boundedTo(window.size()))
    return dialog
