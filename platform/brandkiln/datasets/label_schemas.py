"""How labels and captions arrive and leave as JSON, for the labelling page and for programs."""

from datetime import datetime
from typing import Any

from ninja import Schema
from pydantic import Field

from brandkiln.core.api import Body
from brandkiln.datasets.labels import AT_ONCE, CAPTION_LENGTH, KEEP, LARGEST_REVISION, Change, Said


class ChangeIn(Body):
    """What to say of one record. A part that is left out stays as it is."""

    position: int = Field(ge=0, le=2**31 - 1)
    label: str | None = Field(None, max_length=400)
    """A label of the set; "" for no label, null for what the record came with."""
    caption: str | None = Field(None, max_length=CAPTION_LENGTH)
    """For images and sounds; null for what the record came with."""
    revision: int = Field(0, ge=0, le=LARGEST_REVISION)
    """The revision that you saw; 0 where nobody had said anything."""

    def to_change(self) -> Change:
        """Return the change, which tells a part that was left out from one that is null."""
        given = self.model_fields_set
        return Change(
            position=self.position,
            label=self.label if "label" in given else KEEP,
            caption=self.caption if "caption" in given else KEEP,
            revision=self.revision,
        )


class ChangesIn(Body):
    """Changes of several records at once; each is written or comes back as a conflict by itself."""

    changes: list[ChangeIn] = Field(min_length=1, max_length=AT_ONCE)


class SaidOut(Schema):
    """What people say of one record now."""

    position: int
    label: str | None
    caption: str | None
    revision: int
    by: str | None
    at: datetime | None

    @staticmethod
    def resolve_by(said: Said) -> str | None:
        return str(said.by) if said.by else None


class AnnotatedOut(Schema):
    """What became of the changes."""

    saved: list[SaidOut]
    conflicts: list[SaidOut]
    """Records that somebody else has changed since the revision that you sent, as they are now."""


def as_json(said: Said) -> dict[str, Any]:
    """Return what is said of a record as the labelling page reads it."""
    return SaidOut.from_orm(said).model_dump(mode="json")
