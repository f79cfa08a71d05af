"""What a bulk forgets of a record that was erased."""

from typing import Any

import pytest
from brandkiln.bulk.feeding import PREFIX
from brandkiln.bulk.models import Row, Template
from brandkiln.bulk.services import create_bulk
from brandkiln.bulk.sources import read_version
from brandkiln.datasets.models import Erasure
from brandkiln.datasets.readers.writer import canonical, digest
from brandkiln.jobs.models import Job
from django.utils import timezone

from tests.factories import Cast, DatasetVersionFactory, JobFactory

pytestmark = pytest.mark.django_db
NAMES = ("Anna Schmidt", "Ben Weber")


def record(kind: str, name: str) -> dict[str, Any]:
    """Return the columns of a record as a reader makes them."""
    fields = {"Name": name, "Price": 12.5}
    text = f"About {name}." if kind == "text" else ""
    content = canonical({"text": text, "fields": fields} if text else fields)
    return {"fields": fields, "text": text, "sha256": digest(content.encode())}


@pytest.mark.parametrize("kind", ["table", "text"])
def test_the_cells_of_an_erased_record_are_emptied(kind: str, cast: Cast, template: Template) -> None:
    version = DatasetVersionFactory(
        dataset__project=cast.project, dataset__kind=kind, record_count=2,
        columns=[{"name": "Name", "type": "text"}, {"name": "Price", "type": "decimal"}],
    )  # fmt: skip
    records = [record(kind, name) for name in NAMES]
    for position, one in enumerate(records):
        version.records.create(position=position, name=f"row {position}", split="train", **one)
    asked = {"workspace": cast.acme, "project": cast.project, "actor": cast.ben, "templates": [template]}
    bulk = create_bulk(table=read_version(version), **asked)
    row = bulk.rows.order_by("position").first()
    assert row is not None
    params = {"facts": f"Write about {NAMES[0]}.", "tone": "calm"}
    jobs = [
        JobFactory(
            workspace=cast.acme, project=cast.project, params=params,
            idempotency_key=f"{PREFIX}{bulk.pk.hex}:{key}:1",
        )
        for key in (row.pk, row.pk + 1)
    ]  # fmt: skip
    erasure = Erasure.objects.create(
        workspace=cast.acme, content_sha256=records[0]["sha256"],
        reached={"versions": [str(version.pk)], "hashes": [records[0]["sha256"]]},
    )  # fmt: skip
    assert "Anna" in str(list(Row.objects.values_list("cells", flat=True)))
    erasure.finished_at = timezone.now()
    erasure.save(update_fields=["finished_at"])
    first, second = bulk.rows.order_by("position").values_list("cells", flat=True)
    assert first == {}
    assert [Job.objects.get(pk=job.pk).params for job in jobs] == [{"facts": "", "tone": "calm"}, params]
    assert second["Name"] == "Ben Weber"
