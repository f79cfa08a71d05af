"""Figures of evaluations on the pages of checkpoints and jobs."""

import pytest
from brandkiln.dashboard import figures, mended_figures
from brandkiln.jobs.models import Job
from django.test import Client
from django.utils import timezone

from tests.brandkiln.jobs.test_submit import make_checkpoint
from tests.factories import Cast, DatasetVersionFactory, JobFactory

MEASURED = {
    "kid": 0.4, "kid_se": 0.05, "kid_low": 0.3, "kid_high": 0.5, "kid_floor": 0.01,
    "two_sample_accuracy": 0.93, "two_sample_accuracy_se": 0.01, "two_sample_accuracy_low": 0.91,
    "two_sample_accuracy_high": 0.95, "two_sample_accuracy_floor": 0.5, "n": 200.0,
}  # fmt: skip


def evaluation(cast: Cast, checkpoint: object, split: str, *, comparable: bool = True) -> Job:
    return JobFactory(
        project=cast.project,
        generator="image-gan",
        kind=Job.Kind.EVALUATE,
        checkpoint=checkpoint,
        state=Job.State.SUCCEEDED,
        finished_at=timezone.now(),
        params={"split": split, "seed": 3},
        result={
            "metrics": MEASURED,
            "about": {"extractor": "efficientnet-lite0", "comparable": comparable, "split": split},
        },
    )


def test_both_splits_stand_side_by_side_with_intervals_and_floors(cast: Cast, ben: Client) -> None:
    checkpoint = make_checkpoint(cast.project, generator="image-gan", metrics={"generator_loss": 1.5})
    evaluation(cast, checkpoint, "validation")
    job = evaluation(cast, checkpoint, "test", comparable=False)
    page = ben.get(f"/w/acme/checkpoints/{checkpoint.pk}/").content.decode()
    for text in (
        ">Validation</th><th scope=\"col\">Test</th>", "0.3 to 0.5", "real pictures: 0.01", "efficientnet-lite0",
        "200 pictures", "seed 3", "not comparable", "differs from real pictures by more than chance",
        "in 93 of 100 cases", "every figure is rough", "Loss of the half that draws",
    ):  # fmt: skip
        assert text in page
    assert "Kid se" not in page
    assert "in 93 of 100 cases" in ben.get(f"/w/acme/jobs/{job.pk}/").content.decode()


def test_texts_name_what_their_figures_rest_on(cast: Cast, ben: Client) -> None:
    checkpoint = make_checkpoint(cast.project, generator="text-lm", metrics={})
    for split in ("validation", "test"):
        job = evaluation(cast, checkpoint, split)
        job.generator = "text-lm"
        job.params |= {"format": "search_ad"}
        job.result["metrics"] = {
            "perplexity": 14.8, "n": 25.0, "texts": 25.0, "tokens": 1_900.0, "written_n": 16.0, "floor_n": 16.0,
            "rouge_1": 0.3, "fact_support": 0.5, "format_violations": 0.25, "length_violations": 0.125, "grade": 6.5,
            "grade_low": 6.0, "grade_high": 7.0,
            "grade_floor": 7.5, "bulk_fact_support": 1.0, "bulk_format_violations": 0.0, "bulk_n": 11.0,
            "bulk_refused": 1.0,
        }  # fmt: skip
        job.save()
    page = ben.get(f"/w/acme/checkpoints/{checkpoint.pk}/").content.decode()
    for text in (
        "25 texts of", "1,900 tokens read", "16 texts written without rules", "11 pieces (Search ad) written",
        "1 dropped", "Supported quantities", "Pieces: Supported quantities", "Out of format", "Too long",
        "School years",
        "held-out texts: 7.5", "ROUGE-1",
    ):  # fmt: skip
        assert text in page
    assert "pictures" not in page.split('class="table-box"')[1].split("</section>")[0]
    assert "Bulk refused" not in page
    assert "Frechet" not in page


def test_a_checkpoint_that_was_not_measured_offers_it(cast: Cast, ben: Client) -> None:
    checkpoint = make_checkpoint(cast.project, generator="image-gan", metrics={})
    assert "Not measured yet" in ben.get(f"/w/acme/checkpoints/{checkpoint.pk}/").content.decode()


def test_figures_that_were_brought_along_have_no_interval(cast: Cast, ben: Client) -> None:
    metrics = {"frechet_distance": 9.5, "frechet_samples": 2000.0}
    checkpoint = make_checkpoint(cast.project, generator="image-gan", metrics=metrics)
    page = ben.get(f"/w/acme/checkpoints/{checkpoint.pk}/").content.decode()
    assert "on 2,000 pictures, by EfficientNet-lite0; without intervals" in page


def test_what_cannot_be_told_from_real_pictures_is_said_so() -> None:
    assert "cannot be told" in figures.reading(
        {"kid": 0.001, "kid_low": -0.01, "kid_floor": 0.0, "n": 2000.0}
    )
    assert figures.reading({"frechet_distance": 3.0}) == ""


