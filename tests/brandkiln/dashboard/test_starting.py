"""The page from which a job is started."""

from brandkiln.artifacts import store
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.library.services import keep_sample
from brandkiln.projects.models import BrandKit
from django.test import Client

from tests.factories import Cast, DatasetVersionFactory, JobFactory

COPY = "/w/acme/generators/text-lm/sample/"


def make_checkpoint(cast: Cast, **fields: object) -> Checkpoint:
    return Checkpoint.objects.create(
        workspace=cast.acme,
        project=cast.project,
        generator_version="1.0.0",
        weights=store.put_bytes(b"weights", workspace=cast.acme, media_type="application/octet-stream"),
        **{"generator": "image-gan", "number": 1, "card": {"labels": ["Bag", "Coat"]}, **fields},
    )


def test_generate_submits_a_job_with_every_default_filled_in(cast: Cast, ben: Client) -> None:
    form = {"on-project": cast.project.pk, "product": "A coat", "variants": 2, "format": "social_post"}
    answer = ben.post(COPY, form)
    job = Job.objects.get()
    assert answer["Location"] == f"/w/acme/jobs/{job.pk}/"
    assert (job.generator, job.params["variants"], job.requested_by) == ("text-lm", 2, cast.ben)
    assert job.params["temperature"]


def test_what_does_not_fit_is_said_beside_its_field_and_no_job_is_made(cast: Cast, ben: Client) -> None:
    answer = ben.post(COPY, {"on-project": cast.project.pk, "product": "A coat", "variants": 9000})
    assert answer.status_code == 422
    assert 'id="id_variants_error"' in answer.content.decode()
    assert not Job.objects.exists()


def test_copy_is_written_with_a_checkpoint_or_without(cast: Cast, ben: Client) -> None:
    form = {"on-project": cast.project.pk, "product": "A coat", "variants": 2}
    assert 'name="on-checkpoint"' in ben.get(COPY).content.decode()
    trained = make_checkpoint(cast, generator="text-lm", is_production=True)
    page = ben.get(COPY).content.decode()
    assert "None: as it came, without training" in page
    assert str(trained.pk) in page
    ben.post(COPY, form)
    ben.post(COPY, form | {"on-checkpoint": trained.pk})
    assert [job.checkpoint for job in Job.objects.order_by("created_at")] == [None, trained]


def test_texts_can_be_trained_on_from_their_page(cast: Cast, ben: Client) -> None:
    version = DatasetVersionFactory(dataset__project=cast.project, dataset__kind="text")
    page = ben.get(f"/w/acme/data/{version.dataset_id}/versions/{version.number}/").content.decode()
    assert f"/w/acme/generators/text-lm/train/?dataset_version={version.pk}" in page


def test_data_that_suffices_is_offered_first(cast: Cast, ben: Client) -> None:
    enough = DatasetVersionFactory(dataset__project=cast.project)
    newer = DatasetVersionFactory(dataset__project=cast.project)
    scant = DatasetVersionFactory(dataset__project=cast.project, record_count=16)
    page = ben.get("/w/acme/generators/image-gan/train/").content.decode()
    places = [page.index(f'<option value="{version.pk}"') for version in (newer, enough, scant)]
    assert places == sorted(places)


def test_another_workspaces_project_is_no_choice(cast: Cast, ben: Client) -> None:
    from tests.factories import ProjectFactory

    foreign = ProjectFactory(workspace=cast.other)
    answer = ben.post(COPY, {"on-project": foreign.pk, "product": "A coat"})
    assert answer.status_code == 422
    assert not Job.objects.exists()


def test_a_generator_that_was_never_trained_leads_to_its_training(cast: Cast, ben: Client) -> None:
    page = ben.get("/w/acme/generators/image-gan/sample/").content.decode()
    assert "It needs training first" in page
    assert "/w/acme/generators/image-gan/train/" in page


def test_training_without_data_leads_to_a_new_data_set(cast: Cast, ben: Client) -> None:
    page = ben.get("/w/acme/generators/image-gan/train/").content.decode()
    assert "It needs data" in page


