"""Advice compares the training records with what each generator wants."""

import pytest
from brandkiln.datasets.checks.advice import advice

from generators import registry
from generators.params import Params
from generators.spec import Needs, Spec


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
    assert one["text"] == "image-test wants 1,000 or more training records; 212 are here. Add 788."


@pytest.mark.usefixtures("one_generator")
def test_enough_is_said_too_and_other_kinds_are_left_out() -> None:
    assert advice("image", 1000)[0]["enough"] is True
    assert advice("table", 5) == []
