"""What a format of text-lm says beyond what people see of it: how it is asked for, shown and held together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from generators.builtin.text_lm.facts import hashtag
from generators.formats import TextFormat, TextPart, room_used


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(TextPart):
    """A stretch that the network writes, between texts that are given."""

    kind: Literal["line", "sentences", "free"] = "line"
    """A line without an end, whole sentences, or lines and sentences as they come."""
    before: str = ""
    """Fixed text before it; it belongs to no part."""
    after: str = ""
    """Fixed text at its end that counts. {hashtag} is made of the product's name."""
    openings: tuple[str, ...] = ("",)
    """How it may start; variants take turns. {name} is the product's name."""
    least: int = 1
    """Fewest sentences."""
    most: int = 1
    """Most sentences."""
    easy: int = 130
    """A sentence, or a line without a limit, that is so long ends at the next place where it may."""
    ends: str = ".!?"
    """What a sentence ends with."""
    carries: bool = False
    """Whether required terms are said here."""
    kept: str = ""
    """What it says, word for word; empty where it is written."""
    choices: tuple[tuple[str, ...], ...] = ()
    """Texts of which it says one, word for word, in groups; variants take turns among the groups."""
    once: bool = False
    """Whether variants beyond the last group of choices are written, so that none says again what another did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format(TextFormat):
    """One kind of text that text-lm writes."""

    task: str
    """What the writer is told to do."""
    request: str
    """How the request ends, after the product facts."""
    examples: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Product facts and the texts of all parts in order, shown before the real product."""
    parts: tuple[Part, ...]
    closing: str = ""
    """Fixed text at the end that belongs to no part."""
    never: str = '[]{}<>|*_\\"“”@#'
    """Characters that no part holds: small networks use them for placeholders."""
    max_tokens: int = 120
    """A text that is not complete after so many is dropped."""
    repetition_penalty: float = 1.12
    is_holding: bool = False
    """Whether it is a reply that only promises an answer, as the facts hold none."""
    candidates: int = 1
    """How many are written for each that `candidates` asks for: short texts are cheap and need the choice."""

    @property
    def is_composed(self) -> bool:
        """Whether a part says one of the texts that were put together for it, so that the network only chooses."""
        return any(part.choices for part in self.parts)

    @property
    def is_settled(self) -> bool:
        """Whether each part says one text that is given, so that there is nothing to choose."""
        return all(part.kept or sum(map(len, part.choices)) == 1 for part in self.parts)

    def about(self, name: str, turn: int) -> "Format":
        """Return the format for one variant: the product's name filled in and one opening for each part.

        Args:
            name: The product's name; without one ("") the network starts each part as it likes.
            turn: The number of the variant; openings take turns.
        """

        def fitted(part: Part) -> Part:
            opening = part.openings[turn % len(part.openings)].replace("{name}", name) if name else ""
            after = part.after.replace("{hashtag}", hashtag(name)) if name else ""
            fits = not part.limit or room_used(opening + after, part.counting) < part.limit // 2
            is_over = part.once and turn >= len(part.choices)
            chosen = (part.choices[turn % len(part.choices)],) if part.choices and not is_over else ()
            return replace(
                part, openings=(opening if fits else "",), after=after if fits else "", choices=chosen
            )

        return replace(self, parts=tuple(map(fitted, self.parts)))

    def learnt(self) -> "Format":
        """Return the format for a network that was trained to write it: it opens texts as the house does."""
        return replace(self, parts=tuple(replace(part, openings=("",)) for part in self.parts))

    def keeping(self, texts: Sequence[str]) -> "Format":
        """Return the format in which some parts say what is given, and the others are written around them.

        Args:
            texts: One for each part, empty where it is to be written; none keeps nothing.
        """
        if not texts:
            return self
        parts = tuple(
            replace(part, kept=text or part.kept) for part, text in zip(self.parts, texts, strict=True)
        )
        room = sum(len(text) // 2 + 1 for text in texts if text)  # tokens; a token is two letters or more
        return replace(self, parts=parts, max_tokens=self.max_tokens + room)

    def written(self, texts: Sequence[str]) -> str:
        """Return the whole text whose parts say these texts."""
        joined = "".join(part.before + text for part, text in zip(self.parts, texts, strict=True))
        return joined.removeprefix(" ").lstrip("\n") + self.closing
