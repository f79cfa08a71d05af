"""What is done to many assets at once and taken back; folders, tags and views; deletion that is real."""

from io import BytesIO

import pytest
from brandkiln.artifacts import store
from brandkiln.artifacts.models import Artifact
from brandkiln.artifacts.removal import remove_released
from brandkiln.core.errors import Conflict, NotFound, Unprocessable
from brandkiln.jobs.models import Job
from brandkiln.library import organising
from brandkiln.library.asset_trash import delete_assets, empty_asset_trash
from brandkiln.library.changes import change_assets, undo_change
from brandkiln.library.filters import Filters, apply
from brandkiln.library.indexing import index_due
from brandkiln.library.models import Asset, Tag, Thumbnail
from brandkiln.library.services import keep_sample
from brandkiln.library.thumbnails import thumbnail
from brandkiln.library.uses import uses_of
from brandkiln.workspaces.models import AuditEntry
from django.utils import timezone
from PIL import Image

from tests.brandkiln.library.test_finding import make
from tests.factories import Cast, DatasetVersionFactory, JobFactory

pytestmark = pytest.mark.django_db


def change(cast: Cast, action: str, value: str = "") -> object:
    rows = Asset.objects.filter(workspace=cast.acme)
    return change_assets(workspace=cast.acme, assets=rows, action=action, value=value, actor=cast.ben)


def state(assets: list[Asset]) -> list[tuple[object, ...]]:
    rows = Asset.objects.in_bulk([asset.pk for asset in assets])
    return [
        (rows[a.pk].tags, rows[a.pk].rating, rows[a.pk].folder_id, rows[a.pk].trashed_at is None)
        for a in assets
    ]


@pytest.mark.parametrize("action", ["tag", "untag", "move", "rate", "trash", "restore"])
def test_every_change_can_be_taken_back_once(action: str, cast: Cast) -> None:
    assets = make(cast, "One", "Two")
    folder = organising.create_folder(workspace=cast.acme, name="Spring")
    change_assets(
        workspace=cast.acme,
        assets=Asset.objects.filter(pk=assets[0].pk),
        action="tag",
        value="hero",
        actor=cast.ben,
    )
    if action == "restore":
        change(cast, "trash")
    before = state(assets)
    value = {"tag": "Hero", "untag": "hero", "move": str(folder.pk), "rate": "4"}.get(action, "")
    made = change(cast, action, value)
    assert state(assets) != before
    undo_change(change=made, actor=cast.ada)  # type: ignore[arg-type]
    assert state(assets) == before
    with pytest.raises(Conflict):
        undo_change(change=made, actor=cast.ada)  # type: ignore[arg-type]


def test_undo_leaves_alone_what_somebody_changed_since(cast: Cast) -> None:
    assets = make(cast, "One", "Two")
    made = change(cast, "rate", "4")
    Asset.objects.filter(pk=assets[0].pk).update(rating=2)
    undo_change(change=made, actor=cast.ben)  # type: ignore[arg-type]
    assert [row[1] for row in state(assets)] == [2, 0]


@pytest.mark.parametrize(("action", "value"), [("fly", ""), ("rate", "7"), ("tag", " ")])
def test_a_change_that_means_nothing_is_refused(action: str, value: str, cast: Cast) -> None:
    make(cast, "One")
    with pytest.raises(Unprocessable):
        change(cast, action, value)


def test_a_folder_of_another_workspace_takes_nothing(cast: Cast) -> None:
    make(cast, "One")
    foreign = organising.create_folder(workspace=cast.other, name="Theirs")
    with pytest.raises(NotFound):
        change(cast, "move", str(foreign.pk))


def test_tags_of_one_name_become_one_and_words_follow(cast: Cast) -> None:
    assets = make(cast, "One", "Two")
    change(cast, "tag", "sprnig")
    change_assets(
        workspace=cast.acme,
        assets=Asset.objects.filter(pk=assets[0].pk),
        action="tag",
        value="spring",
        actor=cast.ben,
    )
    kept = organising.rename_tag(tag=Tag.objects.get(name="sprnig"), name="Spring ", actor=cast.ben)
    assert (kept.name, Tag.objects.count(), kept.taggings.count()) == ("spring", 1, 2)
    assert [row[0] for row in state(assets)] == [["spring"], ["spring"]]
    assert apply(Filters(q="spring"), workspace=cast.acme).count() == 2
    organising.delete_tag(tag=kept, actor=cast.ben)
    assert [row[0] for row in state(assets)] == [[], []]


