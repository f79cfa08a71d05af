"""Descriptions in sentences that the facts say: a line for a list of products, and a short paragraph."""

import re
from collections.abc import Callable, Sequence

from generators.builtin.text_lm.clauses import as_many, is_plural, joined, thing, whole
from generators.builtin.text_lm.edits.sentences import capital, ended
from generators.builtin.text_lm.edits.telling import Told, measured, told_by
from generators.builtin.text_lm.fields import clauses, fields_of

_ROOM = 160  # characters of a line
_GROUP = 4  # wordings among which the network chooses
_SHARE = 0.65  # of the longest wording in a group; what is shorter leaves out too much of the facts
_TITLE = 70  # characters of a listing's title that can open a line
_TITLE_ENDS = re.compile(r"\s+[-–|]\s+|\s*\(|,\s|:\s")
_NAMES = frozenset({"name", "title", "product"})
_HEADLINE = re.compile(r"^\S+ (?:\S+ )*?[A-Z][a-z]")
_MUCH = 0.75  # of a line with a colon, how long a sentence is that says about as much
_STUFF = 50  # characters of what can open a sentence
_CLAUSE = 60  # characters; what is longer is no clause
_NO_POINT = re.compile(
    r"[!?¹²³⁴]|[.:] |:$|\b(?:subject to|sold separately|required|details below|terms apply|while supplies|not included|"
    r"fees? apply)\b|^now\b|\b(?:includes?|features?|in the box|what's included)$|"
    r" (?:your|the|an?|and|or|of|to|for|with|from|that|will)$",
    re.IGNORECASE,
)
"""What a listing says beside its points: footnotes, terms, sentences in a row, headings, and parts of sentences."""
_INCLUDES = re.compile(r"^(?:also )?includes:? ", re.IGNORECASE)
_FOOTNOTE = re.compile(r"(?<=[a-z]{3})\d$")
_TELLS = re.compile(
    r"^(?:the|when|with|also|always|never|features?|includes?|it|this)\b|^[\d.,]+ \w+$|\w{2,}ed$|\b(?:is|are|your?|"
    r"delivers?|provides?|adapts?|blends?|activates?|prevents?|mounts?|packs|comes|keeps?|create|pair|capture|record|"
    r"guaranteed)\b",
    re.IGNORECASE,
)
"""What makes a point of a listing a sentence or a measure, which is nothing that a product comes with."""


