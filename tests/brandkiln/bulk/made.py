"""A bulk that is over, for tests of other things."""

from typing import Any

from brandkiln.bulk.models import Bulk, Row
from brandkiln.bulk.services import create_bulk
from brandkiln.bulk.sources import table_of
from brandkiln.bulk.templates import Content, create_template


def finished_bulk(project: Any, owner: Any, version: Any = None) -> Bulk:
    """Return a bulk of one row that failed, as if it were one of this data set version."""
    content = Content(
        "text-lm", {"product": "{product}", "variants": 1}, ({"name": "product", "kind": "facts"},)
    )
    template = create_template(workspace=project.workspace, actor=owner, name="Ad", content=content)
    bulk = create_bulk(
        workspace=project.workspace, project=project, actor=owner, templates=[template],
        table=table_of([{"name": "Boot"}]),
    )  # fmt: skip
    Row.objects.filter(bulk=bulk).update(state="failed", message="No text is new.")
    Bulk.objects.filter(pk=bulk.pk).update(state="finished", dataset_version=version)
    bulk.refresh_from_db()
    return bulk
