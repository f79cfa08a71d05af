"""What shops list of a product under a long title, mostly without sentences: lines, bullets and ads of its points."""

import re
from collections.abc import Callable, Sequence

from generators.builtin.text_lm.clauses import joined, turned
from generators.builtin.text_lm.edits.sentences import ended
from generators.builtin.text_lm.fields import clauses, fields_of

Parts = list[list[str]]
"""For each part of a format, the texts of which it says one."""
_ROOM, _BULLET, _AD_TITLE, _AD_LINE = 160, 80, 30, 90  # characters
_TITLE = 70  # characters of a listing's title that can open a line
_TITLE_ENDS = re.compile(r"\s+[-–|]\s+|\s*\(|,\s|:\s")
_NAMES = frozenset({"name", "title", "product"})
_HEADLINE = re.compile(r"^\S+ (?:\S+ )*?[A-Z][a-z]")
_MUCH = 0.75  # of a line with a colon, how long a sentence is that says about as much
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


def is_listing(facts: str) -> bool:
    """Return whether what is listed are headlines rather than clauses: in capitals, or long."""
    listed = clauses(facts)
    return sum(bool(_HEADLINE.search(one)) or len(one) > _CLAUSE for one in listed) * 2 > len(listed)


def _points(facts: str) -> list[str]:
    found = [_FOOTNOTE.sub("", _INCLUDES.sub("", one.rstrip(":"))) for one in clauses(facts)]
    return [one for one in found if len(one) > 3 and not _NO_POINT.search(one)]


def _in_a_row(points: Sequence[str]) -> str:
    return ("; " if any("," in one for one in points) else ", ").join(points)


def _title(facts: str) -> str:
    return next((value for name, value in fields_of(facts) if name in _NAMES), "")


def lines(facts: str) -> list[list[str]]:
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
    found = [_filled(f"{named}: ", turned(said, start), _in_a_row) for start in starts]
    says_much = bool(found) and len(coming) >= _MUCH * len(found[0])
    found = [coming, *found] if says_much else [*found, coming]
    alone = [ended(f"{named}: {one}") for one in points if len(named) + len(one) + 3 <= _ROOM]
    return [[line] for line in dict.fromkeys(filter(None, found)) or alone[:3]]


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


def _bullets(facts: str, turns: int) -> list[Parts]:
    fitting = [one for one in _points(facts) if len(one) <= _BULLET]
    begins = range(min(turns, len(fitting)) if len(fitting) >= 4 else 0)
    return [[[one] for one in turned(fitting, turn)[:4]] for turn in begins]


def _ads(facts: str, turns: int) -> list[Parts]:
    """Return ads of a listing's points: those of few words are headlines, and as many as have room fill each line."""
    listed, name = _points(facts), " ".join(_short_title(_title(facts)).split())
    title = name if len(name) <= _AD_TITLE else name[: _AD_TITLE + 1].rpartition(" ")[0].rstrip(" ,-&+/")
    heads = (re.split(r" \(| with |: ", one)[0] for one in listed)
    said = [one for one in dict.fromkeys((title, *heads)) if " " in one and len(one) <= _AD_TITLE]
    found = list[Parts]()
    for turn in range(min(turns, len(listed))):
        left, rows = turned(listed, turn), list[list[str]]()
        for _ in range(2):
            row = list[str]()
            for one in left:
                if 2 * len(row) < len(listed) and len(_in_a_row([*row, one])) < _AD_LINE:
                    row.append(one)
            left = [one for one in left if one not in row]
            rows.append(row)
        if len(said) >= 3 and all(rows):
            first = 1 + turn % (len(said) - 2)
            titles = [said[0], *said[first : first + 2]]
            found.append([[one] for one in (*titles, *(f"{_in_a_row(row)}." for row in rows))])
    return found


LAYOUTS: dict[str, Callable[[str, int], list[Parts]]] = {"product_bullets": _bullets, "search_ad": _ads}
"""The parts of a format's pieces about a listing, so many variants at most."""
