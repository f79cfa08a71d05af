"""Descriptions in sentences that the facts say: a line for a list of products, and a short paragraph."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from generators.builtin.text_lm.clauses import (
    as_many,
    does,
    has,
    is_plural,
    is_quality,
    is_stuff,
    joined,
    says_itself,
    thing,
    whole,
)
from generators.builtin.text_lm.edits.sentences import capital, ended
from generators.builtin.text_lm.fields import MEASURES, clauses, clauses_of, fields_of, material
from generators.claims import claims_in

_ROOM = 160  # characters of a line
_GROUP = 4  # wordings among which the network chooses
_TITLE = 70  # characters of a listing's title that can open a line
_TITLE_ENDS = re.compile(r"\s+[-–|]\s+|\s*\(|,\s|:\s")
_NAMES = frozenset({"name", "title", "product"})
_COLOURS = frozenset({"colour", "color", "colours", "colors"})
_PEOPLE = frozenset({"for", "audience"})
_CHOICE = re.compile(r"^(?!for\b)[^\d,]+ or [^\d,]+$", re.IGNORECASE)
_OF_A_PLACE = re.compile(r"(?:ean|ian|ican|ese|ish|ench|utch|wiss|reek)$")
_WORD = re.compile(r"[A-Z]?[a-z]{2,}(?:-[a-z]+)*[,.]?$|A$")
_HEADLINE = re.compile(r"^\S+ (?:\S+ )*?[A-Z][a-z]")
_STUFF = 50  # characters of what can open a sentence
_CLAUSE = 60  # characters; what is longer is no clause
_AS = re.compile(r"^(?:set|pack|pair|box|bundle) of ", re.IGNORECASE)
_IN_SIZES = re.compile(r"^(?:sizes|colours|colors)\b", re.IGNORECASE)
_INCLUDED = re.compile(r",? included$", re.IGNORECASE)


@dataclass(slots=True)
class Told:
    """What the facts say, sorted by how it is said.

    Attributes:
        stuff: What it is made of, with its "of" or "with"; "" where they do not say.
        things: What it has, each as the facts put it.
        doings: What it does: "works on gas".
        qualities: What it is: "machine washable".
        parts: What is said of a part: "lid snuffs the flame".
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
            told.colours = _small(value)
        elif name in _PEOPLE:
            told.people = joined(clauses_of(_small(value)))
        elif name in MEASURES and value[:1].isdigit():
            told.measures.append((name, value))
        elif not told.stuff and (made := material(name, value)):
            stuff, rest = made
            told.stuff = f"{stuff.partition(' ')[0]} {_small(stuff.partition(' ')[2])}"
            for clause in rest:
                _sort(clause, told)
        elif name == "origin":
            _sort(value if is_quality(value) else f"from {value}", told)
    for clause in clauses(facts):
        _sort(clause, told)
    return told


def lines(facts: str, name: str) -> list[list[str]]:
    """Return lines for a list of products, in groups among which variants take turns; none where too little is told.

    Args:
        name: The product's name; "" where it has none that is short.
    """
    if not name or _is_listing(facts):
        return [[line] for line in _of_listing(facts)]
    told = told_by(facts)
    if told.count < 2:
        return []
    said = _Saying(told, is_many=is_plural(name))
    the, plain = f"The {name}", capital(name)
    bare = [one for one in told.things if not one[0].isdigit()]
    made = f"Made {told.stuff}, the {name}" if told.stuff and len(told.stuff) < _STUFF else the
    groups = [
        [said.of(the, stuff=1, things=2, doings=1), said.of(the, stuff=1, doings=2, qualities=1)],
        [
            said.of(the, things=3, doings=1),
            said.of(the, things=2, doings=2),
            said.of(the, things=1, qualities=2),
        ],
        [f"{plain} with {joined(bare[:count])}." for count in (3, 2) if len(bare) >= count],
        [
            said.of(made, things=(1, 3), doings=2),
            said.of(made, doings=2, qualities=1),
            said.of(made, things=2),
        ],
        [said.of(the, doings=(1, 3), qualities=1), said.of(the, things=(1, 3), qualities=1)],
    ]
    more, known, found = said.more(), set[str](), []
    for group in groups:
        fitting = [one for one in dict.fromkeys(group) if one and len(one) <= _ROOM and one not in known]
        longer = [f"{one} {also}" for one in fitting for also in more]
        longer = [one for one in longer if len(one) <= _ROOM]
        known.update(fitting)
        telling = [one for one in fitting if re.search(r", | and | with ", one)]
        if both := [*longer, *telling][:_GROUP]:
            found.append(both)
    return found


def paragraphs(facts: str, name: str) -> list[list[str]]:
    """Return paragraphs of three sentences or more likewise."""
    told = told_by(facts)
    if not name or told.count < 4 or _is_listing(facts):
        return []
    said = _Saying(told, is_many=is_plural(name))
    it = "They" if is_plural(name) else "It"
    more = said.more()
    begun = said.of(f"Our {name}", stuff=1, things=1, qualities=1)
    went_on = said.of(it, things=(1, 4), doings=2)
    met = said.of(it, stuff=1, things=1, doings=1)
    rest = said.of(it, things=(1, 4), doings=(1, 3), qualities=1)
    having = said.of(it, things=3, doings=1)
    being = said.of(it, stuff=1, qualities=2)
    found = [
        [begun, went_on, *more[:2]],
        [f"Meet our {name}.", met, rest, *more[:1]],
        [f"Discover our {name}.", having, being, *more[:2]],
    ]
    whole_ones = [[one for one in sentences if one] for sentences in found]
    return [[" ".join(sentences)] for sentences in whole_ones if len(sentences) > 2]


