"""What the fields of product facts say as sentences without a network: "Price: $49" is "It costs $49."."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from generators.builtin.text_lm.lexicon import VERBS
from generators.claims import claims_in

_FIELD = re.compile(r"^\s*([A-Za-z][A-Za-z ]{1,20}):\s*(\S.*)$")
_MEASURES = frozenset({"capacity", "size", "weight", "diameter", "length", "width", "height", "volume"})
_LISTED = frozenset({"details", "detail", "features", "feature", "description"})
_MADE = {"material": "of", "materials": "of", "ingredients": "with"}
_LONGEST = 60  # characters of a value that is said as it stands
_SENTENCE = 4  # words; what has fewer and begins with a capital is a name
_DESCRIBING = re.compile(r"(?:able|ible|ant|ing|\w\wed|proof|free|safe)$")
_MADE_SO = re.compile(r"^(?:woven|made|hand-?made|\w{2,}ed)$", re.IGNORECASE)
_COUNTS = frozenset(
    ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve", "several", "many"]
)
_ASKED_BY = {
    "capacity volume": "How much does it hold? How much fits in?",
    "weight": "How heavy is it? How much does it weigh?",
    "price cost": "How much is it?",
    "size diameter length width height": "How big is it? How long is it? Does it fit?",
    "origin": "Where is it made? Where does it come from?",
    "battery": "How long does the battery last? How long does it run?",
    "delivery shipping": "How long does delivery take? When will my order arrive? Where do you ship to?",
    "return": "Can I send it back? How do I return it? I want my money back.",
    "payment": "How can I pay? Which cards do you take?",
    "warranty guarantee": "What if it breaks? How long is it guaranteed?",
    "material made": "Which material is it?",
    "age": "How old must a child be?",
}
"""Parts of a field's name, and how people ask for what it holds."""
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
            stuff = joined(parts) if _MADE[name] == "with" else parts[0]
            found.append(Said("What is it made of?", f"It is made {_MADE[name]} {stuff}."))
        elif name == "price":
            found.append(Said("What does it cost?", f"It costs {value}."))
        elif name == "for":
            found.append(Said("What is it made for?", f"It is made for {joined(parts)}."))
        elif name in _MEASURES and value[0].isdigit():
            found.append(Said(f"What is the {name}?", f"The {name} is {value}."))
    if doing := [clause for clause in clauses(facts) if does(clause)]:
        found.append(Said("What does it do?", f"It {joined(doing[:2])}."))
    if things := [clause for clause in clauses(facts) if has(clause) and not clause.startswith("no ")]:
        found.append(
            Said("What does it come with?", f"It comes with {joined([thing(one) for one in things[:3]])}.")
        )
    return found


def said_of(facts: str, *, of_many: bool = False) -> list[Said]:
    """Return everything that product facts say, each with what people ask for it by, in whole sentences.

    Args:
        of_many: Whether the product is called by a plural, such as earbuds.
    """
    found = [Said(f"{one.question} {_asked_by(one.question)}", one.answer) for one in answers(facts)]
    for name, value in _fields(facts):
        if name not in _LISTED | {"name", "title", "product"} and not any(
            value in one.answer for one in found
        ):
            asked = f"What about the {name}? {_asked_by(name)}"
            found.append(Said(asked, sentence_of(value, is_thing=False) or f"About the {name}: {value}."))
    found += [Said(clause, sentence_of(clause) or f"What we can say: {clause}.") for clause in clauses(facts)]
    return [Said(one.question, as_many(one.answer) if of_many else one.answer) for one in found]


def sentence_of(clause: str, *, is_thing: bool = True) -> str:
    """Return a clause about a product as a sentence; "" where that would take understanding it.

    Args:
        is_thing: Whether it may name a thing that the product has.
    """
    words = clause.split()
    if words[0][:1].isupper() and len(words) >= _SENTENCE:
        return f"{clause.rstrip('.')}."
    if does(clause):
        return f"It {clause}."
    if is_thing and has(clause) and words[0] != "no":
        return f"It has {thing(clause)}."
    if _DESCRIBING.search(words[-1]) or _MADE_SO.search(words[0]):
        return f"It is {clause}."
    return ""


def thing(clause: str) -> str:
    """Return what a product has with its article, such as "a rain cover" and "two hand pockets"."""
    words = clause.split()
    head = next((word for word, after in pairwise(words) if after.lower() in _NO_THING), words[-1])
    if (
        is_plural(head)
        or words[0].lower() in _COUNTS
        or any(kind == "material" for kind, *_ in claims_in(head))
    ):
        return clause
    return f"{'an' if words[0][:1].lower() in 'aeio' else 'a'} {clause}"


def values(facts: str) -> list[str]:
    """Return what the fields of product facts hold, but for names, prices and what "Details:" lists."""
    return [
        value for name, value in _fields(facts) if name not in _LISTED | {"name", "title", "product", "price"}
    ]


def is_plural(name: str) -> bool:
    """Return whether a product's name is a plural, such as "earbuds"."""
    return name.endswith("s") and not name.endswith(("ss", "us", "is"))


def _asked_by(name: str) -> str:
    return next(
        (asked for words, asked in _ASKED_BY.items() if any(word in name.lower() for word in words.split())),
        "",
    )


def as_many(answer: str) -> str:
    """Return an answer about one thing as one about several."""
    for one, many in (("It is ", "They are "), ("It has ", "They have "), ("It does ", "They do ")):
        if answer.startswith(one):
            return many + answer.removeprefix(one)
    return re.sub(r"^It (\w+?)(ies|(?<=ch)es|(?<=sh)es|(?<=ss)es|s)\b", _conjugated, answer)


def _conjugated(match: re.Match[str]) -> str:
    return f"They {match.group(1)}{'y' if match.group(2) == 'ies' else ''}"


def _fields(facts: str) -> list[tuple[str, str]]:
    matches = [_FIELD.match(line) for line in facts.splitlines()]
    return [(match.group(1).strip().lower(), match.group(2).strip()) for match in matches if match]


def _split(value: str) -> list[str]:
    return [part.strip(" .") for part in re.split(r",(?!\d)|;", value) if part.strip(" .")]


def joined(parts: Sequence[str]) -> str:
    """Return things in a row as a sentence lists them."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
