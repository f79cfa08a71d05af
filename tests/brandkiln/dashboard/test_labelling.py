"""The labelling page: what it shows, what its script sends and hears, and labels as files."""

import json
from typing import Any

import pytest
from brandkiln.artifacts import store
from brandkiln.datasets.label_sets import add_labels, label_set_of
from brandkiln.datasets.labels import Change, annotate
from brandkiln.datasets.models import Annotation, DatasetVersion, QualityReport, Record
from brandkiln.jobs.models import Job
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.factories import Cast, DatasetVersionFactory

OWN = ["cup", "plate", "", "", "", ""]


@pytest.fixture
def version(cast: Cast) -> DatasetVersion:
    version = DatasetVersionFactory(
        dataset__project=cast.project,
        dataset__kind="image",
        number=1,
        record_count=len(OWN),
        labels=["cup", "plate"],
        counts={"label": {"cup": 1, "plate": 1}, "split": {"train": 6}},
    )
    Record.objects.bulk_create(
        Record(version=version, position=place, name=f"set/{place}.png", label=label, split="train")
        for place, label in enumerate(OWN)
    )
    return version


def address(version: DatasetVersion, rest: str = "") -> str:
    return f"/w/acme/data/{version.dataset_id}/versions/1/label/{rest}"


def save(browser: Client, version: DatasetVersion, *changes: dict[str, Any]) -> Any:
    return browser.post(address(version, "save/"), {"changes": list(changes)}, "application/json")


def test_the_page_brings_the_first_records_with_labels_keys_and_counts(
    version: DatasetVersion, ben: Client
) -> None:
    page = ben.get(address(version)).content.decode()
    board = json.loads(page.split('id="label-board" type="application/json">')[1].split("</script>")[0])
    assert [(row["position"], row["now"], row["revision"]) for row in board["rows"]][:2] == [
        (0, "cup", 0),
        (1, "plate", 0),
    ]
    assert board["labels"][0] == {"name": "cup", "key": "1", "count": 1}
    assert (board["labelled"], board["total"], board["next"]) == (2, 6, None)


def test_a_table_has_no_page_to_label_it(cast: Cast, ben: Client) -> None:
    version = DatasetVersionFactory(dataset__project=cast.project, dataset__kind="table", number=1)
    assert ben.get(address(version)).status_code == 404


def test_a_change_is_saved_and_answered_with_the_counts(
    cast: Cast, version: DatasetVersion, ben: Client
) -> None:
    answer = save(ben, version, {"position": 2, "label": "cup", "caption": None, "revision": 0}).json()
    (saved,) = answer["saved"]
    assert (saved["label"], saved["revision"], saved["by"]) == ("cup", 1, str(cast.ben))
    assert (answer["labelled"], answer["conflicts"]) == (3, [])
    assert answer["people"] == [{"name": str(cast.ben), "records": 1, "me": True}]


def test_two_people_at_one_record_hear_of_each_other(
    cast: Cast, version: DatasetVersion, ada: Client, ben: Client
) -> None:
    save(ada, version, {"position": 2, "label": "cup"})
    answer = save(ben, version, {"position": 2, "label": "plate"}, {"position": 3, "label": "plate"}).json()
    assert [one["position"] for one in answer["saved"]] == [3]
    (conflict,) = answer["conflicts"]
    assert (conflict["label"], conflict["by"], conflict["revision"]) == ("cup", str(cast.ada), 1)
    news = ada.get(address(version, "news/?positions=2,3")).json()
    assert [(row["now"], row["by"]) for row in news["rows"]] == [
        ("cup", str(cast.ada)),
        ("plate", str(cast.ben)),
    ]
    assert {person["name"] for person in news["people"]} == {str(cast.ada), str(cast.ben)}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ('{"changes": [{"position": 99, "label": "cup"}]}', 422),
        ('{"changes": [{"position": 1, "label": "unknown"}]}', 422),
        ('{"changes": []}', 422),
        ("nonsense", 400),
    ],
)
def test_what_can_not_be_saved_is_answered_in_words(
    version: DatasetVersion, ben: Client, body: str, status: int
) -> None:
    answer = ben.post(address(version, "save/"), body, "application/json")
    assert answer.status_code == status
    assert answer.json()["message"]
    assert not Annotation.objects.exists()


