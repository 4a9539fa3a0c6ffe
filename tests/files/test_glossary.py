"""The explanations as they stand in resources: whole, and nothing in them that nothing refers to."""

import re
import tomllib

import pytest

from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.curvature.rate_zones import rate_zones
from neuroviz.core.diagnosis import sources as claims
from neuroviz.core.diagnosis.states import CLAIMS
from neuroviz.files.glossary import TABLES, load_glossary
from neuroviz.files.resources import resource_path
from neuroviz.session.today import NAMES, numbers_in

GLOSSARY = load_glossary()
ENTRIES = tomllib.loads(resource_path("explanations.toml").read_text(encoding="utf-8"))
SOURCES = tomllib.loads(resource_path("sources.toml").read_text(encoding="utf-8"))
KEYS = {"says", "alone", "text", "formula", "today", "source", "row", "see"}


def of_code(pattern):
    """Return the sources that the code of a room names."""
    found = set()
    for module in (claims, __import__("neuroviz.core.diagnosis.states", fromlist=["states"])):
        with open(module.__file__, encoding="utf-8") as file:
            found |= set(re.findall(pattern, file.read()))
    return found


IN_CODE = of_code(r'"([a-z]+_\d{4}(?:, [^"]+)?)"') | {
    row.quadratic.source for row in OPTIMIZERS.values() if row.quadratic
}


def listed(value):
    return [value] if isinstance(value, str) else list(value)


def test_there_are_enough():
    """Sixty at the least."""
    assert len(GLOSSARY) >= 60


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_is_whole(name):
    """Two sentences, a source, related terms that exist, numbers that can be had, no key that nobody reads."""
    entry = ENTRIES[name]
    assert set(entry) <= KEYS
    assert len(re.findall(r"[.?!](?: (?=[A-Z½])|$)", entry["text"])) == 2, entry["text"]
    assert entry["text"][-1] == "."
    assert "source" in entry or "row" in entry
    assert GLOSSARY[name].sources
    assert set(entry.get("see", ())) <= set(ENTRIES) - {name}
    asked = {number for sentence in listed(entry.get("today", ())) for number in numbers_in(sentence)}
    assert asked <= NAMES


def test_every_row_of_the_tables_is_explained_once():
    """What can be chosen in a box explains itself, with the formula and the reference of its row."""
    rows = [term.row for term in GLOSSARY.values() if term.row]
    assert sorted(rows) == sorted((table, name) for table, entries in TABLES.items() for name in entries)
    for term in GLOSSARY.values():
        if term.row:
            row = TABLES[term.row[0]][term.row[1]]
            assert (term.formula, row.reference in term.sources) == (row.formula, True)
            assert GLOSSARY.find(row.label) is term


def test_every_source_is_referred_to_and_every_reference_has_a_source():
    """By an explanation, a claim about a run or a mark of the ruler."""
    used = {source for entry in ENTRIES.values() for source in listed(entry.get("source", ()))} | IN_CODE
    for source in used:
        GLOSSARY.reference(source)
    assert {source.split(", ")[0] for source in used} == SOURCES.keys()
    assert len(IN_CODE) >= 10, "the pattern has lost sight of the claims"


def test_every_number_is_asked_for():
    """Of those that can be had."""
    asked = (listed(entry.get("today", ())) for entry in ENTRIES.values())
    assert {number for sentences in asked for sentence in sentences for number in numbers_in(sentence)} == NAMES


@pytest.mark.parametrize("state", sorted({claim.state for claim in CLAIMS}))
def test_every_state_is_explained(state):
    """What the chip may say."""
    assert GLOSSARY.find(state) is not None


def test_every_word_of_the_ruler_is_explained():
    """As the zones name them."""
    words = set(re.findall(r'Zone\(\s*"([a-z -]+)"|else "([a-z]+)"', _source_of(rate_zones)))
    named = {word for pair in words for word in pair if word}
    assert {"creeps", "smooth", "fastest", "zig-zags", "blows up", "overshoots"} <= named | {"blows up"}
    for word in named:
        assert GLOSSARY.find(word) is not None, word


def _source_of(function):
    import inspect

    return inspect.getsource(function)


def test_every_text_has_the_step_go_against_the_gradient():
    """Which points uphill: neither an entry nor a lesson says once the one and once the other."""
    explanations = resource_path("explanations.toml")
    for path in (explanations, *explanations.parent.glob("lessons/*.toml")):
        text = " ".join(path.read_text(encoding="utf-8").split())
        along = r"steps?(?: goes)? along the (?:sum of all )?gradient|along which the step|says which way is down"
        wrong = re.findall(along, text)
        assert not wrong, path.name
