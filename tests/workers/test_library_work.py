"""The job that makes vectors of the library: each asset once, of its kind, and thumbnails of large pictures."""

from array import array
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from brandkiln.artifacts import store
from brandkiln.jobs.claims import claim_next
from brandkiln.jobs.models import Job
from brandkiln.library.indexing import index_due
from brandkiln.library.models import AssetVector, Thumbnail
from brandkiln.library.nearness import waiting
from brandkiln.library.services import keep_sample
from PIL import Image

from tests.factories import JobFactory, ProjectFactory
from workers.runner import Runner
from workers.verdicts import Outcome
from workers.watch import Request

pytestmark = pytest.mark.django_db


def test_every_asset_that_waits_is_indexed_and_a_damaged_picture_does_not_wait_for_ever(
    settings: Any, tmp_path: Path
) -> None:
    settings.SCRATCH = tmp_path
    project = ProjectFactory()
    target = BytesIO()
    Image.new("RGB", (400, 300), "teal").save(target, "PNG")
    maker = JobFactory(project=project, state="succeeded")
    for number, data in enumerate([target.getvalue(), b"no picture"]):
        artifact = store.put_bytes(data, workspace=project.workspace, media_type="image/png")
        keep_sample(job=maker, position=number, media_type="image/png", artifact=artifact, label="Boot")
    text = keep_sample(job=maker, position=2, media_type="text/plain", text="Boots that last.")
    read: list[str] = []

    def run(request: Request, **_: Any) -> Outcome:
        read.extend(request.params.get("texts", ()))
        sizes = {"embedding": 384, "looks": 256}
        rows = array("f")
        for one in request.params.get("texts") or request.params["paths"]:
            seen = request.generator == "embedding" or Path(one).read_bytes() != b"no picture"
            rows.extend([float(seen), *[0.0] * (sizes[request.generator] - 1)])
        path = request.scratch / "vectors.f32"
        path.write_bytes(rows.tobytes())
        facts = {"dimensions": sizes[request.generator]}
        return Outcome("succeeded", result={"summary": facts, "files": {"vectors": str(path)}})

    runner = Runner("w1", queues=["train"])
    runner.host.run = run  # type: ignore[method-assign]
    assert index_due() == 1
    claimed = claim_next(queues=["train"], worker="w1")
    assert claimed is not None
    runner.do(claimed)
    job = Job.objects.get(pk=claimed.pk)
    assert (job.state, job.result) == ("succeeded", {"assets": 3}), job.error_detail
    assert (waiting(project.workspace), index_due()) == (0, 0)
    assert sorted(read) == ["Boot", "Boot", "Boots that last."]
    assert AssetVector.objects.filter(space="looks").count() == 1
    assert AssetVector.objects.filter(space="meaning", asset=text).count() == 1
    assert Thumbnail.objects.values_list("size", flat=True).get() == 320
