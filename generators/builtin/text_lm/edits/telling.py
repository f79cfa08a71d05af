"""What product facts say, sorted by how it is said."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from generators.builtin.text_lm.clauses import (
    does,
    has,
    is_choice,
    is_plural,
    is_quality,
    is_stuff,
    joined,
    says_itself,
    thing,
)
from generators.builtin.text_lm.fields import MEASURES, clauses, clauses_of, fields_of, material
from generators.claims import claims_in

_COLOURS = frozenset({"colour", "color", "colours", "colors"})
_PEOPLE = frozenset({"for", "audience"})
_PARTS = frozenset(
    [
        "handle",
        "top",
        "base",
        "frame",
        "body",
        "lid",
        "sole",
        "upper",
        "lining",
        "shade",
        "cover",
        "seat",
        "legs",
        "strap",
        "shell",
        "filling",
    ]
)
"""Fields that name a part of a product and hold what it is made of."""
_OF_A_PLACE = re.compile(r"(?:ean|ian|ican|ese|ish|ench|utch|wiss|reek)$")
_WORD = re.compile(r"[A-Z]?[a-z]{2,}(?:-[a-z]+)*[,.]?$|A$")
_AS = re.compile(r"^(?:set|pack|pair|box|bundle) of |^\w+ (?:pairs|packs)$", re.IGNORECASE)
_IN_SIZES = re.compile(r"^(?:sizes|colours|colors)\b", re.IGNORECASE)
_INCLUDED = re.compile(r",? (not )?included$", re.IGNORECASE)
_PACKED = re.compile(
    r"^(?:gift (?:box|bag)|\d[\d.,]* ?(?:g|kg|ml|l|oz) (?:tin|jar|bottle|tube|pouch|bag|box|can|pack))$",
    re.IGNORECASE,
)
_FOR_USE = re.compile(r"^[\w -]+ use$", re.IGNORECASE)
_MEASURE = re.compile(r"^\d[\d.,]* ?(?:ml|l|g|kg|oz)$")
_AMOUNT = re.compile(r"^\d[\d.,]* ?(?:ml|cl|l|g|kg|oz)$", re.IGNORECASE)
_RATED = re.compile(r"^((?:water|wind)proof|water[- ]resistant) (?=\d)")
_HOW = {"length": "long", "width": "wide", "height": "high", "thickness": "thick", "depth": "deep"}
_AGES = re.compile(r"^(\d+ (?:to|[-–]) \d+|\d+\+?)(?: years)?$")


@dataclass(slots=True)
class Told:
    """What the facts say, sorted by how it is said.

    Attributes:
        stuff: What it is made of, with its "of" or "with"; "" where they do not say.
        things: What it has, each as the facts put it.
        doings: What it does: "works on gas".
        qualities: What it is: "machine washable".
        parts: What is said of a part: "lid snuffs the flame", and whole sentences, which end with a stop.
        measures: The name of each measure and what it is.
        people: Whom it is for.
        colours: What it comes in.
    """

    stuff: str = ""
    things: list[str] = field(default_factory=list)
    doings: list[str] = field(default_factory=list)
    qualities: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    measures: list[tuple[str, str]] = field(default_factory=list)
    people: str = ""
    colours: str = ""

    @property
    def count(self) -> int:
        """How many things can be said."""
        said = (self.things, self.doings, self.qualities, self.parts, self.measures)
        return sum(len(one) for one in said) + bool(self.stuff) + bool(self.people)


def told_by(facts: str) -> Told:
    """Return what product facts say; what cannot be told without understanding it is left out."""
    told = Told()
    for name, value in fields_of(facts):
        if name in _COLOURS:
            told.colours = joined(clauses_of(_small(value)))
        elif name in _PEOPLE:
            told.people = joined(clauses_of(_small(value)))
        elif name == "age" and (ages := _AGES.match(value)):
            told.parts.append(f"For ages {ages.group(1)}.")
        elif name == "battery" and value[0].isdigit():
            told.parts.append(f"battery lasts {', or '.join(clauses_of(value))}")
        elif name == "sizes":
            told.parts.append(f"It comes in sizes {value}.")
        elif name in MEASURES and value[0].isdigit():
            told.measures.append((name, value))
        elif not told.stuff and (made := material(name, value)):
            stuff, rest = made
            told.stuff = f"{stuff.partition(' ')[0]} {_small(stuff.partition(' ')[2])}"
            _sort_all(rest, told)
        elif name in {"material", "materials"}:
            _sort_all(clauses_of(value), told)
        elif name in _PARTS and is_stuff(clauses_of(value)[0]):
            told.things.append(f"{name} of {_small(clauses_of(value)[0])}")
        elif name == "origin":
            _sort(value if is_quality(value) else f"from {value}", told)
    _sort_all(clauses(facts), told)
    return told


def measured(name: str, value: str) -> str:
    """Return what a measure says behind "It", such as "weighs 410 g"; "" where it is an amount that is bought."""
    if name in {"capacity", "volume"}:
        return f"holds {value}"
    if name == "weight":
        return f"weighs {value}"
    if name == "diameter":
        return f"measures {value} across"
    if how := _HOW.get(name):
        return f"is {value} {how}"
    return "" if _AMOUNT.match(value) else f"measures {value}"


def _sort_all(listed: Iterable[str], told: Told) -> None:
    for clause in listed:
        _sort(clause, told)


def _sort(clause: str, told: Told) -> None:
    """Put a clause where it belongs, if it is plain where that is."""
    text = _RATED.sub(r"\1 to ", _small(clause.strip(" .")))
    if not text:
        return
    if included := _INCLUDED.search(text):
        bare = text[: included.start()]
        is_are = "are" if is_plural(bare) else "is"
        if included.group(1):
            told.parts.append(f"{bare} {is_are} not included")
        else:
            told.doings.append(f"comes with {thing(bare)}")
    elif _MEASURE.match(text):
        told.measures.append(("size", text))
    elif _PACKED.match(text):
        told.doings.append(f"comes in {thing(text)}")
    elif _FOR_USE.match(text):
        told.parts.append(f"Made for {text.removeprefix('for ')}.")
    elif text.startswith("cancel "):
        told.parts.append(f"{text[:1].upper()}{text[1:]}.")
    else:
        _sort_by_kind(text, told)


def _sort_by_kind(text: str, told: Told) -> None:
    if does(text):
        told.doings.append(text)
    elif says_itself(text):
        told.parts.append(text)
    elif _AS.match(text):
        told.parts.append(f"It comes as {thing(text)}.")
    elif _IN_SIZES.match(text):
        told.parts.append(f"It comes in {text}.")
    elif has(text) and is_choice(text):
        told.colours = told.colours or text
    elif has(text) and not told.stuff and is_stuff(text):
        told.stuff = f"of {text}"
    elif has(text):
        told.things.append(text)
    elif is_quality(text) or text.startswith("from "):
        told.qualities.append(text)


def _small(text: str) -> str:
    """Return a text whose first letter is small where only its place made it big."""
    first, second = text.partition(" ")[0], text.partition(" ")[2][:1]
    is_word = bool(_WORD.match(first)) and not _OF_A_PLACE.search(first)
    names = second.isupper() and not (first.endswith("ed") or any(claims_in(first)))
    return text[:1].lower() + text[1:] if is_word and not names else text
