"""Copies of training pictures are held back until an admin releases them."""

import json
from pathlib import Path

import pytest
from brandkiln.artifacts import store
from brandkiln.datasets.models import Record
from brandkiln.jobs.guards import forget_in_guards, guard_of, keep_guard, lay_out_guard, store_guard
from brandkiln.jobs.models import Job
from brandkiln.library.holds import HeldBack, refuse_held_bytes, release_asset
from brandkiln.library.models import Asset
from brandkiln.library.queries import find_assets, released
from brandkiln.library.services import keep_sample
from brandkiln.workspaces.models import AuditEntry
from django.test import Client

from generators.weights import RawTensor, read_raw, write_raw
from tests.brandkiln.answers import finish
from tests.brandkiln.jobs.test_submit import make_checkpoint
from tests.factories import Cast, DatasetVersionFactory, JobFactory

COPY = {
    "guarded": True, "held_back": True, "neighbour": 4, "pixel_distance": 0.001, "pixel_limit": 0.02,
    "feature_distance": 0.3, "feature_limit": 0.1,
}  # fmt: skip


@pytest.fixture
def job(cast: Cast, tmp_path: Path) -> Job:
    """A sampling from a checkpoint whose guard knows the records 3 to 5."""
    version = DatasetVersionFactory(dataset__project=cast.project, number=1)
    for position in (3, 4, 5):
        picture = store.put_bytes(b"p%d" % position, workspace=cast.acme, media_type="image/png")
        Record.objects.create(
            version=version, position=position, split="train", sha256=f"{position:064}", name=f"{position}.png",
            thumbnail=picture, artifact=picture,
        )  # fmt: skip
    trained = JobFactory(project=cast.project, kind="train", dataset_version=version)
    checkpoint = make_checkpoint(cast.project, generator="image-gan", dataset_version=version)
    path = tmp_path / "guard.safetensors"
    positions = RawTensor("I64", (3,), b"".join(n.to_bytes(8, "little") for n in (3, 4, 5)))
    described = RawTensor("U8", (3, 2), bytes(range(6)))
    write_raw(
        path,
        {"positions": positions, "feature_positions": positions, "pixels": described, "features": described},
    )
    built = store_guard(workspace=cast.acme, path=path)
    keep_guard(job=trained, checkpoint=checkpoint, artifact=built, facts={"caught": 180.0, "planted": 180.0})
    return JobFactory(project=cast.project, generator="image-gan", kind="sample", checkpoint=checkpoint)


def keep(job: Job, facts: dict[str, object], position: int = 0) -> Asset:
    return keep_sample(
        job=job, position=position, media_type="image/png", text="not looked at", meta={"memorisation": facts}
    )


def signed_in(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(getattr(cast, who))
    return client


def status(client: Client, address: str) -> int:
    return finish(client.get(address))


def test_a_copy_is_kept_and_held_back_with_the_picture_it_is_near_to(cast: Cast, job: Job) -> None:
    asset, other = keep(job, COPY), keep(job, COPY | {"held_back": False}, 1)
    assert (asset.is_held, other.is_held) == (True, False)
    refuse_held_bytes(asset.artifact_id)  # the same bytes are free as another asset
    ben = signed_in(cast, "ben")
    page = ben.get(f"/w/acme/library/{asset.pk}/").content.decode()
    for text in ("Held back.", "by pixels the distance is 0.0010", "4.png", "An admin can compare"):
        assert text in page
    for query in ("", "?download"):
        assert status(ben, f"/w/acme/library/{asset.pk}/file/{query}") == 409
    assert status(ben, f"/w/acme/library/{other.pk}/file/?download") == 200
    apart = keep_sample(
        job=job, position=2, media_type="image/png", text="a copy of its own", meta={"memorisation": COPY}
    )
    with pytest.raises(HeldBack, match="is held back"):
        refuse_held_bytes(apart.artifact_id)
    assert status(ben, f"/w/acme/files/{apart.artifact_id}/") == 409
    assert status(signed_in(cast, "ada"), f"/w/acme/files/{apart.artifact_id}/") == 200
    assert "held back" in ben.get("/w/acme/library/").content.decode()
    answer = ben.post("/w/acme/library/download/", {"asset": [asset.pk]}, follow=True)
    assert "1 asset is held back and left out." in answer.content.decode()


def test_a_copy_is_not_offered_to_work_on(cast: Cast, job: Job) -> None:
    asset, other = keep(job, COPY), keep(job, COPY | {"held_back": False}, 1)
    assert set(released(find_assets(workspace=cast.acme))) == {other}
    release_asset(asset=asset, actor=cast.ada)
    assert set(released(find_assets(workspace=cast.acme))) == {asset, other}


def test_an_admin_looks_at_it_and_releases_it(cast: Cast, job: Job) -> None:
    asset, ada = keep(job, COPY), signed_in(cast, "ada")
    shown = ada.get(f"/w/acme/library/{asset.pk}/file/")
    assert (finish(shown), shown["Cache-Control"]) == (200, "no-store")
    assert status(ada, f"/w/acme/library/{asset.pk}/file/?download") == 409
    assert signed_in(cast, "ben").post(f"/w/acme/library/{asset.pk}/release/").status_code == 403
    ada.post(f"/w/acme/library/{asset.pk}/release/")
    assert status(ada, f"/w/acme/library/{asset.pk}/file/?download") == 200
    assert AuditEntry.objects.get(action="asset.released").subject == str(asset.pk)


def test_a_picture_without_a_guard_says_so(cast: Cast, job: Job) -> None:
    asset = keep(job, {"guarded": False})
    page = signed_in(cast, "ben").get(f"/w/acme/library/{asset.pk}/").content.decode()
    assert "Not guarded against copies" in page


def test_a_smaller_form_has_the_guard_of_its_parent(cast: Cast, job: Job) -> None:
    small = make_checkpoint(cast.project, generator="image-gan", number=2, parent=job.checkpoint)
    assert guard_of(small) == guard_of(job.checkpoint)
    assert lay_out_guard(None) is None
    alone = make_checkpoint(cast.project, generator="image-gan", number=3)
    assert lay_out_guard(alone) is None
    page = signed_in(cast, "ben").get(f"/w/acme/checkpoints/{small.pk}/").content.decode()
    assert "180 of 180 planted copies were caught" in page
    assert "Not guarded" in signed_in(cast, "ben").get(f"/w/acme/checkpoints/{alone.pk}/").content.decode()


def test_an_erased_record_is_taken_out_of_the_guard(cast: Cast, job: Job) -> None:
    guard = guard_of(job.checkpoint)
    version = job.checkpoint.dataset_version
    assert forget_in_guards(version.pk, [f"{4:064}"]) == 1
    assert forget_in_guards(version.pk, [f"{4:064}", "0" * 64]) == 0
    path = lay_out_guard(job.checkpoint)
    assert path is not None
    left = read_raw(path)
    assert left["positions"].data == b"".join(n.to_bytes(8, "little") for n in (3, 5))
    assert json.dumps(list(left["pixels"].data)) == "[0, 1, 4, 5]"
    guard.refresh_from_db()
    assert guard.facts["caught"] == 180
