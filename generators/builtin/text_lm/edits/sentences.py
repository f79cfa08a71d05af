"""English sentences: where they end, what may be left out of one, and what stays of it."""

import re

from generators.builtin.text_lm.lexicon import ADJECTIVES

_END = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"”’)]))\s+(?=[\"“‘(]?[A-Z0-9])")
_SHORTENED = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|No|vs|e\.g|i\.e|approx|incl|max|min)\.$")
_SUBJECT = r"(?:it|they|you|we|he|she|this|these|there|the|its|our|your|their|a|an)\b"
_VERB = (
    r"(?:is|are|was|were|has|have|does|do|can|will|may|comes?|works?|keeps?|holds?|adds?|gives?|makes?|lets?|fits?|costs?|"
    r"takes?|needs?|brings?|charges?|indicates?|shows?|leaves?|burns?|lasts?|helps?|tells?|folds?|runs?|plays?)\b"
)
MAIN_CLAUSE = re.compile(
    rf"{_SUBJECT}(?:\s+[\w-]+){{0,4}}?\s+{_VERB}|(?:it|they|you|we)\s+\w+", re.IGNORECASE
)
"""The beginning of what could stand as a sentence of its own."""
_ASIDE = re.compile(
    r"\s*(?:\([^()]*\)|[–—] [^–—]+ [–—](?= )|, (?:of course|too|though|however),?(?= |[.!?]))"
)
_TAIL = re.compile(
    r"(?:, |; | [–—] )(?:so(?: that)?|which|while|because|since|making|thanks to|perfect for|ideal for|whether|and so|"
    r"therefore|as|where|when|once|if)\b[^.!?]*(?=[.!?]$)",
    re.IGNORECASE,
)
_INTRODUCTION = re.compile(
    r"^(?:With|When|Whether|For|In|On|If|Once|Thanks to|Because of|Additionally|Moreover|Also|Here|Now|Today|After"
    r"|Before|At)\b[^,.!?]{2,70}, (?=\w)|^(?:Additionally|Moreover|Also|Furthermore|Of course), ",
)
_SECOND = re.compile(rf"(?:,|;)? and (?={MAIN_CLAUSE.pattern}|{_VERB})", re.IGNORECASE)
_FILLER = re.compile(
    r"\b(?:very|really|truly|simply|just|quite|absolutely|perfectly|beautifully|certainly|of course) (?=[a-z])"
)
_PRAISE = "|".join(
    sorted((*ADJECTIVES - {"new", "real", "true"}, "amazing", "stunning", "incredible", "perfect"))
)
_ADJECTIVE = re.compile(rf"\b(an? |the |its |our |your |for |with )(?:{_PRAISE}),? (?=\w)")
_POINTS_BACK = re.compile(r"^(?:It|They|Its|Their|This|These|That|He|She|There)\b")


def split(text: str) -> list[str]:
    """Return the sentences of a text."""
    found = list[str]()
    for piece in _END.split(" ".join(text.split())):
        if found and _SHORTENED.search(found[-1]):
            found[-1] += f" {piece}"
        elif piece:
            found.append(piece)
    return found


def cuts(sentence: str) -> list[str]:
    """Return a sentence with less and less in it, the whole one first; each is a sentence."""
    steps = [
        sentence,
        bare(sentence),
        capital(_INTRODUCTION.sub("", sentence)),
        ended(_TAIL.sub("", sentence)),
    ]
    steps += [capital(_INTRODUCTION.sub("", bare(ended(_TAIL.sub("", one))))) for one in steps]
    steps += [ended(_before(one, found)) for one in steps if (found := _last(one))]
    return [one for one in dict.fromkeys(steps) if _stands(one)]


def bare(sentence: str) -> str:
    """Return a sentence without asides, filling words and praise."""
    lean = _FILLER.sub("", _ASIDE.sub("", sentence))
    lean = _ADJECTIVE.sub(r"\1", lean)
    return capital(articles(" ".join(lean.split())))


def parted(sentence: str) -> list[str]:
    """Return the main clauses of a sentence as sentences of their own."""
    pattern = re.compile(
        rf"(?:, (?:and|but|so|while|therefore)|;(?: and)?|,? and so)(?: (?:additionally|moreover|also|furthermore),?)? "
        rf"(?={MAIN_CLAUSE.pattern})",
        re.IGNORECASE,
    )
    pieces = [piece for piece in pattern.split(sentence) if piece]
    return [capital(ended(piece.removesuffix(","))) for piece in pieces]


def points_back(sentence: str) -> bool:
    """Return whether a sentence needs the one before it."""
    return bool(_POINTS_BACK.match(sentence))


def ended(text: str) -> str:
    """Return a text with a stop at its end."""
    bare_end = text.rstrip(" ,;:–—")
    return bare_end if bare_end[-1:] in ".!?" else bare_end + "."


def capital(text: str) -> str:
    """Return a text that begins with a capital letter."""
    return text[:1].upper() + text[1:]


def articles(text: str) -> str:
    """Return a text whose articles fit the words after them."""
    text = re.sub(r"\b([Aa])n (?=[bcdfghjklmnpqrstvwxyz])(?!hour|honest)", r"\1 ", text)
    return re.sub(r"\b([Aa]) (?=[aeiou])(?!use|uni|one|eu)", r"\1n ", text)


def _last(sentence: str) -> re.Match[str] | None:
    found = [match for match in _SECOND.finditer(sentence) if match.start() > len(sentence) // 3]
    return found[-1] if found else None


def _before(sentence: str, last: re.Match[str]) -> str:
    """Return a sentence without its last clause; of a list, the clause that is last now follows an "and"."""
    kept = sentence[: last.start()]
    return re.sub(rf", (?={_VERB}[^,]*$)", " and ", kept) if last.group().startswith(",") else kept


def _stands(sentence: str) -> bool:
    return len(sentence.split()) >= 3
