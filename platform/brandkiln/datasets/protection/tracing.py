"""Where a record is: the versions that hold its content, and those that hold a changed copy of it.

Equal content has the same hash. A recipe that changes a record gives it another hash and leaves its name, so a copy is
followed from a version to its parent and its children by a name that only one record has on either side.
"""

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Q

from brandkiln.datasets.models import DatasetVersion, Record, Upload


@dataclass
class Trace:
    """What is known of one record."""

    content: str
    """The hash that was asked for."""
    hashes: set[str] = field(default_factory=set)
    """That hash and those of changed copies."""
    versions: dict[UUID, int] = field(default_factory=dict)
    """How many records of each version are it."""

    def records(self) -> Q:
        """Return the condition for its records."""
        return Q(version__in=list(self.versions), sha256__in=self.hashes)


def trace(workspace_id: UUID, content: str) -> Trace:
    """Return where the content is, with every changed copy that can be followed."""
    found = Trace(content)
    waiting = [content]
    while waiting:
        sha256 = waiting.pop()
        if sha256 in found.hashes:
            continue
        names: dict[UUID, str] = {}
        for version, name, count in _records(workspace_id, sha256=sha256):
            found.hashes.add(sha256)
            found.versions[version] = found.versions.get(version, 0) + count
            names.setdefault(version, name)
        for version, name in names.items():
            waiting += _copies(workspace_id, version, name)
    return found


def uploads_with(found: Trace) -> list[Upload]:
    """Return the uploads whose files hold the record: those that brought more of it than was there before."""
    versions = DatasetVersion.objects.filter(pk__in=list(found.versions)).exclude(upload=None)
    holding = []
    for version in versions.select_related("upload"):
        upload = version.upload
        if upload and (
            upload.base_id is None or found.versions[version.pk] > found.versions.get(upload.base_id, 0)
        ):
            holding.append(upload)
    return holding


def _records(workspace_id: UUID, *, sha256: str) -> list[tuple[UUID, str, int]]:
    """Return the versions that hold the content, under which names and how often; one search for all."""
    rows = Record.objects.filter(version__workspace_id=workspace_id, sha256=sha256).order_by()
    return list(rows.values_list("version_id", "name").annotate(count=Count("pk")))


def _copies(workspace_id: UUID, version: UUID, name: str) -> list[str]:
    """Return the hashes that the record of this name has in the version's parent and children."""
    derived = DatasetVersion.objects.filter(workspace_id=workspace_id, upload=None)
    children = derived.filter(parent_id=version).values_list("pk", flat=True)
    parents = derived.filter(pk=version).exclude(parent=None).values_list("parent_id", flat=True)
    related = {*children, *parents}
    if not name or not related or Record.objects.filter(version_id=version, name=name)[:2].count() != 1:
        return []
    copies = []
    for other in related:
        rows = list(Record.objects.filter(version_id=other, name=name).values_list("sha256", flat=True)[:2])
        if len(rows) == 1:
            copies += rows
    return copies
