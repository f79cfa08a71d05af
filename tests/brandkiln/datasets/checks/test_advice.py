"""Advice compares the training records with what each generator wants."""

import pytest
from brandkiln.datasets.checks.advice import advice, advise, remarks
from brandkiln.datasets.models import QualityReport

from generators import registry
from generators.params import Params
from generators.spec import Needs, Spec
from tests.brandkiln.datasets.checks.versions import version_of


class Nothing(Params):
    """No choices."""


@pytest.fixture
def one_generator(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = Spec(
        name="image-test",
        version="1.0.0",
        sdk=">=1,<2",
        title="Test",
        summary="Learns from images.",
        modality="image",
        output="image/png",
        train=Nothing,
        sample=Nothing,
        evaluates=False,
        package="tests.nothing",
        needs=Needs(data=frozenset({"image"}), minimum_records=1000),
        licence="Apache-2.0",
        source="https://example.com",
    )
    monkeypatch.setattr(registry, "specs", lambda: {spec.name: spec})


@pytest.mark.usefixtures("one_generator")
def test_too_few_records_are_said_with_what_is_missing() -> None:
    [one] = advice("image", 212)
    assert one["enough"] is False
    assert one["text"] == (
        "image-test wants 1,000 or more training records and takes no fewer than 1,000; 212 are here. Add 788."
    )


@pytest.mark.usefixtures("one_generator")
def test_enough_is_said_too_and_other_kinds_are_left_out() -> None:
    assert advice("image", 1000)[0]["enough"] is True
    assert advice("table", 5) == []


def test_few_records_are_a_warning_that_names_a_generator_which_does_with_them() -> None:
    gan, vae = (
        next(one for one in advice("image", 640) if one["generator"] == name)
        for name in ("image-gan", "image-vae")
    )
    assert (gan["enough"], gan["good"], vae["good"]) == (True, False, True)
    assert gan["text"] == (
        "image-gan wants 1,000 or more training records; 640 are here, so expect repetition. Add 360. "
        "No preset is for few records: leave its adaptive augmentation on, which is what helps there. "
        "Or use image-vae, which does with fewer."
    )


@pytest.mark.django_db
def test_a_version_is_judged_by_its_training_records_its_labels_and_its_size() -> None:
    counts = {"split": {"train": 212}, "label": {"cup": 200, "bowl": 12}}
    version = version_of("image", [], counts=counts)
    assert [one["here"] for one in advise(version, generator="image-gan")] == [212]
    [rare] = remarks(version)
    assert rare.startswith("1 of 2 labels have fewer than 20 records (bowl)")
    QualityReport.objects.create(version=version, workspace=version.workspace, summary={"side": 16})
    assert remarks(version)[1].startswith("Half of the pictures are 16 pixels or less")
