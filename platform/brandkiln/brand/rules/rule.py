"""What a rule is, what it finds, and what it knows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from brandkiln.projects.guide import Guide


@dataclass(frozen=True, slots=True)
class Finding:
    """A stretch of a text, or a region of a picture, that breaks a rule.

    Attributes:
        start, end: The stretch, in characters of the text; both 0 where the whole piece is meant.
        why: What is wrong, as a message with `%(name)s` places; it is translated when it is shown.
        values: The values of the message.
        fix: What would stand there instead; None where no program can know.
        region: Of a picture: left, top, right and bottom as shares of its width and height.
    """

    start: int
    end: int
    why: str
    values: dict[str, str | int | float] = field(default_factory=dict)
    fix: str | None = None
    region: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the brand and of the piece.

    Attributes:
        banned, required: Terms.
        guide: The rules that the brand has set.
        palette: Its colours, as #rrggbb.
        channel: The format of the text, such as "social_post"; "" where it has none.
        facts: What the piece was written about; it may claim what they say.
        parts: The name of each part with its stretch of the text.
        today: The day on which claims must still hold.
    """

    guide: Guide
    banned: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    palette: tuple[str, ...] = ()
    channel: str = ""
    facts: str = ""
    parts: tuple[tuple[str, int, int], ...] = ()
    today: date = field(default_factory=date.today)


@dataclass(frozen=True, slots=True)
class TextRule:
    """A rule for texts.

    Attributes:
        name: What programs call it; overrulings are kept under it.
        title: What people call it.
        applies: Whether the brand asks for it, and the text is one that it can judge.
        findings: What breaks it.
        wish: What a rewriting would be asked for where no fix is known; see `dashboard.reworking`.
    """

    name: str
    title: str
    applies: Callable[[str, Known], bool]
    findings: Callable[[str, Known], Iterable[Finding]]
    wish: str = ""
