"""The library: what a kept sample says of itself, and that nothing is lost by accident."""

import hashlib
import struct
import zlib
from pathlib import Path

import pytest
from brandkiln.artifacts import store
from brandkiln.core.errors import Unprocessable
from brandkiln.datasets.models import Record
from brandkiln.library.models import Asset
from brandkiln.library.queries import find_assets
from brandkiln.library.services import (
    keep_sample,
    picture_names,
    rate_asset,
    restore_asset,
    tag_asset,
    trash_asset,
)
from django.db import IntegrityError, transaction
from pytest_django.fixtures import DjangoAssertNumQueries

from tests.factories import Cast, DatasetVersionFactory, JobFactory

pytestmark = pytest.mark.django_db


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes(width) for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def test_a_receipt_names_everything_that_made_the_piece(cast: Cast) -> None:
    version = DatasetVersionFactory(dataset__project=cast.project)
    job = JobFactory(
        project=cast.project,
        requested_by=cast.ben,
        dataset_version=version,
        params={"count": 2, "seed": 5},
        seed=5,
        attempt=2,
    )
    asset = keep_sample(
        job=job,
        position=1,
        media_type="text/plain",
        text="Boots that last.",
        seed=6,
        meta={"prompt": "Write", "ms": 3},
    )
    receipt = asset.receipt
    digest = hashlib.sha256(b"Boots that last.").hexdigest()
    assert receipt["content"] == {"sha256": digest, "size": 16, "media_type": "text/plain"}
    assert receipt["job"]["id"] == str(job.pk)
    assert (receipt["job"]["attempt"], receipt["job"]["position"]) == (2, 1)
    assert receipt["generator"] == {"name": "dummy", "version": "1.0.0"}
    assert receipt["data"]["sha256"] == version.sha256
    assert (receipt["params"], receipt["seed"]) == ({"count": 2, "seed": 5}, 6)
    assert (receipt["prompt"], receipt["details"]) == ("Write", {"ms": 3})
    assert (receipt["actor"], receipt["workspace"], receipt["project"]) == (cast.ben.email, "acme", "spring")
    assert receipt["checkpoint"] is None


def test_a_piece_is_called_after_the_picture_that_it_was_made_of(cast: Cast) -> None:
    picture = store.put_bytes(png(8, 8), workspace=cast.acme, media_type="image/png")
    job = JobFactory(project=cast.project)

    def made(position: int) -> str:
        named = picture_names(cast.acme, ["a picture of somewhere", str(picture.pk)])
        said = {"label": "square", "name": "Square 1", "made_of": named.get(str(picture.pk), "")}
        return keep_sample(job=job, position=position, media_type="image/png", artifact=picture, **said).title  # type: ignore[arg-type]

    assert made(0) == "Square 1"
    Asset.objects.all().delete()
    version = DatasetVersionFactory(dataset__project=cast.project)
    Record.objects.create(
        version=version,
        position=0,
        name="Footwear/trail-boot.webp",
        sha256="0",
        split="train",
        artifact=picture,
    )
    assert made(1) == "Trail boot · square"
    kept = keep_sample(job=job, position=2, media_type="image/png", artifact=picture, name="Hero of spring")
    Asset.objects.exclude(pk=kept.pk).delete()
    assert made(3) == "Hero of spring · square"


def test_the_names_of_many_pictures_take_at_most_two_questions(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    job = JobFactory(project=cast.project)
    keys = []
    for side in (8, 9, 10):
        picture = store.put_bytes(png(side, side), workspace=cast.acme, media_type="image/png")
        keep_sample(job=job, position=side, media_type="image/png", artifact=picture, name=f"boot {side}")
        keys.append(str(picture.pk))
    with django_assert_max_num_queries(2):
        named = picture_names(cast.acme, [*keys, keys[0].upper()])
    assert named == {keys[0]: "Boot 8", keys[1]: "Boot 9", keys[2]: "Boot 10", keys[0].upper(): "Boot 8"}


def test_a_position_of_a_job_is_filled_once(cast: Cast) -> None:
    job = JobFactory(project=cast.project)
    keep_sample(job=job, position=0, media_type="text/plain", text="one")
    with pytest.raises(IntegrityError), transaction.atomic():
        keep_sample(job=job, position=0, media_type="text/plain", text="two")


def test_the_size_of_a_picture_is_read_from_its_header(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png(32, 20))
    asset = keep_sample(job=JobFactory(project=cast.project), position=0, media_type="image/png", path=path)
    assert (asset.width, asset.height) == (32, 20)


def test_a_text_is_titled_by_its_first_words(cast: Cast) -> None:
    job = JobFactory(project=cast.project)
    long = keep_sample(job=job, position=0, media_type="text/plain", text="word " * 60)
    assert long.title.endswith("word…")
    assert len(long.title) <= 80


def test_trash_hides_and_restore_brings_back(cast: Cast) -> None:
    asset = keep_sample(job=JobFactory(project=cast.project), position=0, media_type="text/plain", text="x")
    trash_asset(asset=asset, actor=cast.ben)
    assert not find_assets(workspace=cast.acme).exists()
    assert find_assets(workspace=cast.acme, trashed=True).get() == asset
    restore_asset(asset=asset, actor=cast.ben)
    assert find_assets(workspace=cast.acme).get() == asset


def test_filters_narrow_and_never_leave_the_workspace(cast: Cast) -> None:
    job = JobFactory(project=cast.project, generator="text-lm")
    boot = keep_sample(job=job, position=0, media_type="text/plain", text="Leather boot", label="Boot")
    keep_sample(job=job, position=1, media_type="application/pdf", text="", name="Report")
    rate_asset(asset=boot, rating=4)

    def found(**filters: object) -> list[Asset]:
        return list(find_assets(workspace=cast.acme, **filters))  # type: ignore[arg-type]

    for filters in ({"search": "boot leather"}, {"kind": "text"}, {"label": "Boot"}, {"rating": 4}):
        assert found(**filters) == [boot], filters
    assert found(rating=5) == []
    assert len(found(generator="text-lm", project="spring", job=str(job.pk))) == 2
    assert not find_assets(workspace=cast.other).exists()


def test_tags_are_normalised_and_bounded(cast: Cast) -> None:
    asset = keep_sample(job=JobFactory(project=cast.project), position=0, media_type="text/plain", text="x")
    assert tag_asset(asset=asset, tags=[" Spring  Sale", "spring sale", ""]).tags == ["spring sale"]
    with pytest.raises(Unprocessable, match="at most 20 tags"):
        tag_asset(asset=asset, tags=[str(number) for number in range(21)])


def test_a_rating_has_five_stars(cast: Cast) -> None:
    asset = keep_sample(job=JobFactory(project=cast.project), position=0, media_type="text/plain", text="x")
    with pytest.raises(Unprocessable, match="0 to 5"):
        rate_asset(asset=asset, rating=6)


def test_tags_hold_no_character_that_no_database_stores(cast: Cast) -> None:
    asset = keep_sample(job=JobFactory(project=cast.project), position=0, media_type="text/plain", text="x")
    assert tag_asset(asset=asset, tags=["a\0b", "\0"]).tags == ["ab"]
