"""Finding assets: by words, by filters, page by page, and by what they are near to."""

from array import array

import pytest
from brandkiln.core.errors import Unprocessable
from brandkiln.library.filters import Filters, apply
from brandkiln.library.models import Asset, AssetVector, SearchEntry
from brandkiln.library.nearness import Space, keep_vectors, nearest_assets, ranked, waiting
from brandkiln.library.organising import create_folder
from brandkiln.library.queries import facets, page_of_assets
from brandkiln.library.revisions import revise
from brandkiln.library.services import keep_sample, rate_asset, tag_asset
from brandkiln.library.words import marked

from tests.factories import Cast, JobFactory

pytestmark = pytest.mark.django_db


def make(cast: Cast, *texts: str, **fields: object) -> list[Asset]:
    job = JobFactory(project=cast.project, generator="text-lm", requested_by=cast.ben)
    return [
        keep_sample(job=job, position=n, media_type="text/plain", text=text, **fields)  # type: ignore[arg-type]
        for n, text in enumerate(texts)
    ]


def found(cast: Cast, **asked: str) -> list[Asset]:
    return list(apply(Filters.of(asked), workspace=cast.acme).order_by("position"))


@pytest.mark.parametrize(
    "search", ["boots", "boot", "BOOT lea", "last leather", "防水", "水冬靴", "ather", "summ"]
)
def test_words_are_found_in_whatever_form_language_or_order(search: str, cast: Cast) -> None:
    boot, other = make(cast, "Leather boots that last. 防水冬靴", "A coat for the walk to work.")
    tag_asset(asset=boot, tags=["Summer sale"])
    assert found(cast, q=search) == [boot]
    assert found(cast, q=f"{search} zeppelin") == []
    assert other not in found(cast, q=search)


def test_a_text_that_was_changed_is_found_by_its_new_words_and_waits_for_its_vector(cast: Cast) -> None:
    [boot] = make(cast, "Leather boots.", name="One")
    SearchEntry.objects.update(waits=False)
    revise(asset=boot, texts=["Felt slippers."], seen=0, actor=cast.ben)
    assert (found(cast, q="slipper"), found(cast, q="boots"), waiting(cast.acme)) == ([boot], [], 1)


def test_what_was_found_is_marked_in_its_surroundings() -> None:
    pieces = marked("Word " * 40 + "then warm leather boots. " + "More " * 80, "boot")
    assert [piece for piece, is_found in pieces if is_found] == ["boot"]
    assert "".join(piece for piece, _ in pieces).startswith("…")
    assert marked("Leather", "") == [("Leather", False)]


def test_every_filter_narrows_and_what_cannot_be_read_asks_for_nothing(cast: Cast) -> None:
    boot, coat = make(cast, "Boot.", "Coat.", label="Shoe")
    folder = create_folder(workspace=cast.acme, name="Spring")
    inner = create_folder(workspace=cast.acme, name="Shoes", parent=folder)
    Asset.objects.filter(pk=boot.pk).update(folder=inner)
    rate_asset(asset=boot, rating=4)
    tag_asset(asset=boot, tags=["hero", "spring"])
    for asked in (
        {"folder": str(folder.pk)}, {"folder": str(inner.pk)}, {"rating": "4"}, {"tag": "hero,Spring"}, {"q": "boot"},
    ):  # fmt: skip
        assert found(cast, **asked) == [boot], asked
    day = str(boot.created_at.date())
    for asked in (
        {"folder": "none"}, {"kind": "text", "q": "coat"}, {"since": day, "until": day, "folder": "none"},
        {"person": str(cast.ben.pk), "label": "Shoe", "folder": "none", "project": "spring", "generator": "text-lm"},
    ):  # fmt: skip
        assert found(cast, **asked) == [coat], asked
    assert found(cast, until="2020-01-01") == []
    unreadable = {"rating": "9", "person": "x", "since": "soon", "folder": "x", "kind": "cake", "q": "\0"}
    assert Filters.of(unreadable) == Filters()
    assert not apply(Filters(), workspace=cast.other).exists()


def test_facets_count_what_each_value_would_leave(cast: Cast) -> None:
    boot, _coat = make(cast, "Boot.", "Coat.", label="Shoe")
    tag_asset(asset=boot, tags=["hero"])
    counts = facets(Filters(tag="hero"), workspace=cast.acme)
    assert (counts["kind"], counts["tag"], counts["label"]) == ([("text", 1)], [("hero", 1)], [("Shoe", 1)])
    assert facets(Filters(), workspace=cast.acme)["kind"] == [("text", 2)]


@pytest.mark.parametrize("order", ["newest", "oldest", "rated"])
def test_pages_hold_each_asset_once_in_order_while_others_are_added(order: str, cast: Cast) -> None:
    made = make(cast, *(f"Piece {n}" for n in range(7)))
    for number, asset in enumerate(made):
        rate_asset(asset=asset, rating=number % 3)
    Asset.objects.filter(pk__in=[made[0].pk, made[1].pk]).update(created_at=made[0].created_at)
    rows, whole = apply(Filters(), workspace=cast.acme), []
    cursor = ""
    while True:
        page = page_of_assets(rows, order=order, cursor=cursor, size=3)
        whole += [row.pk for row in page.assets]
        if len(whole) == 3 and order != "oldest":
            rate_asset(asset=make(cast, "Added meanwhile")[0], rating=5)
        if not (cursor := page.following):
            break
    assert sorted(whole) == sorted(asset.pk for asset in made)
    with pytest.raises(Unprocessable):
        page_of_assets(rows, order=order, cursor="WzEsMl0")


def test_the_nearest_come_first_and_no_other_workspace_is_looked_at(cast: Cast) -> None:
    assets = make(cast, "One", "Two", "Three")
    axes = [array("f", [0.0] * n + [1.0] + [0.1] * (383 - n)).tobytes() for n in range(3)]
    keep_vectors(space=Space.MEANING, vectors={a.pk: v for a, v in zip(assets, axes, strict=True)})
    keep_vectors(space=Space.MEANING, vectors={assets[0].pk: axes[0]})  # again, as a retried job does
    assert (AssetVector.objects.count(), waiting(cast.acme)) == (3, 0)
    near = nearest_assets(workspace=cast.acme, space=Space.MEANING, vector=axes[1])
    assert near[0][0] == assets[1].pk
    assert near[0][1] > near[1][1]
    assert nearest_assets(workspace=cast.other, space=Space.MEANING, vector=axes[1]) == []
    order = ranked(Asset.objects.exclude(pk=assets[1].pk), [key for key, _ in near], [assets[2].pk])
    assert order[0] == assets[2].pk
    assert assets[1].pk not in order
