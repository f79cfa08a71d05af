"""What people say of the records of a version: labels and captions. Nobody overwrites another unseen."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.db import connections, router, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.core.errors import Unprocessable
from brandkiln.core.models import User
from brandkiln.core.text import is_storable
from brandkiln.datasets.label_sets import clean_label, locked_label_set, names_of
from brandkiln.datasets.models import Annotation, DatasetVersion, Kind
from brandkiln.workspaces.services import record_audit

AT_ONCE = 1_000
BATCH = 500
CAPTION_LENGTH = 4_000
CAPTIONED = {Kind.IMAGE, Kind.AUDIO}
LABELLED = {Kind.IMAGE, Kind.TEXT, Kind.AUDIO}
LARGEST_REVISION = 2**31 - 2
COLUMNS = ("version", "position", "label", "caption", "own", "revision", "by", "at")


class Keep(Enum):
    """Leave a part of an annotation as it is."""

    KEEP = "keep"


KEEP = Keep.KEEP


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody wants to say of one record, and what they saw when they said it."""

    position: int
    label: str | Keep | None = KEEP
    """A label of the set, "" for no label, None for what the record came with."""
    caption: str | Keep | None = KEEP
    revision: int = 0
    """The revision that they saw; 0 where nobody had said anything."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of one record, by whom and since when; revision 0 is nothing yet."""

    position: int
    label: str | None = None
    caption: str | None = None
    revision: int = 0
    by: User | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Annotated:
    """What became of some changes."""

    saved: list[Said]
    conflicts: list[Said]
    """What others said meanwhile of the records that were left alone."""


def annotate(*, version: DatasetVersion, changes: Sequence[Change], actor: User | None) -> Annotated:
    """Write each change whose revision is still the newest; the others come back as conflicts.

    Raises:
        Unprocessable: If a change names no record or no label of the version, or a record twice; nothing is written.
    """
    wanted = {change.position: change for change in changes}
    own = _check(version, changes, wanted)
    saved: dict[int, int] = {}
    now = timezone.now()
    with transaction.atomic():
        known = {*names_of(locked_label_set(version)), ""}
        earlier = said_of(version, wanted)
        rows = []
        for change in changes:
            before = earlier[change.position]
            label = before.label if isinstance(change.label, Keep) else _label(change.label, known)
            caption = (
                before.caption if isinstance(change.caption, Keep) else _caption(change.caption, version)
            )
            if change.revision == before.revision:
                rows.append(
                    (
                        version.pk,
                        change.position,
                        label,
                        caption,
                        own[change.position],
                        before.revision + 1,
                        actor and actor.pk,
                        now,
                    )
                )
        for start in range(0, len(rows), BATCH):
            saved |= _write(rows[start : start + BATCH])
        after = said_of(version, wanted)
    return Annotated(
        saved=[after[position] for position in wanted if position in saved],
        conflicts=[after[position] for position in wanted if position not in saved],
    )


@transaction.atomic
def clear_annotations(*, version: DatasetVersion, actor: User | None) -> int:
    """Take back everything that was said of a version and return of how many records."""
    labels = locked_label_set(version)
    count = Annotation.objects.filter(~_SAYS_NOTHING, version=version).update(
        label=None, caption=None, revision=F("revision") + 1, by=actor, at=timezone.now()
    )
    labels.renamed = {}
    labels.labels = [
        *labels.labels,
        *({"name": name, "key": ""} for name in version.labels if name not in names_of(labels)),
    ]
    labels.save(update_fields=["labels", "renamed"])
    record_audit(
        workspace=version.workspace,
        actor=actor,
        action="labels.cleared",
        subject=version,
        data={"records": count},
    )
    return count


def said_of(version: DatasetVersion, positions: Any) -> dict[int, Said]:
    """Return what is said of each of the records at these positions."""
    rows = Annotation.objects.filter(version=version, position__in=list(positions)).select_related("by")
    found = {row.position: row for row in rows}
    return {
        position: Said(position)
        if (row := found.get(position)) is None
        else Said(position, row.label, row.caption, row.revision, row.by, row.at)
        for position in positions
    }


_SAYS_NOTHING = Q(label=None, caption=None)


def _check(version: DatasetVersion, changes: Sequence[Change], wanted: dict[int, Change]) -> dict[int, str]:
    """Return the label that each record came with; raise Unprocessable where a change can't be meant."""
    kind = Kind(version.dataset.kind)
    if kind not in LABELLED:
        raise _unfit(_("Rows of a table get their labels from a column, when their file is read."))
    if len(changes) > AT_ONCE:
        raise _unfit(
            _("At most %(most)d records can be changed at once; these are %(here)d. Send them in parts.")
            % {"most": AT_ONCE, "here": len(changes)}
        )
    if len(wanted) < len(changes):
        raise _unfit(_("A record stands twice among the changes. Send each once."))
    own = dict(version.records.filter(position__in=wanted).values_list("position", "label"))
    if missing := sorted(wanted.keys() - own.keys()):
        raise _unfit(
            _("There is no record at position %(position)s; %(version)s has %(count)d records.")
            % {"position": missing[0], "version": version, "count": version.record_count}
        )
    if any(not 0 <= change.revision <= LARGEST_REVISION for change in changes):
        raise _unfit(_("A revision is a number from 0; send the one that you were given."))
    return own


def _label(label: str | None, known: set[str]) -> str | None:
    name = None if label is None else clean_label(label)
    if name is not None and name not in known:
        raise _unfit(_('There is no label "%(name)s" in the set. Add it first.') % {"name": name})
    return name


def _caption(caption: str | None, version: DatasetVersion) -> str | None:
    if caption is None:
        return None
    if Kind(version.dataset.kind) not in CAPTIONED:
        raise _unfit(_("Captions belong to images and sounds; a text is its own."))
    text = unicodedata.normalize("NFC", caption.replace("\r\n", "\n")).strip()
    if len(text) > CAPTION_LENGTH or not is_storable(text):
        raise _unfit(
            _("A caption has at most %(most)d characters, all of them printable; this one has %(here)d.")
            % {"most": CAPTION_LENGTH, "here": len(text)}
        )
    return text


def _write(rows: list[tuple[Any, ...]]) -> dict[int, int]:
    """Write annotations in one statement, each only if nobody has written since; return the revisions by position.

    The condition stands in the statement itself, so it holds whatever else happens at the same time.
    """
    connection = connections[router.db_for_write(Annotation)]
    quote = connection.ops.quote_name
    by_name = {field.name: field for field in Annotation._meta.concrete_fields}
    fields = [by_name[name] for name in COLUMNS]
    table = quote(Annotation._meta.db_table)
    names = [quote(str(field.column)) for field in fields]
    values = ", ".join([f"({', '.join(['%s'] * len(fields))})"] * len(rows))
    changed = ", ".join(f"{name} = excluded.{name}" for name in names[2:])
    statement = (
        f"INSERT INTO {table} ({', '.join(names)}) VALUES {values} "  # noqa: S608  our own names
        f"ON CONFLICT ({names[0]}, {names[1]}) DO UPDATE SET {changed} "
        f"WHERE {table}.{names[5]} = excluded.{names[5]} - 1 RETURNING {names[1]}, {names[5]}"
    )
    parameters = [
        field.get_db_prep_save(value, connection)
        for row in rows
        for field, value in zip(fields, row, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return dict(cursor.fetchall())


def _unfit(message: str) -> Unprocessable:
    return Unprocessable(message, fields={"changes": message})