def test_folders_lie_two_deep_and_keep_nothing_when_they_go(cast: Cast) -> None:
    [asset] = make(cast, "One")
    upper = organising.create_folder(workspace=cast.acme, name="Spring")
    lower = organising.create_folder(workspace=cast.acme, name="Shoes", parent=upper)
    with pytest.raises(Unprocessable):
        organising.create_folder(workspace=cast.acme, name="Boots", parent=lower)
    with pytest.raises(Conflict):
        organising.create_folder(workspace=cast.acme, name="spring")
    with pytest.raises(Conflict):
        organising.delete_folder(folder=upper, actor=cast.ben)
    change(cast, "move", str(lower.pk))
    assert organising.delete_folder(folder=lower, actor=cast.ben) == 1
    assert state([asset])[0][2] is None


def test_a_view_is_seen_by_others_only_where_it_is_shared_and_changed_by_its_owner_alone(cast: Cast) -> None:
    view = organising.save_view(
        workspace=cast.acme, owner=cast.ben, name="Best", filters={"rating": "4", "x": "y"}
    )
    assert view.filters == {"rating": "4"}
    assert not organising.views_for(cast.ada, cast.acme).exists()
    organising.change_view(view=view, actor=cast.ben, is_shared=True)
    assert organising.views_for(cast.ada, cast.acme).get() == view
    with pytest.raises(NotFound):
        organising.delete_view(view=view, actor=cast.ada)


def make_picture(cast: Cast, colour: str = "red", side: int = 700) -> Asset:
    target = BytesIO()
    Image.new("RGB", (side, side // 2), colour).save(target, "PNG")
    job = JobFactory(project=cast.project, generator="image-gan")

    artifact = store.put_bytes(target.getvalue(), workspace=cast.acme, media_type="image/png")
    return keep_sample(job=job, position=0, media_type="image/png", artifact=artifact)


def test_a_thumbnail_is_a_webp_that_is_made_once(cast: Cast) -> None:
    asset = make_picture(cast)
    small = thumbnail(asset, 320)
    assert small is not None
    assert thumbnail(asset, 320) == small
    with store.open_artifact(small) as source, Image.open(source) as picture:
        assert (picture.format, picture.size) == ("WEBP", (320, 160))


def test_deleted_for_good_means_that_the_bytes_are_gone_but_for_those_that_somebody_else_names(
    cast: Cast,
) -> None:
    asset, twin = make_picture(cast), make_picture(cast)
    other = make_picture(cast, "blue")
    thumbnail(other, 320)
    rows = Asset.objects.filter(pk__in=[asset.pk, other.pk])
    assert delete_assets(assets=rows, actor=cast.ada) == (0, 0)  # not in the trash
    rows.update(trashed_at=timezone.now())
    assert empty_asset_trash(days=1) == 0
    assert delete_assets(assets=rows, actor=cast.ada) == (2, 0)
    remove_released()
    assert set(Artifact.objects.values_list("pk", flat=True)) == {twin.artifact_id}
    assert not Thumbnail.objects.exists()
    assert AuditEntry.objects.filter(action="asset.deleted", actor=cast.ada).count() == 2


def test_where_an_asset_is_used_is_said(cast: Cast) -> None:
    asset = make_picture(cast)
    assert uses_of([asset]) == []
    version = DatasetVersionFactory(dataset__project=cast.project, dataset__name="Shoes")
    version.records.create(position=0, sha256="0" * 64, split="train", artifact=asset.artifact)
    [use] = uses_of([asset])
    assert (use.count, use.names) == (1, ("Shoes",))
    assert use.links[0][1] == f"/w/acme/data/{version.dataset_id}/"


def test_one_job_at_a_time_indexes_what_waits(cast: Cast) -> None:
    make(cast, "One", "Two")
    assert (index_due(), index_due()) == (1, 0)
    job = Job.objects.get(kind=Job.Kind.INDEX)
    assert (job.workspace, job.params, job.priority) == (cast.acme, {"library": True}, -10)


def test_what_a_job_said_while_it_wrote_goes_with_its_last_piece(cast: Cast) -> None:
    first, second = make(cast, "One", "Two")
    assert first.job is not None
    Job.objects.filter(pk=first.job.pk).update(state="succeeded")
    picture = store.put_bytes(b"half drawn", workspace=cast.acme, media_type="image/png")
    first.job.events.create(type="text", data={"index": 0, "text": "One"})
    first.job.events.create(type="preview", data={"artifact": str(picture.pk)})
    first.job.events.create(type="log", data={"line": "Done."})
    Asset.objects.update(trashed_at=timezone.now())
    delete_assets(assets=Asset.objects.filter(pk=first.pk), actor=cast.ada)
    assert first.job.events.filter(type="text").exists()  # it says what the other one is, too
    delete_assets(assets=Asset.objects.filter(pk=second.pk), actor=cast.ada)
    remove_released()
    assert set(first.job.events.values_list("type", flat=True)) == {"log"}
    assert not Artifact.objects.filter(pk=picture.pk).exists()
