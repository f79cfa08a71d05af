"""Descriptions in sentences that the facts say: a line for a list of products, and a short paragraph."""

import re
from collections.abc import Sequence

from generators.builtin.text_lm.clauses import as_many, is_plural, joined, thing, whole
from generators.builtin.text_lm.edits import listings
from generators.builtin.text_lm.edits.sentences import capital
from generators.builtin.text_lm.edits.telling import Told, measured, told_by

_ROOM = 160  # characters of a line
_GROUP = 4  # wordings among which the network chooses
_SHARE = 0.65  # of the longest wording in a group; what is shorter leaves out too much of the facts
_STUFF = 50  # characters of what can open a sentence


def lines(facts: str, name: str) -> list[list[str]]:
    """Return lines for a list of products, in groups among which variants take turns; none where too little is told.

    Args:
        name: The product's name; "" where it has none that is short.
    """
    if not name or listings.is_listing(facts):
        return listings.lines(facts)
    told = told_by(facts)
    if told.count < 2:
        return listings.lines(facts)
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
    if not name or told.count < 3 or listings.is_listing(facts):
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
