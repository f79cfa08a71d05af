"""Whole pieces that the facts say: ads, posts, mail and pages, part for part."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from generators.builtin.text_lm.clauses import as_many, turned
from generators.builtin.text_lm.edits import listings
from generators.builtin.text_lm.edits.composing import Atom, Telling, many
from generators.builtin.text_lm.edits.describing import lines
from generators.builtin.text_lm.edits.listings import Parts
from generators.builtin.text_lm.edits.sentences import capital
from generators.builtin.text_lm.facts import hashtag
from generators.builtin.text_lm.fields import answers
from generators.builtin.text_lm.polish import polish_headline

_TURNS = 6
"""Variants that are put together; each begins with something else."""
_ENOUGH = 2
"""Things that the facts have to say of a product before whole pieces are put together from them."""
_ASIDES = ("Have a look.", "Who would you give {it} to?", "Tell us where you would use {it}.")
"""What a post ends with."""
_INTRODUCTIONS = ("Meet our {name}.", "Say hello to our {name}.", "Discover our {name}.")


def laid_out(form: str, facts: str, name: str) -> list[Parts]:
    """Return the parts of a format's pieces, one for each variant; none where the facts say too little.

    Args:
        form: The name of a format.
        name: The product's name; "" where it has none that is short.
    """
    if form in listings.LAYOUTS and listings.is_listing(facts):
        return listings.LAYOUTS[form](facts, _TURNS)
    if form not in _LAYOUTS or not name:
        return []
    telling = Telling.of(facts, name)
    if len(telling.atoms) < _ENOUGH:
        return []
    makes, found, known = _LAYOUTS[form], list[Parts](), set[str]()
    for turn in range(_TURNS):
        parts = makes(_Piece(telling, facts, turn))
        if len(parts) == 1:  # the texts of one variant are no other's
            parts = [[text for text in parts[0] if text not in known][:2]]
            known.update(parts[0])
        if parts and all(parts) and all(all(part) for part in parts) and parts not in found:
            found.append(parts)
    return found


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one piece is made of."""

    telling: Telling
    facts: str
    turn: int

    @property
    def name(self) -> str:
        return self.telling.name

    @property
    def introduction(self) -> str:
        return _INTRODUCTIONS[(self.turn + len(self.name)) % len(_INTRODUCTIONS)].format(name=self.name)

    @property
    def aside(self) -> str:
        it = "them" if self.telling.is_many else "it"
        return _ASIDES[(self.turn + len(self.facts)) % len(_ASIDES)].format(it=it)

    def phrases(self, room: int) -> list[str]:
        """Return what fits in a line, beginning elsewhere for each variant."""
        return turned([one for one in self.telling.phrases if len(one) <= room], self.turn)

    def sentences(self, *, room: int = 140, most: int = 3) -> Iterator[str]:
        """Yield sentences about it that say everything once."""
        left = self.telling.turned(self.turn)
        while left:
            said, after = self.telling.filled(self.telling.it, left, room=room, most=most)
            if not said:
                return
            yield said
            left = after


def _points(piece: _Piece) -> Parts:
    fitting = [*piece.phrases(80), *([f"Price: {piece.telling.price}"] if piece.telling.price else [])]
    return [[one] for one in fitting[:4]] if len(fitting) >= 4 else []


def _headline(piece: _Piece) -> Parts:
    name = polish_headline(piece.name)
    said = [polish_headline(one) for one in piece.phrases(30) if not one[0].isdigit()]
    both = [f"{name}: {one}" for one in said if len(name) + len(one) + 2 <= 30]
    return [list(dict.fromkeys([*both, *said]))]


def _search_ad(piece: _Piece) -> Parts:
    name = polish_headline(piece.name)
    said = [polish_headline(one) for one in piece.phrases(30) if " " in one and not one[0].isdigit()]
    titles = [*([name] if len(name) <= 30 else []), *said][:3]
    begun, left = piece.telling.filled(f"The {piece.name}", piece.telling.turned(piece.turn), room=90)
    went_on = [piece.telling.filled(piece.telling.it, left, room=90)[0], *_within(piece.telling.also, 90)]
    return (
        [*([one] for one in titles), [begun], [one for one in went_on if one][:1]] if len(titles) == 3 else []
    )


def _slogan(piece: _Piece) -> Parts:
    told = [(kind, capital(one)) for kind, one in piece.telling.turned(piece.turn) if kind != "stuff"]
    told = [(kind, one) for kind, one in told if not one[0].isdigit() and not one.startswith("Comes ")]
    alone = [one for kind, one in told if kind == "doings" and len(one.split()) > 2]
    pairs = [f"{one}, {_small(other)}" for (_, one), (_, other) in pairwise(told)]
    return [[one for one in dict.fromkeys((*alone, *pairs)) if len(one) <= 45]]