def test_the_labels_to_choose_are_those_of_the_checkpoint(cast: Cast, ben: Client) -> None:
    make_checkpoint(cast, is_production=True)
    page = ben.get("/w/acme/generators/image-gan/sample/").content.decode()
    assert '<option value="Coat">' in page


def test_too_little_data_is_said_beside_the_data_set(cast: Cast, ben: Client) -> None:
    version = DatasetVersionFactory(dataset__project=cast.project, counts={"split": {"train": 3}})
    form = {"on-project": cast.project.pk, "on-dataset_version": version.pk}
    answer = ben.post(
        "/w/acme/generators/image-gan/train/",
        form | {"kimg": 1, "resolution": 32, "batch_size": 32, "learning_rate": 0.0002},
    )
    assert answer.status_code == 422
    assert not Job.objects.exists()


def test_more_like_this_begins_with_the_params_of_the_asset(cast: Cast, ben: Client) -> None:
    job = JobFactory(
        project=cast.project, generator="text-lm", params={"product": "Harbour coat", "variants": 4}
    )
    asset = keep_sample(job=job, position=0, media_type="text/plain", text="A coat.")
    page = ben.get(f"{COPY}?like={asset.pk}").content.decode()
    assert "Harbour coat" in page
    assert "Filled in with the params" in page


def test_the_estimate_follows_the_form(cast: Cast, ben: Client) -> None:
    answer = ben.get(f"{COPY}estimate/", {"on-project": cast.project.pk, "product": "A coat", "variants": 8})
    assert answer.status_code == 200
    assert "first job of its kind" in answer.content.decode()


def test_an_unknown_generator_or_kind_is_not_there(cast: Cast, ben: Client) -> None:
    assert ben.get("/w/acme/generators/text-lm/chat/").status_code == 404  # programs chat, people do not
    assert ben.get("/w/acme/generators/clay-oracle/sample/").status_code == 404
    assert ben.get("/w/acme/generators/report/train/").status_code == 404


def test_a_row_of_a_table_becomes_the_facts_and_the_brand_lends_its_voice(cast: Cast, ben: Client) -> None:
    BrandKit.objects.filter(project=cast.project).update(voice="Warm and plain.")
    version = DatasetVersionFactory(dataset__project=cast.project, dataset__kind="table", number=1)
    version.columns = [{"name": "name", "type": "text"}]
    version.save()
    fields = {"name": "Steel mug", "size": "300 ml"}
    record = version.records.create(position=0, split="train", sha256="a" * 64, fields=fields)
    link = f"{COPY}?row={record.pk}"
    rows = ben.get(f"/w/acme/data/{version.dataset_id}/versions/1/").content.decode()
    assert f'href="{link}"' in rows
    page = ben.get(link).content.decode()
    assert "name: Steel mug\nsize: 300 ml</textarea>" in page
    assert "Warm and plain.</textarea>" in page


def test_a_row_of_another_workspace_brings_nothing(cast: Cast, ben: Client) -> None:
    foreign = DatasetVersionFactory(dataset__project__workspace=cast.other, dataset__kind="table")
    record = foreign.records.create(position=0, split="train", fields={"name": "Secret"})
    for row in (record.pk, "x", "9" * 30):
        answer = ben.get(f"{COPY}?row={row}")
        assert (answer.status_code, b"Secret" in answer.content) == (200, False)


def test_the_form_says_before_training_whether_the_data_is_enough(cast: Cast, ben: Client) -> None:
    version = DatasetVersionFactory(
        dataset__project=cast.project, dataset__kind="image", number=1, counts={"split": {"train": 212}}
    )
    chosen = {"on-project": cast.project.pk, "on-dataset_version": version.pk}
    page = ben.get("/w/acme/generators/image-gan/train/estimate/", chosen).content.decode()
    assert "image-gan wants 1,000 or more training records; 212 are here" in page
    assert f"/w/acme/data/{version.dataset_id}/versions/1/quality/" in page
    assert "1,000 or more" not in ben.get("/w/acme/generators/image-gan/train/estimate/").content.decode()