class _Saying:
    """Sentences about one product."""

    def __init__(self, told: Told, *, is_many: bool) -> None:
        self._told, self._is_many = told, is_many

    def of(
        self,
        subject: str,
        *,
        stuff: int = 0,
        things: int | tuple[int, int] = 0,
        doings: int | tuple[int, int] = 0,
        qualities: int = 0,
    ) -> str:
        """Return a sentence that says so many of each kind, or those from one to another; "" where there are none."""
        told = self._told
        having, doing = (
            some[slice(*number)] if isinstance(number, tuple) else some[:number]
            for some, number in ((told.things, things), (told.doings, doings))
        )
        said = [f"is made {told.stuff}"] if stuff and told.stuff else []
        said += [f"is {joined(told.qualities[:qualities])}"] if told.qualities[:qualities] else []
        said += [f"has {joined([thing(one) for one in having])}"] if having else []
        said += doing
        if self._is_many:
            said = [as_many(f"It {one}").removeprefix("They ") for one in said]
        if len(said) < 2:
            return f"{subject} {said[0]}." if said else ""
        divider = "," if len(said) > 2 or any(" and " in one for one in said) else ""
        return f"{subject} {', '.join(said[:-1])}{divider if ' and ' in ' '.join(said[:-1]) else ''} and {said[-1]}."

    def more(self) -> list[str]:
        """Return what can follow: what is said of a part, measures, whom it is for, and what it comes in."""
        told = self._told
        comes = "They come" if self._is_many else "It comes"
        found = [one if one.endswith(".") else whole(one) for one in told.parts]
        found = [as_many(one) if self._is_many else one for one in found]
        if told.measures:
            (what, value), *further = told.measures[:2]
            also = "".join(f" and the {one} {other}" for one, other in further)
            found.append(f"The {what} is {value}{also}.")
        if told.people and len(told.people) < _ROOM // 2:
            found.append(f"For {told.people}.")
        if told.colours:
            found.append(f"{comes} in {told.colours}.")
        return found


def _of_listing(facts: str) -> list[str]:
    """Return lines about a product with a long title, as shops list them: what it is, and what it has."""
    title = next((value for name, value in fields_of(facts) if name in _NAMES), "")
    pieces = _TITLE_ENDS.split(title)
    named = (
        pieces[0].strip()
        if " " in pieces[0].strip() or len(pieces) < 2
        else f"{pieces[0]} {pieces[1]}".strip()
    )
    if not named or len(named) > _TITLE:
        return []
    said = [one for one in clauses(facts) if 3 < len(one) <= _ROOM // 2 and one.lower() not in named.lower()]
    said = [one for one in said if not re.search(r"[!?¹²³⁴]|\. ", one)]
    found = list[str]()
    for start in range(max(0, min(3, len(said) - 1))):
        taken: list[str] = []
        for one in [*said[start:], *said[:start]]:
            if len(_listed(named, [*taken, one])) <= _ROOM:
                taken.append(one)
        if len(taken) > 1:
            found.append(_listed(named, taken))
    return list(dict.fromkeys(found))


def _listed(named: str, parts: Sequence[str]) -> str:
    divider = "; " if any("," in one for one in parts) else ", "
    return ended(f"{named}: {divider.join(parts)}")


def _sort(clause: str, told: Told) -> None:
    """Put a clause where it belongs, if it is plain where that is."""
    text = _small(clause.strip(" ."))
    if (bare := _INCLUDED.sub("", text)) != text:
        told.things.append(bare)
    elif does(text):
        told.doings.append(text)
    elif says_itself(text):
        told.parts.append(text)
    elif _AS.match(text):
        told.parts.append(f"It comes as {thing(text)}.")
    elif _IN_SIZES.match(text):
        told.parts.append(f"It comes in {text}.")
    elif has(text) and _CHOICE.match(text):
        told.colours = told.colours or text
    elif has(text) and not told.stuff and is_stuff(text):
        told.stuff = f"of {text}"
    elif has(text):
        told.things.append(text)
    elif text and (is_quality(text) or text.startswith("from ")):
        told.qualities.append(text)


def _small(text: str) -> str:
    """Return a text whose first letter is small where only its place made it big."""
    first, second = text.partition(" ")[0], text.partition(" ")[2][:1]
    is_word = bool(_WORD.match(first)) and not _OF_A_PLACE.search(first)
    names = second.isupper() and not (first.endswith("ed") or any(claims_in(first)))
    return text[:1].lower() + text[1:] if is_word and not names else text


def _is_listing(facts: str) -> bool:
    """Return whether what is listed are headlines rather than clauses: in capitals, or long."""
    listed = clauses(facts)
    return sum(bool(_HEADLINE.search(one)) or len(one) > _CLAUSE for one in listed) * 2 > len(listed)