def _post(sentences: int, *, tag: str, room: int = 0) -> Callable[[_Piece], Parts]:
    def post(piece: _Piece) -> Parts:
        after = tag + hashtag(piece.name) if tag else ""
        said = [*piece.sentences(room=110)][:sentences]
        if sentences > 1:
            said = [*said, *piece.telling.also][:sentences]
            said.append(piece.aside)
        text = " ".join([piece.introduction, *said]) + after
        return [[text]] if not room or len(text) <= room else []

    return post


def _note(piece: _Piece) -> Parts:
    titles = [one for one in (capital(piece.name), *piece.phrases(20)) if len(one) <= 20]
    return [titles[:1], *_post(2, tag="\n\n")(piece)]


def _email(piece: _Piece) -> Parts:
    said, told = piece.phrases(60), [*piece.sentences(room=110)]
    if not said or not told:
        return []
    subjects = [f"Meet the {piece.name}", f"{capital(piece.name)}: {_small(said[0])}", said[0]]
    rest = [*told[1:2], *piece.telling.also, piece.telling.costs]
    also = next((said[:n] for n in (3, 2, 1) if len(", ".join(said[:n])) <= 90), [])
    return [
        [one for one in subjects[piece.turn % 3 :] + subjects if len(one) <= 60][:1],
        [capital(", ".join([also[0], *map(_small, also[1:])]))],
        [f"{piece.introduction} {told[0]}"],
        [" ".join(one for one in rest if one)],
        [_button(piece.name)],
    ]


def _seo(piece: _Piece) -> Parts:
    name = capital(piece.name)
    with_it = {capital(one): f" with {_small(one)}" for kind, one in piece.telling.atoms if kind == "things"}
    titles = [name + with_it.get(one, f": {_small(one)}") for one in piece.phrases(60)]
    titles = [one for one in titles if len(one) <= 60]
    groups = lines(piece.facts, piece.name)
    described = [one for one in groups[piece.turn % len(groups)] if len(one) <= 155] if groups else []
    return [(titles or [name])[:2], described[:4]]


def _landing_page(piece: _Piece) -> Parts:
    said = piece.phrases(40)
    benefits = _chapters(piece, room=100)
    headline = f"{capital(piece.name)}: {_small(said[0])}" if said else capital(piece.name)
    if len(benefits) < 3 or len(headline) > 60:
        return []
    below = piece.telling.filled(f"The {piece.name}", piece.telling.turned(piece.turn + 1), room=140, most=2)[
        0
    ]
    return [
        [headline], [below], *([part] for pair in benefits[:3] for part in pair), [_button(piece.name)]
    ]  # fmt: skip


def _chapters(piece: _Piece, *, room: int) -> list[tuple[str, str]]:
    """Return what there is to say under headings."""
    telling = piece.telling
    by_kind = {kind: [one for one in telling.atoms if one[0] == kind] for kind, _ in telling.atoms}
    headings = {
        "stuff": "The material", "things": "The details", "doings": "In use", "qualities": "At a glance",
    }  # fmt: skip
    found = [
        (headings[kind], telling.filled(telling.it, atoms, room=room)[0]) for kind, atoms in by_kind.items()
    ]
    also = list(_within(telling.also, room))
    found += [("Good to know", one) for one in also[:1]]
    found += [("The price", telling.costs)] if telling.costs else []
    found += [("And more", one) for one in also[1:2]]
    return [one for one in turned(found, piece.turn) if one[1]]


def _faq(piece: _Piece) -> Parts:
    telling = piece.telling
    special, _ = telling.filled(telling.it, telling.turned(piece.turn), room=90, most=2)
    pairs = [("What is special about it?", special)]
    pairs += [
        (one.question, as_many(one.answer) if telling.is_many else one.answer) for one in answers(piece.facts)
    ]
    asked = {
        "It comes in": "What does it come in?",
        "The battery": "How long does the battery last?",
        "Made for": "Who is it for?",
    }
    for text in telling.also:
        found = next(
            (q for begun, q in asked.items() if text.replace("They come", "It comes").startswith(begun)), ""
        )
        pairs += [(found, text)] if found else []
    known = dict(pairs[::-1])
    chosen = list(dict.fromkeys(question for question, _ in pairs))
    place = 1 + piece.turn % max(1, len(chosen) - 2)
    chosen = [chosen[0], *[*chosen[place:], *chosen[1:place]][:2]]
    if len(chosen) < 3:
        return []
    return [[part] for one in chosen for part in (many(one) if telling.is_many else one, known[one])]


