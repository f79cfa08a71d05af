"""What the fields of product facts say as sentences without a network: "Price: $49" is "It costs $49."."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from generators.builtin.text_lm.lexicon import VERBS

_FIELD = re.compile(r"^\s*([A-Za-z][A-Za-z ]{1,20}):\s*(\S.*)$")
_MEASURES = frozenset({"capacity", "size", "weight", "diameter", "length", "width", "height", "volume"})
_LISTED = frozenset({"details", "detail", "features", "feature", "description"})
_MADE = {"material": "of", "materials": "of", "ingredients": "with"}
_LONGEST = 60  # characters of a value that is said as it stands
_DESCRIBING = re.compile(r"(?:able|ible|ant|ing|ed|proof|free|safe)$")
_NO_THING = frozenset(["to", "in", "with", "on", "by", "for", "from", "at", "of", "or", "every"])
"""Words that a thing does not begin with, and that follow a quality rather than a thing, but for "of"."""
_DOES = VERBS | frozenset(
    ["burns", "dries", "filters", "floats", "folds", "lasts", "lies", "pairs", "reduces", "scans", "winds"]
)


@dataclass(frozen=True, slots=True)
class Said:
    """A fact as people ask for it and as it is answered."""

    question: str
    answer: str


def clauses(facts: str) -> list[str]:
    """Return what is listed about a product: what "Details:" says, or all but the name where there are no fields."""
    fields = _fields(facts)
    if fields:
        listed = [value for name, value in fields if name in _LISTED]
        return [clause for value in listed for clause in _split(value)]
    return _split(" ".join(facts.split()))[1:]


def does(clause: str) -> bool:
    """Return whether a clause says what a product does, such as "works on gas"."""
    first = clause.partition(" ")[0].lower()
    return first.endswith("s") and first in _DOES and " " in clause


def has(clause: str) -> bool:
    """Return whether a clause names a thing that a product has and is not, such as "gooseneck spout"."""
    words = clause.lower().split()
    return (
        len(words) > 1
        and not does(clause)
        and not words[0][0].isdigit()
        and words[0] not in _NO_THING
        and (words[1] not in _NO_THING or words[1] == "of")
        and not _DESCRIBING.search(words[-1])
    )


def answers(facts: str) -> list[Said]:
    """Return what can be asked of product facts and is answered by them word for word, one for each field at most."""
    found = []
    for name, value in _fields(facts):
        parts = _split(value)
        if not parts or len(value) > _LONGEST:
            continue
        if name in _MADE and not (any(map(str.isdigit, parts[0])) and "%" not in parts[0]):
            stuff = _joined(parts) if _MADE[name] == "with" else parts[0]
            found.append(Said("What is it made of?", f"It is made {_MADE[name]} {stuff}."))
        elif name == "price":
            found.append(Said("What does it cost?", f"It costs {value}."))
        elif name == "for":
            found.append(Said("What is it made for?", f"It is made for {_joined(parts)}."))
        elif name in _MEASURES and value[0].isdigit():
            found.append(Said(f"What is the {name}?", f"The {name} is {value}."))
    if doing := [clause for clause in clauses(facts) if does(clause)]:
        found.append(Said("What does it do?", f"It {_joined(doing[:2])}."))
    if things := [clause for clause in clauses(facts) if has(clause) and not clause.startswith("no ")]:
        found.append(Said("What does it come with?", f"It comes with: {', '.join(things[:3])}."))
    return found


def _fields(facts: str) -> list[tuple[str, str]]:
    matches = [_FIELD.match(line) for line in facts.splitlines()]
    return [(match.group(1).strip().lower(), match.group(2).strip()) for match in matches if match]


def _split(value: str) -> list[str]:
    return [part.strip(" .") for part in re.split(r",(?!\d)|;", value) if part.strip(" .")]


def _joined(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
