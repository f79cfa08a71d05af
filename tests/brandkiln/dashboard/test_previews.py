"""Looking at augmented pictures before a training starts."""

from brandkiln.datasets.models import DatasetVersion, Record
from brandkiln.jobs.events import add_events
from brandkiln.jobs.models import Job
from django.test import Client

from generators.builtin.text_gpt.spec import TrainParams
from tests.factories import ArtifactFactory, Cast, DatasetVersionFactory

WHERE = "/w/acme/generators/image-gan/train/preview/"


def wish(version: DatasetVersion, **params: object) -> dict[str, object]:
    plain = {"kimg": 1, "resolution": 32, "batch_size": 32, "save_every_kimg": 20, "learning_rate": 0.0005}
    network = {"width": 64, "latent_dim": 64, "ema_halflife_kimg": 5, "balance": "as_is"}
    changes = {"rotate": 0, "crop": 0, "colour": 0, "noise": 0}
    on = {"on-project": version.dataset.project_id, "on-dataset_version": version.pk}
    return {**on, **plain, **network, **changes, **params}


def test_a_wish_starts_a_job_and_the_same_wish_none(cast: Cast, ben: Client) -> None:
    version = DatasetVersionFactory(dataset__project=cast.project)
    first = ben.post(WHERE, wish(version, rotate=20)).content.decode()
    job = Job.objects.get(kind="preview")
    assert (job.params["augmentation"]["rotate"], job.queue) == (20, "sample")
    assert f"/w/acme/jobs/{job.pk}/preview/" in first
    ben.post(WHERE, wish(version, rotate=20, kimg=3))
    assert Job.objects.filter(kind="preview").count() == 1
    ben.post(WHERE, wish(version, rotate=21))
    assert Job.objects.filter(kind="preview").count() == 2


def test_the_picture_is_shown_once_it_is_there(cast: Cast, ben: Client) -> None:
    version = DatasetVersionFactory(dataset__project=cast.project)
    ben.post(WHERE, wish(version, flip="on"))
    job = Job.objects.get(kind="preview")
    where = f"/w/acme/jobs/{job.pk}/preview/"
    assert "Waiting for a worker" in ben.get(where).content.decode()
    artifact = ArtifactFactory(workspace=cast.acme)
    add_events(job.pk, [("preview", {"artifact": str(artifact.pk)})])
    assert f"/w/acme/files/{artifact.pk}/" in ben.get(where).content.decode()


def test_a_preview_that_failed_says_why_and_is_made_anew(cast: Cast, ben: Client) -> None:
    version = DatasetVersionFactory(dataset__project=cast.project)
    ben.post(WHERE, wish(version))
    Job.objects.update(state="failed", error_message="There are no pictures.")
    job = Job.objects.get()
    assert "There are no pictures." in ben.get(f"/w/acme/jobs/{job.pk}/preview/").content.decode()
    ben.post(WHERE, wish(version))
    assert Job.objects.filter(state="queued").count() == 1


def test_values_that_do_not_fit_start_nothing(cast: Cast, ben: Client) -> None:
    version = DatasetVersionFactory(dataset__project=cast.project)
    answer = ben.post(WHERE, wish(version, rotate=90)).content.decode()
    assert "do not fit yet" in answer
    assert not Job.objects.exists()


def test_texts_are_shown_beside_their_copies(cast: Cast, ben: Client) -> None:
    version = DatasetVersionFactory(dataset__project=cast.project, dataset__kind="text")
    for position, text in enumerate(("A warm mug.", "A lamp.")):
        Record.objects.create(
            version=version,
            position=position,
            split="train",
            sha256=f"{position:064}",
            name=str(position),
            text=text,
        )
    where = "/w/acme/generators/text-gpt/train/preview/"
    form = {name: str(value) for name, value in TrainParams().model_dump().items() if name != "synonyms"}
    sent = {"on-project": version.dataset.project_id, "on-dataset_version": version.pk, **form}
    listed = sent | {"synonyms": "warm, cosy", "synonym_copies": "1", "synonym_share": "1"}
    page = ben.post(where, listed).content.decode()
    assert "A warm mug." in page
    assert "A cosy mug." in page
    assert "A lamp." not in page
    assert "List some synonyms" in ben.post(where, sent).content.decode()
    assert "one word alone" in ben.post(where, listed | {"synonyms": "warm"}).content.decode()
