"""Deleting bytes for good, once nothing names them any more.

Whoever deletes a row that named an artifact releases it in the same transaction. What was released is removed in two
steps, either of which may be the last before a crash: the artifact's rows go first, so that nobody finds content that
is about to vanish; then the bytes go, and the note that asked for it. So a crash leaves bytes that are still on the
list, never a row that names nothing. Content that is put again meanwhile is kept or written anew (holding.py).
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.db import IntegrityError, router, transaction
from django.db.models import ManyToOneRel

from brandkiln.artifacts import store
from brandkiln.artifacts.holding import claim
from brandkiln.artifacts.models import Artifact, Removal

BATCH = 400
"""Contents that are removed in one transaction; SQLite allows a statement 999 values or more."""


@dataclass
class Removed:
    """What was deleted from the store."""

    files: int = 0
    size: int = 0
    """Bytes, as the artifacts' rows had them."""


def release(artifact_ids: Iterable[UUID | None]) -> int:
    """Note that these artifacts may have lost their last reference; return how many were noted.

    Call it in the transaction that deletes what referred to them.
    """
    ids = (pk for pk in artifact_ids if pk is not None)
    noted = 0
    while batch := list(islice(ids, BATCH)):
        noted += note(Artifact.objects.filter(pk__in=batch).values_list("workspace_id", "sha256"))
    return noted


def note(contents: Iterable[tuple[UUID, str]]) -> int:
    """Note contents, some hundred by workspace and hash, that nothing may refer to; return how many there are."""
    rows = [Removal(workspace_id=workspace, sha256=sha256) for workspace, sha256 in sorted(set(contents))]
    Removal.objects.bulk_create(  # a note that is there already is made anew, so that a removal sees the change
        rows, update_conflicts=True, unique_fields=["workspace", "sha256"], update_fields=["created_at"]
    )
    return len(rows)


def remove_released(*, busy: Collection[UUID] = (), workspace_id: UUID | None = None) -> Removed:
    """Delete released content that nothing refers to; return how much.

    Args:
        busy: Workspaces to leave alone, because a job there may have put content whose rows are still to come.
        workspace_id: The only workspace to look at; by default all.
    """
    removed = Removed()
    released = Removal.objects.exclude(workspace_id__in=busy)
    if workspace_id:
        released = released.filter(workspace_id=workspace_id)
    for workspace in list(released.order_by().values_list("workspace_id", flat=True).distinct()):
        for batch in _batches(workspace):
            _remove(workspace, batch, removed)
    return removed


def referenced(artifact_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the artifacts that some row refers to, in whatever table."""
    found: set[UUID] = set()
    for relation in Artifact._meta.get_fields(
        include_hidden=True
    ):  # related_objects leaves out related_name="+"
        if not isinstance(relation, ManyToOneRel):
            continue
        name = relation.field.attname
        rows = relation.related_model._base_manager.filter(**{f"{name}__in": artifact_ids})
        found.update(rows.order_by().values_list(name, flat=True).distinct())
    return found


def _batches(workspace_id: UUID) -> Iterator[list[Removal]]:
    last = ""
    while True:
        rows = Removal.objects.filter(workspace_id=workspace_id, sha256__gt=last).order_by("sha256")
        batch = list(rows[:BATCH])
        if not batch:
            return
        yield batch
        last = batch[-1].sha256


def _remove(workspace_id: UUID, batch: list[Removal], removed: Removed) -> None:
    sizes = _delete_rows(workspace_id, [removal.sha256 for removal in batch])
    with transaction.atomic():
        if not claim(workspace_id):
            return  # somebody is putting content; the next time will do
        notes = Removal.objects.select_for_update().filter(pk__in=[removal.pk for removal in batch])
        seen = {removal.pk: removal.created_at for removal in batch}
        same = [note for note in notes.order_by("sha256") if note.created_at == seen[note.pk]]
        rows = Artifact.objects.filter(workspace_id=workspace_id, sha256__in=[note.sha256 for note in same])
        left = {row.pk: row.sha256 for row in rows}
        used = {left[pk] for pk in referenced(list(left))}
        kept = set(left.values())
        for note in same:
            if note.sha256 not in kept:
                store.discard(workspace_id, note.sha256)
                removed.files += 1
                removed.size += sizes.get(note.sha256, 0)
        # What was put anew and released again since stays on the list.
        done = [note.pk for note in same if note.sha256 in used or note.sha256 not in kept]
        Removal.objects.filter(pk__in=done).delete()


def _delete_rows(workspace_id: UUID, digests: list[str]) -> dict[str, int]:
    """Delete the rows of contents that nothing refers to and return their sizes."""
    rows = list(Artifact.objects.filter(workspace_id=workspace_id, sha256__in=digests))
    used = referenced([row.pk for row in rows])
    named = {row.sha256 for row in rows if row.pk in used}  # one content may have several media types
    free = [row for row in rows if row.sha256 not in named]
    try:
        _delete(free)
    except IntegrityError:  # something refers to one of them since; take them one by one
        free = [row for row in free if _is_deleted(row)]
    return {row.sha256: row.size for row in free}


def _delete(rows: list[Artifact]) -> None:
    with transaction.atomic():
        keys = Artifact.objects.filter(pk__in=[row.pk for row in rows])
        keys._raw_delete(
            router.db_for_write(Artifact)
        )  # references were looked up; the database watches over them


def _is_deleted(row: Artifact) -> bool:
    try:
        _delete([row])
    except IntegrityError:
        return False
    return True