def test_rows_follow_the_filters(version: DatasetVersion, ben: Client) -> None:
    def positions(query: str) -> list[int]:
        return [row["position"] for row in ben.get(address(version, f"rows/?{query}")).json()["rows"]]

    assert positions("show=unlabelled&after=2") == [3, 4, 5]
    assert positions("label=plate") == [1]
    assert positions("show=changed") == []
    assert positions("after=nonsense&split=nonsense") == [0, 1, 2, 3, 4, 5]


def test_labels_are_edited_by_forms_and_added_by_the_script(version: DatasetVersion, ben: Client) -> None:
    where = address(version, "set/")
    answer = ben.post(where, {"action": "add", "name": "bowl"}, headers={"Accept": "application/json"})
    assert [one["key"] for one in answer.json()["labels"]] == ["1", "2", "3"]
    ben.post(where, {"action": "change", "name": "cup", "to": "Mug", "key": "m"})
    ben.post(where, {"action": "merge", "name": "plate", "to": "Mug"})
    ben.post(where, {"action": "remove", "name": "bowl"})
    assert label_set_of(version).labels == [{"name": "Mug", "key": "m"}]
    answer = ben.post(where, {"action": "remove", "name": "Mug"}, follow=True)
    assert "Merge it into another one" in answer.content.decode()


def test_suggestions_come_from_the_nearest_labelled_records(
    cast: Cast, version: DatasetVersion, ben: Client
) -> None:
    near = {"2": [[0, 0.9], [1, 0.3]], "3": [[0, 0.9], [4, 0.9]], "4": [[5, 0.9]]}
    kept = store.put_bytes(
        json.dumps({"neighbours": near}).encode(), workspace=cast.acme, media_type="application/json"
    )
    QualityReport.objects.create(workspace=cast.acme, version=version, features=kept)
    rows = ben.get(address(version, "rows/?show=suggested")).json()["rows"]
    assert [(row["position"], row["guess"]) for row in rows] == [
        (2, {"label": "cup", "confidence": 50}),
        (3, {"label": "cup", "confidence": 50}),
    ]
    annotate(version=version, changes=[Change(4, "plate"), Change(5, "plate")], actor=None)
    rows = ben.get(address(version, "rows/?show=suggested&sort=doubt")).json()["rows"]
    assert [(row["position"], row["guess"]["confidence"]) for row in rows] == [(3, 33), (2, 50)]


def test_comparing_is_asked_for_once(version: DatasetVersion, ben: Client) -> None:
    first, second = (ben.post(address(version, "compare/"))["Location"] for _ in range(2))
    assert first == second == f"/w/acme/jobs/{Job.objects.get(kind='features').pk}/"


def test_making_a_version_takes_the_labels_and_keeps_the_split(version: DatasetVersion, ben: Client) -> None:
    ben.post(address(version, "version/"))
    job = Job.objects.get(kind="derive")
    assert job.params["recipe"] == [{"step": "labels", "of": str(version.pk)}]
    assert (job.params["origin"], job.params["split_rule"]) == ("labels", {"by": "keep"})


def bring(browser: Client, version: DatasetVersion, content: str) -> Any:
    file = SimpleUploadedFile("labels.csv", content.encode())
    return browser.post(address(version, "import/"), {"file": file})