def test_a_row_has_one_scale() -> None:
    [row] = figures.rows(
        [{"kid": 1.0, "kid_low": 0.0, "kid_high": 2.0}, {"kid": 3.0, "kid_low": 2.0, "kid_high": 4.0}]
    )
    first, second = row.cells
    assert first is not None
    assert second is not None
    assert (first.start, second.start + second.length) == (figures.ENDS, figures.WIDTH - figures.ENDS)
    assert first.dot < second.dot
    [same] = figures.rows([{"ssim": 1.0}])[0].cells
    assert same is not None
    assert same.dot == pytest.approx(figures.WIDTH / 2)


RESTORED = {
    "n": 10.0,
    "denoise_psnr": 29.8,
    "denoise_baseline_psnr": 26.5,
    "denoise_gain": 3.3,
    "denoise_gain_low": 3.0,
    "denoise_gain_high": 3.6,
    "enlarge_2x_psnr": 30.0,
    "enlarge_2x_baseline_psnr": 30.1,
    "enlarge_2x_gain": -0.1,
    "enlarge_2x_gain_low": -0.4,
    "enlarge_2x_gain_high": 0.2,
}


def test_what_a_restorer_does_stands_beside_the_usual_filter(cast: Cast, ben: Client) -> None:
    checkpoint = make_checkpoint(cast.project, generator="image-restore", metrics=RESTORED)
    page = ben.get(f"/w/acme/checkpoints/{checkpoint.pk}/").content.decode()
    for said in ("Noise taken out", "beside a Gaussian blur of the best width", "3.3 dB", "filter: 26.5 dB"):
        assert said in page
    assert "no difference that is seen" in page
    assert "denoise" not in page.split("How it was made")[0].split("Measures")[1], (
        "no figure by its bare name"
    )


def test_a_restorer_that_is_no_better_than_a_filter_is_said_so() -> None:
    noise, twice = mended_figures.rows(RESTORED)
    assert (noise.verdict, twice.verdict) == ("better", "alike")
    assert "Enlarged 2x" in mended_figures.reading([noise, twice])
    assert "every task" in mended_figures.reading([noise])
    older = {"inpaint_psnr": 20.0, "inpaint_baseline_psnr": 21.0}
    assert [row.verdict for row in mended_figures.rows(older)] == ["worse"]


def test_a_gain_that_is_sure_but_that_nobody_sees_is_no_gain() -> None:
    tiny = {"enlarge_2x_gain": 0.002, "enlarge_2x_gain_low": 0.001, "enlarge_2x_gain_high": 0.003}
    [_noise, twice] = mended_figures.rows(RESTORED | tiny)
    assert twice.verdict == "alike"


def test_a_lone_figure_of_a_restorer_keeps_its_name(cast: Cast, ben: Client) -> None:
    metrics = {"denoise_psnr": 25.8, "enlarge_2x_ssim": 0.78}
    checkpoint = make_checkpoint(cast.project, generator="image-restore", metrics=metrics)
    page = ben.get(f"/w/acme/checkpoints/{checkpoint.pk}/").content.decode()
    for said in ("Noise taken out · PSNR (dB)", "Enlarged 2x · SSIM"):
        assert f"<dt>{said}</dt>" in page


def test_a_smaller_form_that_was_measured_with_intervals_does_not_deny_them(cast: Cast, ben: Client) -> None:
    metrics = {"kid": 0.07, "kid_low": 0.05, "kid_high": 0.09, "n": 300.0}
    checkpoint = make_checkpoint(cast.project, generator="image-gan", metrics=metrics)
    page = ben.get(f"/w/acme/checkpoints/{checkpoint.pk}/").content.decode()
    assert "Measured when it was made, on 300 held-out pictures." in page
    assert "without intervals" not in page


def test_an_evaluation_says_on_which_split_it_was_made_and_is_marked_where_the_data_is_medical(
    cast: Cast, ben: Client
) -> None:
    checkpoint = make_checkpoint(cast.project, generator="image-restore", metrics={})
    version = DatasetVersionFactory(
        dataset__project=cast.project, dataset__kind="image", dataset__is_medical=True
    )
    job = JobFactory(
        project=cast.project,
        workspace=cast.acme,
        kind=Job.Kind.EVALUATE,
        generator="image-restore",
        checkpoint=checkpoint,
        dataset_version=version,
        state=Job.State.SUCCEEDED,
        params={"split": "test", "seed": 0},
        result={"metrics": RESTORED, "about": {"noise": "0.1"}},
        finished_at=timezone.now(),
    )
    page = ben.get(f"/w/acme/jobs/{job.pk}/").content.decode()
    assert "Test ·" in page
    assert "Not for diagnosis" in page
    assert (
        "better than the usual filter by (dB)"
        in ben.get(f"/w/acme/checkpoints/{checkpoint.pk}/").content.decode()
    )


def test_how_much_a_writer_read_says_what_was_read(cast: Cast, ben: Client) -> None:
    metrics = {"training_loss": 2.5, "tokens": 1161.0}
    checkpoint = make_checkpoint(cast.project, generator="text-lm", metrics=metrics)
    page = ben.get(f"/w/acme/checkpoints/{checkpoint.pk}/").content.decode()
    assert "<dt>Tokens read in training (a token is about four letters)</dt><dd>1,161</dd>" in page
    assert "tokens" not in figures.others({"perplexity": 14.8, "tokens": 1_900.0, "n": 25.0})
