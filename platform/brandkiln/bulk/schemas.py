"""What programs send of bulks, and what they get."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from brandkiln.bulk import services
from brandkiln.bulk.models import Bulk, Row
from brandkiln.bulk.queries import pieces_of
from brandkiln.bulk.shown import score_of, standing
from brandkiln.core.api import Body


class SourceIn(Body):
    """What a variable is filled from: columns of the table, or one value for all rows."""

    columns: list[str] = Field(default_factory=list, max_length=200)
    value: str | float | bool | None = None

    def source(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {"columns": self.columns} if self.columns or self.value is None else {"value": self.value}


class BulkIn(Body):
    """A new bulk: which templates, and the rows."""

    project: str = Field(max_length=50)
    templates: list[UUID] = Field(min_length=1, max_length=services.MOST_TEMPLATES)
    dataset_version: UUID | None = None
    """A version of a table or of texts, whose records are the rows."""
    rows: list[dict[str, str | float | bool | None]] = Field(default_factory=list, max_length=5_000)
    """The rows themselves; larger tables come as a file."""
    name: str = Field("", max_length=120)


class SentRowsIn(Schema):
    """What comes beside a file."""

    project: str = Field(max_length=50)
    templates: list[UUID] = Field(min_length=1, max_length=services.MOST_TEMPLATES)
    name: str = Field("", max_length=120)


class MappingIn(Body):
    """What each variable is filled from."""

    mapping: dict[str, SourceIn] = Field(max_length=240)


class TrialIn(Body):
    """Which rows a dry run makes."""

    choosing: services.Choosing = "mixed"
    """The first rows, the longest, or the first, the longest and the shortest."""
    positions: list[int] = Field(default_factory=list, max_length=services.MOST_TRIAL_ROWS)
    """These rows instead, counted from 0."""


class RetryIn(Body):
    """Which failed rows are tried again."""

    rows: list[int] | None = Field(None, max_length=10_000)
    """Ids of rows; null tries all that failed."""


class Standing(Schema):
    """Where a bulk stands."""

    state: str
    reason: str
    counts: dict[str, int]
    total: int
    ended: int
    seconds_left: float | None


class BulkOut(Schema):
    """A bulk."""

    id: UUID
    project: str = Field(alias="project.slug")
    name: str
    filename: str
    dataset_version: UUID | None = Field(alias="dataset_version_id")
    templates: list[dict[str, Any]]
    columns: list[dict[str, str]]
    mapping: dict[str, Any]
    rows: int = Field(alias="row_count")
    """Rows of the table; each is made once for each template."""
    refused: list[dict[str, Any]]
    """Rows of the file that could not be read."""
    trial: list[int]
    standing: Standing
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @staticmethod
    def resolve_templates(bulk: Bulk) -> list[dict[str, Any]]:
        versions = bulk.versions.all()
        return [
            {"id": str(one.template_id), "name": one.template.name, "version": one.number} for one in versions
        ]

    @staticmethod
    def resolve_standing(bulk: Bulk) -> dict[str, Any]:
        return standing(bulk, bulk.states)


class BulkPage(Schema):
    """One page of bulks, newest first."""

    items: list[BulkOut]
    next: str | None


class RowOut(Schema):
    """A row for one template."""

    id: int
    position: int
    template: str = Field(alias="version.template.name")
    state: str
    tries: int
    message: str
    cells: dict[str, Any]
    job: UUID | None = Field(alias="job_id")
    assets: list[dict[str, Any]]

    @staticmethod
    def resolve_assets(row: Row) -> list[dict[str, Any]]:
        return [
            {"id": str(one.pk), "media_type": one.media_type, "text": one.text, "brand": score_of(one)}
            for one in pieces_of(row)
        ]


class RowPage(Schema):
    """Some rows in the order of the table."""

    items: list[RowOut]
    next: int | None
    """What to send as `after` for the next ones."""


class Checked(Schema):
    """What became of a change of the mapping."""

    faulty: int
    """Rows that do not fit; their messages say why."""
