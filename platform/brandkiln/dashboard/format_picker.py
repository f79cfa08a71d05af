"""The formats that a generator of texts offers, as a person picks one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from brandkiln.dashboard.templatetags.studio import said
from generators.formats import TextFormat


@dataclass(frozen=True)
class Choice:
    """One format to pick."""

    form: TextFormat
    is_chosen: bool

    @property
    def rooms(self) -> str:
        """How much room its parts have, such as "Headline 30 × 3 · Description 90 × 2"."""
        counted = Counter((part.title, part.limit) for part in self.form.parts if part.limit)
        return " · ".join(
            f"{said(title)} {limit:,}" + (f" × {times}" if times > 1 else "")
            for (title, limit), times in counted.items()
        )

    @property
    def uses(self) -> str:
        """The params that only some formats use and this one does."""
        return " ".join(sorted(self.form.uses))


@dataclass(frozen=True)
class Group:
    """Formats under one heading."""

    title: str
    choices: tuple[Choice, ...]

    @property
    def is_open(self) -> bool:
        """Whether the chosen one is among them."""
        return any(choice.is_chosen for choice in self.choices)

    @property
    def chosen(self) -> str:
        """The title of the chosen one; "" where it is in another group."""
        return next((choice.form.title for choice in self.choices if choice.is_chosen), "")


@dataclass(frozen=True)
class Picker:
    """All formats, and which params depend on the choice."""

    groups: tuple[Group, ...]
    varying: str


def picker_of(formats: Sequence[TextFormat], chosen: str) -> Picker:
    """Return the formats in their groups.

    Args:
        chosen: The name of the format that is picked; the first one where there is no such.
    """
    names = [form.name for form in formats]
    chosen = chosen if chosen in names else names[0]
    grouped: dict[str, list[Choice]] = {}
    for form in formats:
        grouped.setdefault(form.group, []).append(Choice(form, form.name == chosen))
    varying = frozenset[str]().union(*(form.uses for form in formats))
    return Picker(
        tuple(Group(title, tuple(choices)) for title, choices in grouped.items()), " ".join(sorted(varying))
    )
