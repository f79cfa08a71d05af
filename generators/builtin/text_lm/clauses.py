"""What a clause about a product is: a thing that it has, something that it does, what it is, or a word on a part."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

from generators.builtin.text_lm.lexicon import VERBS
from generators.claims import claims_in

T = TypeVar("T")
_SO = re.compile(
    r"(?:able|ible|(?<!c)ant|less|proof|\w[^\We]ed|free|safe|repellent|friendly|neutral|(?:cancell?|reduc|dry|last|wear|fitt|"
    r"clean|stand|fold|clos|lock|sett|absorb|repell|regulat|hydrat|sooth|nourish|moisturi[sz]|calm|stack|level)ing)$"
)
"""How words end that say what something is; of those in -ing, the ones that say what it does."""
_SO_ALONE = """
vegan vegetarian organic compact unisex cloudy cordless recyclable reversible reusable compostable biodegradable
dimmable waterproof windproof handmade handwoven fragrance-free
"""
_SINGLE = frozenset(_SO_ALONE.split())
_MADE_SO = re.compile(
    r"^(?:made|hand-?made|woven|hand-?woven|cut|built|sewn|spun|knit|sold|bound|grown|drawn|blown|cast|\w{2,}ed)$",
    re.IGNORECASE,
)
_QUALITY = """
ready safe cool warm soft softer light lighter strong stronger suitable compatible ideal perfect great good easy free
gentle resistant available big large small comfortable kind fit flat thin thick quiet sure wide waterproof windproof
simple quick fast hard tough fresh rich stable
"""
_QUALITIES = frozenset(_QUALITY.split())
"""Words that say what something is where a preposition or "enough" follows."""
_NUMBERS = """
two three four five six seven eight nine ten eleven twelve several many
"""
_COUNTS = frozenset(_NUMBERS.split())
_NO_THING = frozenset(
    ["to", "in", "with", "on", "by", "for", "from", "at", "of", "or", "under", "over", "every", "as"]
)
"""Words that a thing does not begin with."""
_AFTER_A_THING = _NO_THING | {"and", "that", "which", "who", "where", "you", "we", "they"}
_NAMED_SO = re.compile(
    r"^(?:cable|table)$|(?:packag|charg|lin|stitch|coat|padd|light|r|str|spr|hous|bear|cas|seat|bedd|cloth|fill|cover|open|wir|heat|print|"
    r"gam|track|record|mount|back|view|stream|stor|shipp)ing$",
    re.IGNORECASE,
)
"""Words that end so and name a thing."""
_TIMES = """
seconds minutes hours days weeks months years litres liters grams kilos kilograms inches metres meters watts
"""
_UNITS = frozenset(_TIMES.split())
_UNCOUNTED = re.compile(
    r"(?:tion|ment|(?<!-r)(?<!\br)ing|age|ware|access|paper|video|sound|wood|water|control|light|support|breakfast|memory|wool|fabric"
    r"|stitching|salt|trade|sugar|\bdown|sync|stretch|resistance|foam|technology|fleece|vity|lity|\bbass|power|delivery|"
    r"compatibility|\d)$",
    re.IGNORECASE,
)
"""How words end that stand without an article more often than with one."""
_DOING = """
absorbs adjusts attaches blocks blends burns calms charges clips closes connects converts cools covers cuts cushions
darkens detects dims dispenses doubles drains dries drops ends fades falls fastens filters floats folds freezes glides
glows grips grows guides heats hides hugs insulates kills lasts layers lengthens lies lifts lights locks measures melts
mixes mounts packs pairs plays polishes prevents produces protects provides powers reduces reflects releases relieves
removes repels resists retains rinses rolls rotates runs scans seals senses shakes shields shines shows shrugs shuts
slides snuffs soaks softens soothes spins stacks stays steams stores streams stretches supports tells tilts tracks
transforms turns vibrates wakes warms washes weighs whistles winds wipes wraps zips
"""
_ALSO_DOING = """
adapts allows answers boosts brews brightens catches charges cleans clears comes contains converts cooks
delivers eases eliminates emits enhances expands extends extracts fights fixes freshens gives guards handles
heals helps hydrates improves inflates keeps kneads limits lowers makes matches meets moisturises moisturizes
monitors moves nourishes organises organizes purifies reads reclines recognises recognizes records refreshes
regulates reminds repairs replaces restores saves sends sharpens slices smooths softens stabilises strengthens
suits supplies swivels syncs takes toasts trims updates uses ventilates withstands works writes
"""
"""What follows a product's name only; behind another word these may be things: "memory saves"."""
_MAY_DO = """
backs beats counts hooks lines needs pads parks prints pumps rates seats sets ships sleeps snaps sounds springs sticks
stops switches tests times tops trains
"""
"""What is a verb where something follows that no plural takes: "seats six", but not "seats for six"."""
_AFTER_A_VERB = frozenset(
    [
        "up",
        "down",
        "in",
        "into",
        "on",
        "onto",
        "to",
        "its",
        "your",
        "the",
        "a",
        "an",
        "as",
        "any",
        "every",
        "no",
        "back",
        "away",
        "itself",
    ]
)
_DOES = frozenset((*_DOING.split(), "does")) | {one for one in VERBS if one.endswith("s")}
_DOES_FIRST = _DOES.union(_ALSO_DOING.split())
_DOES_PERHAPS = frozenset(_MAY_DO.split())
_JOINING = frozenset(["of", "and", "or"])
_EACH = frozenset(["all", "each", "every", "both"])
_FOR_SOMEBODY = re.compile(r"^(?:breakfast|lunch|dinner|supper|drinks|food) for\b", re.IGNORECASE)
_CHOICE = re.compile(r"^(?!for\b)[^\d,]+ or [^\d,]+$", re.IGNORECASE)
_ACRONYM = re.compile(r"^[A-Z]{3,5}$")
_SENTENCE = 4  # words; what has fewer and begins with a capital is a name
_ALL = frozenset(["each", "every", "all", "both", "no", "its", "their", "one"])


