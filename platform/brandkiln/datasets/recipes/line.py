"""One record on its way through a recipe."""

import json
from dataclasses import dataclass, field, replace
from typing import Any, Self

from brandkiln.datasets.readers.writer import canonical, digest

NAMES = (
    "position", "name", "label", "sha256", "split", "text", "fields", "facts", "artifact", "thumbnail",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A record as steps see it. It is never changed in place: ``line.changed(...)`` gives the next one."""

    position: int
    """Where it stood in the parent version, which findings and annotations speak of."""
    name: str
    label: str
    sha256: str
    split: str
    """What it was used for in the parent; empty where it is new."""
    text: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    artifact: str | None = None
    """The id of its picture or sound."""
    thumbnail: str | None = None
    is_edited: bool = False

    def changed(self, **values: Any) -> Self:
        """Return the record with these values, marked as edited where one of them differs; the counts rest on it."""
        if all(_is_same(getattr(self, name), value) for name, value in values.items()):
            return self
        return replace(self, **values, is_edited=True)

    def settled(self, kind: str) -> Self:
        """Return an edited record as the next step shall see it: not edited any more, its content hashed anew."""
        if kind == "text":
            content = canonical({"text": self.text, "fields": self.fields}) if self.fields else self.text
        elif kind == "table":
            content = canonical(self.fields)
        else:
            return replace(self, is_edited=False)  # what replaces a picture hashes it
        return replace(self, is_edited=False, sha256=digest(content.encode()))

    def to_json(self) -> str:
        """Return one line of a file that holds records between two passes."""
        values = [getattr(self, name) for name in NAMES]
        return json.dumps(values, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the record that ``to_json`` wrote."""
        return cls(*json.loads(text))


def _is_same(one: Any, other: Any) -> bool:
    """Return whether two values are equal and of one type; Python takes 1, 1.0 and True for equal, JSON does not."""
    if isinstance(one, dict) and one == other:
        return all(type(value) is type(other[name]) for name, value in one.items())
    return bool(one == other)