def _press_release(piece: _Piece) -> Parts:
    told = [*piece.sentences(room=120)]
    rest = [*told[1:], *piece.telling.also]
    if not told or len(rest) < 2:
        return []
    half = (len(rest) + 1) // 2
    close = [*rest[half:], piece.telling.costs]
    return [
        [
            f"The {piece.name} {'are' if piece.telling.is_many else 'is'} here",
            f"Introducing the {piece.name}",
        ],
        [f"Today we introduce the {piece.name}. {told[0]}"],
        [" ".join(rest[:half])],
        [" ".join(one for one in close if one)],
    ]


def _long(piece: _Piece) -> Parts:
    telling, atoms = piece.telling, piece.telling.turned(piece.turn)
    rest = [*telling.also, telling.costs]
    if len(atoms) < 3 or not any(rest):
        return []
    first, *then = _in_stretches(atoms, most=2)
    return [
        [f"{piece.introduction} {telling.sentence(telling.it, first)}"],
        [" ".join(telling.sentence(telling.it, one) for one in then)],
        [" ".join(one for one in rest if one)],
    ]


def _in_stretches(atoms: Sequence[Atom], *, most: int) -> list[Sequence[Atom]]:
    """Return what is said in stretches of nearly the same length, two at least."""
    count = max(2, -(-len(atoms) // most))
    ends = [len(atoms) * number // count for number in range(count + 1)]
    return [atoms[begin:end] for begin, end in pairwise(ends)]


def _video(piece: _Piece) -> Parts:
    told = [*piece.sentences(room=100, most=2), *piece.telling.also, piece.telling.costs]
    said = [one for one in told if one][:3]
    name = piece.name
    pictures = (
        f"The {name}, seen from the front",
        f"Close to the {name}, slowly going round",
        f"The name {name}, in large letters",
    )
    if len(said) < 3:
        return []
    return [
        part
        for picture, voice in zip(pictures, [f"{piece.introduction} {said[0]}", *said[1:]], strict=True)
        for part in ([picture], [voice])
    ]


def _outline(piece: _Piece) -> Parts:
    said = piece.phrases(80)
    if len(said) < 6:
        return []
    headings = ("What stands out", "What else there is", "Good to know before you choose")
    pairs = zip(headings, said[0:6:2], said[1:6:2], strict=True)
    return [[f"A closer look at the {piece.name}"], *([part] for trio in pairs for part in trio)]


def _article(piece: _Piece) -> Parts:
    telling, atoms = piece.telling, piece.telling.turned(piece.turn)
    rest = [*telling.also, telling.costs]
    if len(atoms) < 5 or not any(rest):
        return []
    told = [telling.sentence(telling.it, one) for one in _in_stretches(atoms, most=2)]
    half = 1 + len(told) // 2
    return [
        [f"A closer look at the {piece.name}"],
        [f"{piece.introduction} {told[0]}"],
        ["What stands out"], [" ".join(told[1:half])],
        ["What else there is"], [" ".join(told[half:])],
        [" ".join(one for one in rest if one)],
    ]  # fmt: skip


def _button(name: str) -> str:
    last = name.rpartition(" ")[2]
    return (
        f"See the {last}"
        if " " in name and last.isalpha() and last.islower() and len(last) < 16
        else "Have a look"
    )


def _small(phrase: str) -> str:
    """Return a phrase as it goes on behind a colon or a comma."""
    first = phrase.partition(" ")[0]
    return phrase if any(letter.isupper() for letter in first[1:]) else phrase[:1].lower() + phrase[1:]


def _within(texts: Sequence[str], room: int) -> Iterator[str]:
    return (one for one in texts if len(one) <= room)


_LAYOUTS: dict[str, Callable[[_Piece], Parts]] = {
    "product_bullets": _points,
    "product_description_long": _long,
    "ad_headline": _headline,
    "search_ad": _search_ad,
    "slogan": _slogan,
    "social_post": _post(1, tag=" "),
    "post_x": _post(2, tag=" ", room=280),
    "post_instagram": _post(2, tag="\n\n"),
    "post_facebook": _post(2, tag=""),
    "post_linkedin": _post(3, tag="\n\n"),
    "post_xiaohongshu": _note,
    "email": _email,
    "seo": _seo,
    "landing_page": _landing_page,
    "faq": _faq,
    "press_release": _press_release,
    "blog_outline": _outline,
    "blog_article": _article,
    "video_script": _video,
}