def does(clause: str) -> bool:
    """Return whether a clause says what a product does, such as "works on gas"."""
    words = clause.lower().split()
    if len(words) < 2 or words[1] in _JOINING:
        return False
    if words[0] in _DOES_PERHAPS:
        follows = words[1]
        return (
            follows in _AFTER_A_VERB | _COUNTS or follows[0].isdigit() or follows.endswith(("ly", "-packed"))
        )
    return words[0] in _DOES_FIRST


def says_itself(clause: str) -> bool:
    """Return whether a clause is a sentence about a part, such as "lid snuffs the flame"."""
    words = clause.lower().split()
    for place, word in enumerate(words[:4]):
        if word in _AFTER_A_THING - {"and"}:
            return False
        is_verb = word in {"is", "are", "can", "has", "have"} or (word in _DOES and place + 1 < len(words))
        if place and is_verb and (word not in _DOES or not is_plural(words[place - 1])):
            return True
    return False


def is_quality(clause: str) -> bool:
    """Return whether a clause says what a product is, such as "machine washable" and "ready in 30 minutes"."""
    words = clause.split()
    if words[0].lower() in _ALL | {"a", "an", "the"}:
        return False
    if len(words) == 1 and (clause in _SINGLE or (clause.endswith("ing") and not _NAMED_SO.search(clause))):
        return True
    follows = len(words) > 1 and words[1].lower() in (_NO_THING | {"enough", "and"})
    before = next((word for word, after in pairwise(words) if after.lower() in _NO_THING), words[-1])
    measured = len(words) > 1 and words[1][:1].isdigit()
    return bool(
        (words[0].lower() in _QUALITIES and (follows or measured))
        or any(_SO.search(one) and one.islower() and not _NAMED_SO.search(one) for one in (words[-1], before))
        or (_MADE_SO.search(words[0]) and follows)
    )


def has(clause: str) -> bool:
    """Return whether a clause names a thing that a product has and is not, such as "gooseneck spout"."""
    words = clause.lower().split()
    if _ACRONYM.match(clause):
        return True
    if (
        len(words) < 2
        or words[0] in _NO_THING | _EACH
        or _FOR_SOMEBODY.match(clause)
        or does(clause)
        or says_itself(clause)
        or is_quality(clause)
    ):
        return False
    if words[0][0].isdigit():
        counts = words[1] not in {"to", "x"} and words[-1] not in _UNITS
        return counts and (
            is_plural(words[-1]) or (len(words) > 2 and words[-1].isalpha() and len(words[-1]) > 2)
        )
    return True


