"""A screen reader's ears on Linux's bus, for :mod:`tests.batteries.at_spi`.

Run by the system's Python, which has the bindings that apt brings (python3-gi, gir1.2-atspi-2.0).
Each line that is spoken is written as a line of JSON; a line on standard input asks for the tree.
"""

import json
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402  # only once the version is said

STATES = {
    Atspi.StateType.CHECKED: "checked",
    Atspi.StateType.EXPANDED: "expanded",
    Atspi.StateType.COLLAPSED: "not expanded",
    Atspi.StateType.FOCUSABLE: "focusable",
}


def told(what, **said):
    print(json.dumps({"what": what, **said}), flush=True)


def labels(node):
    """Return the names of what labels a node."""
    by = (
        r
        for r in node.get_relation_set()
        if r.get_relation_type() is Atspi.RelationType.LABELLED_BY
    )
    return [r.get_target(n).get_name() for r in by for n in range(r.get_n_targets())]


def described(node):
    """Return what a reader knows of a node."""
    states, value = node.get_state_set(), node.get_value_iface()
    said = {
        "role": node.get_role_name(),
        "name": node.get_name() or " ".join(labels(node)),
        "description": node.get_description(),
        "states": [word for state, word in STATES.items() if states.contains(state)],
    }
    if value is not None:
        said["number"] = value.get_current_value()  # Qt's bridge has no words beside it
    return said


def tree(node):
    """Yield what is to be seen, from top to bottom."""
    if not node.get_state_set().contains(Atspi.StateType.VISIBLE):
        return
    yield described(node)
    if node.get_state_set().contains(Atspi.StateType.MANAGES_DESCENDANTS):
        return
    for index in range(node.get_child_count()):
        child = node.get_child_at_index(index)
        if child is not None:
            yield from tree(child)


def windows():
    desktop = Atspi.get_desktop(0)
    for index in range(desktop.get_child_count()):
        program = desktop.get_child_at_index(index)
        for window in range(program.get_child_count()):
            yield program.get_child_at_index(window)


def hear(event):
    try:
        tell(event)
    except GLib.GError as error:  # it has gone meanwhile
        print(error.message, file=sys.stderr)


def tell(event):
    if event.type.startswith("object:announcement"):
        told("announced", name=str(event.any_data))
    elif event.type.startswith("object:state-changed:focused") and event.detail1:
        told("focus", **described(event.source))
    elif event.type.startswith("object:state-changed:") and "focused" not in event.type:
        told(
            "state",
            state=event.type.rpartition(":")[2],
            on=event.detail1,
            **described(event.source),
        )
    elif event.type.startswith("object:property-change:accessible-value"):
        told("value", **described(event.source))


def asked(*_):
    if not sys.stdin.readline():
        Atspi.event_quit()
        return False
    told("tree", nodes=[node for window in windows() for node in tree(window)])
    return True


def main():
    """Listen until standard input ends."""
    Atspi.init()
    listener = Atspi.EventListener.new(hear)
    for kind in (
        "announcement",
        "state-changed:focused",
        "state-changed:checked",
        "state-changed:expanded",
        "property-change:accessible-value",
    ):
        listener.register(f"object:{kind}")
    GLib.io_add_watch(sys.stdin, GLib.IO_IN | GLib.IO_HUP, asked)
    told("ready")
    Atspi.event_main()


main()
