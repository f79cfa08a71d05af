"""The trash of data as people see it: in, undo, out, and emptied by an admin who confirmed."""

import pytest
from brandkiln.datasets.models import Dataset, DatasetVersion
from django.test import Client
from django.utils import timezone

from tests.factories import Cast, DatasetVersionFactory


@pytest.fixture
def version(cast: Cast) -> DatasetVersion:
    return DatasetVersionFactory(dataset__project=cast.project, dataset__name="Old boots", number=1)


def test_a_data_set_vanishes_and_an_undo_is_offered(cast: Cast, ada: Client, version: DatasetVersion) -> None:
    home = f"/w/acme/data/{version.dataset_id}/"
    page = ada.post(f"{home}trash/", follow=True).content.decode()
    assert "Old boots is in the trash." in page
    assert f'action="{home}restore/"' in page
    assert "Old boots" not in ada.get("/w/acme/data/").content.decode()
    assert "Old boots" not in ada.get("/w/acme/projects/spring/").content.decode()
    assert "Old boots" not in ada.get("/w/acme/generators/image-gan/train/").content.decode()
    for address in (home, f"{home}versions/1/", f"{home}versions/1/protection/"):
        assert ada.get(address).status_code == 404
    assert "Old boots" in ada.get("/w/acme/data/trash/").content.decode()
    assert ada.post(f"{home}restore/").status_code == 302
    assert ada.get(f"{home}versions/1/").status_code == 200


def test_a_version_vanishes_and_comes_back(cast: Cast, ada: Client, version: DatasetVersion) -> None:
    DatasetVersionFactory(dataset=version.dataset, number=2)
    home = f"/w/acme/data/{version.dataset_id}/versions/1/"
    ada.post(f"{home}protection/trash/")
    assert ada.get(home).status_code == 404
    assert "Old boots v1" in ada.get("/w/acme/data/trash/").content.decode()
    ada.post(f"{home}protection/restore/")
    assert ada.get(home).status_code == 200


def test_a_creator_moves_only_what_is_theirs(cast: Cast, ben: Client, version: DatasetVersion) -> None:
    home = f"/w/acme/data/{version.dataset_id}/"
    assert ben.post(f"{home}trash/").status_code == 403
    Dataset.objects.update(created_by=cast.ben)
    assert ben.post(f"{home}trash/").status_code == 302
    assert Dataset.objects.get().trashed_by == cast.ben


def test_the_trash_is_emptied_by_an_admin_who_confirmed(
    cast: Cast, ada: Client, pia: Client, version: DatasetVersion
) -> None:
    Dataset.objects.update(trashed_at=timezone.now())
    assert pia.post("/w/acme/data/trash/empty/", {"sure": "yes"}).status_code == 403
    assert "confirm first" in ada.post("/w/acme/data/trash/empty/", follow=True).content.decode()
    assert Dataset.objects.exists()
    said = ada.post("/w/acme/data/trash/empty/", {"sure": "yes"}, follow=True).content.decode()
    assert "1 entry is deleted for good." in said
    assert not Dataset.objects.exists()


def test_a_new_data_set_is_told_where_its_name_is(cast: Cast, ada: Client, version: DatasetVersion) -> None:
    Dataset.objects.update(trashed_at=timezone.now())
    form = {"name": "Old boots", "kind": "image", "project": "spring"}
    assert "lies in the trash" in ada.post("/w/acme/data/new/", form).content.decode()
