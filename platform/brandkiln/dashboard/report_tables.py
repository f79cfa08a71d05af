"""The tables that a report can be made on: the newest version of each data set of rows."""

from dataclasses import dataclass

from brandkiln.datasets.models import DatasetVersion, Kind
from brandkiln.datasets.queries import newest_of
from brandkiln.workspaces.models import Workspace

MOST = 100


@dataclass(frozen=True)
class Tables:
    """What there is to choose from, newest first."""

    versions: list[DatasetVersion]

    def find(self, key: str) -> DatasetVersion | None:
        """Return the version with this id; the first where the id is none of them; None where there is no table."""
        found = (version for version in self.versions if str(version.pk) == key)
        return next(found, self.versions[0] if self.versions else None)

    def columns(self, key: str) -> list[str]:
        """Return the names of the columns of that version."""
        version = self.find(key)
        return [str(column["name"]) for column in version.columns] if version else []


def table_versions(workspace: Workspace) -> Tables:
    """Return the workspace's tables."""
    rows = DatasetVersion.objects.filter(workspace=workspace, trashed_at=None, record_count__gt=0)
    tables = newest_of(rows).filter(dataset__kind=Kind.TABLE, dataset__trashed_at=None)
    return Tables(list(tables.select_related("dataset__project").order_by("-created_at", "-pk")[:MOST]))