def lines(facts: str, name: str) -> list[list[str]]:
    """Return lines for a list of products, in groups among which variants take turns; none where too little is told.

    Args:
        name: The product's name; "" where it has none that is short.
    """
    if not name or is_listing(facts):
        return [[line] for line in _of_listing(facts)]
    told = told_by(facts)
    if told.count < 2:
        return [[line] for line in _of_listing(facts)]
    said = Saying(told, is_many=is_plural(name))
    the, plain = f"The {name}", capital(name)
    having = [thing(one) for one in told.things]
    made = f"Made {told.stuff}, the {name}" if told.stuff and len(told.stuff) < _STUFF else the
    groups = [
        [said.of(the, stuff=1, things=2, doings=1), said.of(the, stuff=1, doings=2, qualities=1)],
        [
            said.of(the, things=3, doings=1),
            said.of(the, things=2, doings=2),
            said.of(the, things=1, qualities=2),
        ],
        [f"{plain} with {joined(having[:count])}." for count in (3, 2) if len(having) >= count],
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
        telling = [one for one in fitting if re.search(r", | and ", one)]
        both = [*longer, *telling]
        most = max(map(len, both), default=0)
        if telling_much := [one for one in both if len(one) >= _SHARE * most][:_GROUP]:
            found.append(telling_much)
    return found


def paragraphs(facts: str, name: str) -> list[list[str]]:
    """Return paragraphs of three sentences or more likewise."""
    told = told_by(facts)
    if not name or told.count < 3 or is_listing(facts):
        return []
    said = Saying(told, is_many=is_plural(name))
    it = "They" if is_plural(name) else "It"
    more = said.more()
    first = 1 if told.stuff or told.qualities else 2
    begun = said.of(f"Our {name}", stuff=1, things=first, qualities=1)
    went_on = said.of(it, things=(first, first + 3), doings=2)
    first = 1 if told.stuff or told.doings else 2
    met = said.of(it, stuff=1, things=first, doings=1)
    rest = said.of(it, things=(first, first + 3), doings=(1, 3), qualities=1)
    having = said.of(it, things=3, doings=1)
    being = said.of(it, stuff=1, qualities=2)
    found = [
        [begun, went_on, *more[:2]],
        [f"Meet our {name}.", met, rest, *more[:1]],
        [f"Discover our {name}.", having, being, *more[:2]],
    ]
    whole_ones = [[one for one in sentences if one] for sentences in found]
    long, short = (
        [one for one in whole_ones if len(one) > 2],
        [one for one in whole_ones if len(one) == 2],
    )
    return [[" ".join(sentences)] for sentences in (*long, *short)]


class Saying:
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
        sizes = [measured(*one) for one in told.measures]
        taken = {one.partition(" ")[0] for one in told.doings}
        if said := [one for one in sizes if one and one.partition(" ")[0] not in taken][:2]:
            found.append(f"{self._it(said)}.")
        found += [
            f"The {what} is {value}."
            for (what, value), one in zip(told.measures, sizes, strict=True)
            if one.partition(" ")[0] in taken
        ]
        if told.people and len(told.people) < _ROOM // 2:
            found.append(f"Made for {told.people}.")
        if told.colours:
            found.append(f"{comes} in {told.colours}.")
        return found + [f"{value}." for (_, value), one in zip(told.measures, sizes, strict=True) if not one]

    def _it(self, said: Sequence[str]) -> str:
        if not self._is_many:
            return f"It {' and '.join(said)}"
        return "They " + " and ".join(as_many(f"It {one}").removeprefix("They ") for one in said)


def points(facts: str) -> list[str]:
    """Return the points of a listing; none where the facts are no listing."""
    return _points(facts) if is_listing(facts) else []


def _points(facts: str) -> list[str]:
    found = [_FOOTNOTE.sub("", _INCLUDES.sub("", one.rstrip(":"))) for one in clauses(facts)]
    return [one for one in found if len(one) > 3 and not _NO_POINT.search(one)]


def listed_name(facts: str) -> str:
    """Return what a listing's title calls the product; "" where the facts have none."""
    return _short_title(_title(facts))


def in_a_row(points: Sequence[str]) -> str:
    """Return points of a listing side by side."""
    return ("; " if any("," in one for one in points) else ", ").join(points)


def _title(facts: str) -> str:
    return next((value for name, value in fields_of(facts) if name in _NAMES), "")


def _of_listing(facts: str) -> list[str]:
    """Return lines about a product with a long title, as shops list them: what it is, and what it has."""
    title = _title(facts)
    named = _short_title(title)
    if not named:
        return []
    points = [one for one in _points(facts) if one.lower() not in named.lower()]
    said = [one for one in points if len(one) <= _ROOM // 2]
    if len(said) < 2:
        said += [one for one in _told_by_title(title) if one not in said and one not in named]
    things = [one for one in said if not re.search(r",| and |&| with ", one) and not _TELLS.search(one)]
    coming = "" if " with " in named else _filled(f"{named} with ", things, joined)
    starts = range(max(0, min(3, len(said) - 1)))
    found = [_filled(f"{named}: ", [*said[start:], *said[:start]], in_a_row) for start in starts]
    says_much = bool(found) and len(coming) >= _MUCH * len(found[0])
    found = [coming, *found] if says_much else [*found, coming]
    alone = [ended(f"{named}: {one}") for one in points if len(named) + len(one) + 3 <= _ROOM]
    return list(dict.fromkeys(filter(None, found))) or alone[:3]


def _told_by_title(title: str) -> list[str]:
    """Return what a listing's title says behind the name."""
    pieces = [piece.strip(" ()") for piece in _TITLE_ENDS.split(title)[1:]]
    return [piece for piece in pieces if len(piece) > 3 and piece.count("(") == piece.count(")")]


def _short_title(title: str) -> str:
    """Return what a listing's title calls the product, without what it says beside that; "" where there is none."""
    pieces = _TITLE_ENDS.split(title)
    is_brand = " " not in pieces[0].strip() and len(pieces) > 1
    named = f"{pieces[0]} {pieces[1]}".strip() if is_brand else pieces[0].strip()
    named = re.sub(r" (?:with|for|and|&|by)$|[()]", "", named, flags=re.IGNORECASE)
    if len(named) > _TITLE:
        named = re.split(r" (?:with|for|featuring|including) ", named)[0]
    return named if len(named) <= _TITLE else named[:_TITLE].rpartition(" ")[0].rstrip(" ,-&+")


def _filled(begun: str, points: Sequence[str], row: Callable[[Sequence[str]], str]) -> str:
    """Return a line of as many points as there is room for; "" for fewer than two."""
    taken: list[str] = []
    for one in points:
        if len(ended(begun + row([*taken, one]))) <= _ROOM:
            taken.append(one)
    return ended(begun + row(taken)) if len(taken) > 1 else ""


def is_listing(facts: str) -> bool:
    """Return whether what is listed are headlines rather than clauses: in capitals, or long."""
    listed = clauses(facts)
    return sum(bool(_HEADLINE.search(one)) or len(one) > _CLAUSE for one in listed) * 2 > len(listed)
