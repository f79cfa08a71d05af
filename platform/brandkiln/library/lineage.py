"""What became of a record: the uploads that brought it, the versions that hold it, and what was made from those."""

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from brandkiln.datasets.models import DatasetVersion, Erasure, Upload
from brandkiln.datasets.protection.tracing import trace, uploads_with
from brandkiln.jobs.models import Checkpoint
from brandkiln.library.models import Asset
from brandkiln.workspaces.models import Workspace

SHOWN = 12
"""Assets that are listed; all are counted."""


@dataclass(frozen=True)
class Chain:
    """Where one record came from and where it went."""

    content: str
    versions: list[DatasetVersion]
    uploads: list[Upload]
    checkpoints: list[Checkpoint]
    assets: list[Asset]
    """The newest of them."""
    asset_counts: dict[UUID, int] = field(default_factory=dict)
    """By checkpoint or version: how many assets were made with it."""
    records: int = 0

    @property
    def asset_count(self) -> int:
        return sum(self.asset_counts.values())


def chain_of(workspace: Workspace, content: str) -> Chain:
    """Return the chain of the content, empty where no record has it."""
    found = trace(workspace.pk, content)
    return _chain(
        workspace, content, list(found.versions), uploads_with(found), records=sum(found.versions.values())
    )


def chain_of_erased(erasure: Erasure) -> Chain:
    """Return what an erasure reached, which is known although the record is gone."""
    reached = erasure.reached
    uploads = list(Upload.objects.filter(pk__in=reached.get("uploads", ())).select_related("dataset"))
    versions = [UUID(key) for key in reached.get("versions", ())]
    return _chain(
        erasure.workspace, erasure.content_sha256, versions, uploads, records=reached.get("records", 0)
    )


def _chain(
    workspace: Workspace, content: str, keys: list[UUID], uploads: list[Upload], *, records: int
) -> Chain:
    versions = DatasetVersion.objects.filter(pk__in=keys, workspace=workspace).select_related("dataset")
    checkpoints = list(
        Checkpoint.objects.filter(workspace=workspace, dataset_version__in=keys)
        .select_related("project", "dataset_version__dataset")
        .order_by("created_at")
    )
    assets = Asset.objects.filter(workspace=workspace).filter(
        Q(job__checkpoint__in=checkpoints) | Q(job__dataset_version__in=keys)
    )
    counts: dict[UUID, int] = {}
    for checkpoint, version in assets.order_by().values_list("job__checkpoint_id", "job__dataset_version_id"):
        source = checkpoint or version
        counts[source] = counts.get(source, 0) + 1
    return Chain(
        content=content,
        versions=sorted(versions, key=lambda version: (version.dataset.name, version.number)),
        uploads=sorted(uploads, key=lambda upload: upload.created_at),
        checkpoints=checkpoints,
        assets=list(assets.select_related("artifact").order_by("-created_at")[:SHOWN]),
        asset_counts=counts,
        records=records,
    )