def thing(clause: str) -> str:
    """Return what a product has with its article, such as "a rain cover" and "two hand pockets"."""
    words = clause.split()
    if words[0].lower() == "own":
        return f"its {clause}"
    head = next((word for word, after in pairwise(words) if after.lower() in _AFTER_A_THING), words[-1])
    if len(words) > 3 and words[1].lower() == "and" and words[2].lower() not in _COUNTS:
        head = words[-1]  # "front and rear lights"
    if (
        is_plural(head)
        or _ACRONYM.match(clause)
        or words[0].lower() in _COUNTS | _ALL | {"a", "an", "the"}
        or _UNCOUNTED.search(head)
        or is_stuff(head)
    ):
        return clause
    return f"{'an' if _sounds_open(words[0]) else 'a'} {clause}"


def is_stuff(clause: str) -> bool:
    """Return whether a clause is a material and no part of it: "beech wood", but not "steel nib"."""
    words = clause.split()
    return (
        len(words) < 3
        and not is_plural(words[-1])
        and any(kind == "material" for kind, *_ in claims_in(words[-1]))
    )


def is_plural(name: str) -> bool:
    """Return whether a product's name is a plural, such as "earbuds"."""
    return name.endswith("s") and not name.endswith(("ss", "us", "is"))


def whole(clause: str) -> str:
    """Return a clause about a part as a sentence: "The lid snuffs the flame."."""
    text = clause if clause.partition(" ")[0].lower() in _ALL else f"the {clause}"
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def is_choice(clause: str) -> bool:
    """Return whether a clause says between what one can choose, such as "blue or sand"."""
    return bool(_CHOICE.match(clause))


def sentence_of(clause: str, *, is_thing: bool = True) -> str:
    """Return a clause about a product as a sentence; "" where that would take understanding it.

    Args:
        is_thing: Whether it may name a thing that the product has.
    """
    words = clause.split()
    if words[0][:1].isupper() and len(words) >= _SENTENCE:
        return f"{clause.rstrip('.')}."
    if (bare := re.sub(r",? not included$", "", clause)) != clause:
        return whole(f"{bare} {'are' if is_plural(bare) else 'is'} not included")
    if (bare := re.sub(r",? included$", "", clause)) != clause:
        return f"It comes with {thing(bare)}."
    if does(clause):
        return f"It {clause}."
    if says_itself(clause):
        return whole(clause)
    if is_choice(clause):
        return f"It comes in {clause}."
    if is_thing and has(clause) and words[0] != "no":
        return f"It has {thing(clause)}."
    return f"It is {clause}." if is_quality(clause) else ""


def as_many(answer: str) -> str:
    """Return an answer about one thing as one about several."""
    for one, many in (("It is ", "They are "), ("It has ", "They have "), ("It does ", "They do ")):
        if answer.startswith(one):
            return many + answer.removeprefix(one)
    return re.sub(r"^It (\w+?)(ies|(?<=ch)es|(?<=sh)es|(?<=ss)es|s)\b", _conjugated, answer)


def joined(parts: Sequence[str]) -> str:
    """Return things in a row as a sentence lists them; "" for none."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def turned(row: Sequence[T], turn: int) -> list[T]:
    """Return a row that begins elsewhere for each turn, and comes round."""
    place = turn % len(row) if row else 0
    return [*row[place:], *row[:place]]


def _conjugated(match: re.Match[str]) -> str:
    return f"They {match.group(1)}{'y' if match.group(2) == 'ies' else ''}"


def _sounds_open(word: str) -> bool:
    """Return whether a word begins with the sound of a vowel: "an 8 mm drop", "an RFID lock", "a USB port"."""
    if word.isupper() and len(word) > 1 and word.isalpha():
        return word[0] in "AEFHILMNORSX"
    return bool(
        re.match(r"(?:[ai]|o(?!ne\b|nce\b|ne-)|e(?!u)|u(?!n?i|s|se)|8|11\b|18\b|hour|honest)", word.lower())
    )