def test_a_file_of_labels_is_shown_before_it_is_applied(version: DatasetVersion, ben: Client) -> None:
    content = "name,label,caption\nset/2.png,bowl,A bowl\n3.png,cup,\nnowhere.png,cup,\n"
    page = bring(ben, version, content).content.decode()
    assert "nowhere.png" in page
    assert "A bowl" not in page or "bowl" in page
    assert not Annotation.objects.exists()
    kept = page.split('name="kept" value="')[1].split('"')[0]
    answer = ben.post(address(version, "import/"), {"kept": kept}, follow=True)
    assert "2 records were labelled." in answer.content.decode()
    said = list(Annotation.objects.order_by("position").values_list("position", "label", "caption"))
    assert said == [(2, "bowl", "A bowl"), (3, "cup", None)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "holds no rows|name the columns"),
        ("a,b\n1,2\n", "name the columns"),
        ('name,label\n"x,cup\n', "can&#x27;t be read as CSV"),
        ("[1]", "Row 1 is no object"),
        ('{"name": "x"}', "Row 1 lacks"),
        ("[" * 5000, "can&#x27;t be read as JSON"),
        ('{"name": "x", "label": "' + "y" * 121 + '"}', "may have 120"),
    ],
)
def test_a_file_that_can_not_be_read_is_refused_in_words(
    version: DatasetVersion, ben: Client, content: str, said: str
) -> None:
    answer = bring(ben, version, content)
    assert answer.status_code == 422
    assert any(part in answer.content.decode() for part in said.split("|"))


def test_labels_leave_as_files_that_come_back(version: DatasetVersion, ben: Client) -> None:
    add_labels(version=version, names=["=evil()"], actor=None)
    annotate(version=version, changes=[Change(2, "=evil()", "A, b")], actor=None)
    answer = ben.get(address(version, "export/"))
    text = b"".join(answer.streaming_content).decode()  # type: ignore[arg-type]
    assert text.splitlines()[0] == "position,name,split,label,caption,revision"
    assert text.splitlines()[3] == '2,set/2.png,train,\'=evil(),"A, b",1'
    lines = b"".join(ben.get(address(version, "export/?format=jsonl")).streaming_content)  # type: ignore[arg-type]
    assert json.loads(lines.splitlines()[0])["label"] == "cup"
    text = text.replace("1,set/1.png,train,plate", "1,set/1.png,train,cup")
    page = bring(ben, version, text).content.decode()
    kept = page.split('name="kept" value="')[1].split('"')[0]
    answer = ben.post(address(version, "import/"), {"kept": kept}, follow=True)
    assert "1 record was labelled." in answer.content.decode()
    assert Annotation.objects.get(position=1).label == "cup"
    assert Annotation.objects.get(position=2).revision == 1
    assert ben.get(address(version, "export/?format=xlsx")).status_code == 422


def test_texts_bring_their_words_and_sounds_an_address_to_play(cast: Cast, ben: Client) -> None:
    for kind in ("text", "audio"):
        version = DatasetVersionFactory(
            dataset__project=cast.project, dataset__kind=kind, number=1, record_count=1
        )
        sound = store.put_bytes(b"RIFF", workspace=cast.acme, media_type="audio/wav")
        Record.objects.create(version=version, position=0, split="train", text="Hello.", artifact=sound)
        (row,) = ben.get(address(version, "rows/")).json()["rows"]
        assert (row["text"], row["picture"], row["name"]) == ("Hello.", None, "#1")
        page = ben.get(address(version)).content.decode()
        assert ('id="label-caption"' in page) == (kind == "audio")
        assert "Suggest labels" in page
        played = ben.get(row["file"])
        for close in played._resource_closers:  # close() would end the test's database connection too
            close()
        kept_as = played["Content-Disposition"].split(";")[0]
        assert (played["Content-Type"], kept_as) == ("audio/wav", "inline")


def test_the_set_of_labels_survives_markup_in_a_name(version: DatasetVersion, ben: Client) -> None:
    add_labels(version=version, names=["</script><b>x</b>"], actor=None)
    page = ben.get(address(version)).content.decode()
    assert "</script><b>" not in page
