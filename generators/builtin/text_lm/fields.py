"""What the fields of product facts say as sentences without a network: "Price: $49" is "It costs $49."."""

import re
from dataclasses import dataclass

from generators.builtin.text_lm.clauses import as_many, does, has, joined, sentence_of, thing

_FIELD = re.compile(r"^\s*([A-Za-z][A-Za-z ]{1,20}):\s*(\S.*)$")
MEASURES = frozenset(
    {
        "capacity",
        "size",
        "weight",
        "diameter",
        "length",
        "width",
        "height",
        "volume",
        "thickness",
        "dimensions",
        "depth",
    }
)
_LISTED = frozenset({"details", "detail", "features", "feature", "description"})
_MADE = {"material": "of", "materials": "of", "ingredients": "with"}
_OF_A_PART = re.compile(
    r"\b(?:cover|frame|top|base|body|case|shell|handle|legs|lining|sole|upper|lid|strap|shade|finish)$",
    re.IGNORECASE,
)
"""How a part is called, of which alone a product is not made."""
_LONGEST = 60  # characters of a value that is said as it stands
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


@dataclass(frozen=True, slots=True)
class Said:
    """A fact as people ask for it and as it is answered."""

    question: str
    answer: str


def clauses(facts: str) -> list[str]:
    """Return what is listed about a product: what "Details:" says, or all but the name where there are no fields."""
    fields = fields_of(facts)
    if fields:
        listed = [value for name, value in fields if name in _LISTED]
        return [clause for value in listed for clause in clauses_of(value)]
    return clauses_of(" ".join(facts.split()))[1:]


def material(name: str, value: str) -> tuple[str, list[str]] | None:
    """Return what a field says that a product is made of, with its "of" or "with", and what else it says there."""
    parts = clauses_of(value)
    if name not in _MADE or not parts or (any(map(str.isdigit, parts[0])) and "%" not in parts[0]):
        return None
    if _MADE[name] == "with":
        return f"with {joined(parts)}", []
    if all("%" in part for part in parts):
        return f"of {joined(parts)}", []
    return None if _OF_A_PART.search(parts[0]) else (f"of {parts[0]}", parts[1:])


def answers(facts: str) -> list[Said]:
    """Return what can be asked of product facts and is answered by them word for word, one for each field at most."""
    found = []
    for name, value in fields_of(facts):
        parts = clauses_of(value)
        if not parts or len(value) > _LONGEST:
            continue
        if made := material(name, value):
            found.append(Said("What is it made of?", f"It is made {made[0]}."))
        elif name == "price":
            found.append(Said("What does it cost?", f"It costs {value}."))
        elif name == "for":
            found.append(Said("What is it made for?", f"It is made for {joined(parts)}."))
        elif name in MEASURES and value[0].isdigit():
            is_are = "are" if name.endswith("s") else "is"
            found.append(Said(f"What {is_are} the {name}?", f"The {name} {is_are} {value}."))
    if doing := [clause for clause in clauses(facts) if does(clause)]:
        found.append(Said("What does it do?", f"It {joined(doing[:2])}."))
    if things := [clause for clause in clauses(facts) if has(clause) and not clause.startswith("no ")]:
        found.append(
            Said("Which features does it have?", f"It has {joined([thing(one) for one in things[:3]])}.")
        )
    return found


def said_of(facts: str, *, of_many: bool = False) -> list[Said]:
    """Return everything that product facts say, each with what people ask for it by, in whole sentences.

    Args:
        of_many: Whether the product is called by a plural, such as earbuds.
    """
    found = [Said(f"{one.question} {_asked_by(one.question)}", one.answer) for one in answers(facts)]
    for name, value in fields_of(facts):
        if name not in _LISTED | {"name", "title", "product"} and not any(
            value in one.answer for one in found
        ):
            asked = f"What about the {name}? {_asked_by(name)}"
            found.append(Said(asked, sentence_of(value, is_thing=False) or f"About the {name}: {value}."))
    found += [Said(clause, sentence_of(clause) or f"What we can say: {clause}.") for clause in clauses(facts)]
    return [Said(one.question, as_many(one.answer) if of_many else one.answer) for one in found]


def values(facts: str) -> list[str]:
    """Return what the fields of product facts hold, but for names, prices and what "Details:" lists."""
    return [
        value
        for name, value in fields_of(facts)
        if name not in _LISTED | {"name", "title", "product", "price"}
    ]


def _asked_by(name: str) -> str:
    return next(
        (asked for words, asked in _ASKED_BY.items() if any(word in name.lower() for word in words.split())),
        "",
    )


def fields_of(facts: str) -> list[tuple[str, str]]:
    """Return the fields of product facts, their names in small letters; a list may go on over several lines."""
    found: list[tuple[str, list[str]]] = []
    for line in facts.splitlines():
        if match := _FIELD.match(line):
            found.append((match.group(1).strip().lower(), [match.group(2).strip()]))
        elif found and found[-1][0] in _LISTED and line.strip(" -•*·"):
            found[-1][1].append(line.strip(" -•*·"))
    return [(name, (" " if any(";" in one for one in lines) else "; ").join(lines)) for name, lines in found]


def clauses_of(value: str) -> list[str]:
    """Return what a value lists."""
    divider = r";" if ";" in value else r",(?!\d)"
    return [part.strip(" .") for part in re.split(divider, value) if part.strip(" .")]
