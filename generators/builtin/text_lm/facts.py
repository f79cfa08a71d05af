"""What can be read off the product facts without understanding them."""

import re

from generators.builtin.text_lm.lexicon import ENGLISH
from generators.claims import claims_in

_NAMED = re.compile(
    r"^\s*(?:(?:product[ _]?)?(?:name|title|product)|(?:商品|产品)?名称|品名|商品名?|产品名?)\s*[:：]\s*(.+)$",
    re.IGNORECASE | re.MULTILINE,
)
_FIRST_CLAUSE = re.compile(
    r"(?:\b[Nn]o\. ?(?=\d)|[^,.;:(\n，。；：（]|[.,](?=\d))+"
)  # a decimal point ends nothing
_LONGEST_NAME = 6  # words; more of them are a sentence, not a name


def product_name(facts: str) -> str:
    """Return the product's name: the field called name, title or product, else a short first clause, else ""."""
    named = _NAMED.search(facts)
    clause = named.group(1) if named else facts.strip()
    found = _FIRST_CLAUSE.match(clause.strip())
    name = found.group().strip() if found else ""
    if not named and _is_plain(name.partition(" ")[0]):
        name = name[:1].lower() + name[1:]
    return name if len(name.split()) <= _LONGEST_NAME and len(name) <= 60 else ""


def _is_plain(word: str) -> bool:
    """Return whether a word that begins a sentence would stand in small letters within one."""
    return word[1:].islower() and (word.lower() in ENGLISH or any(claims_in(word)))


def hashtag(name: str) -> str:
    """Return a name as a hashtag, such as #HarbourRainJacket; "" for an empty name."""
    words = re.findall(r"[^\W_]+", re.sub(r"['’]", "", name))
    return "#" + "".join(word[:1].upper() + word[1:] for word in words) if words else ""
