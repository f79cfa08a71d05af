"""One rule that a guide seems to ask for."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Proposal:
    """One rule that a text seems to ask for.

    Attributes:
        field: The field of the brand kit, or of its guide as "guide.NAME".
        value: What would be set, or added where the field is a list.
        title: What it is, as a message with `%(value)s`.
        shown: The value in words.
        quote: The sentence it was read from.
    """

    field: str
    value: Any
    title: str
    shown: str
    quote: str
