"""Generators work from a terminal, without the platform."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from generators import registry
from generators.__main__ import main
from generators.tiny import tiny_data


@pytest.fixture(autouse=True)
def _dummy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(registry.EXTRA_VARIABLE, "tests.dummy_generator.spec:SPEC")
    registry.refresh()
    yield
    registry.refresh()


def test_list_shows_each_generator_on_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    assert (
        "dummy            1.0.0      train, sample, evaluate  Draws small squares" in capsys.readouterr().out
    )


def test_a_generator_is_trained_sampled_and_evaluated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = str(tiny_data(tmp_path / "data", "image").folder)
    out = ["--out", str(tmp_path / "out")]
    assert main(["train", "dummy", "--data", data, *out, "--set", "steps=20", "--seed", "3"]) == 0
    checkpoint = capsys.readouterr().out.strip()
    assert checkpoint == str(tmp_path / "out" / "checkpoint-20")

    assert (
        main(["sample", "dummy", "--checkpoint", checkpoint, *out, "--set", "count=2", "--set", "label=null"])
        == 0
    )
    shown = capsys.readouterr()
    assert shown.out.split() == [str(tmp_path / "out" / f"square-{index}.png") for index in (0, 1)]
    assert "2/2  Drawing" in shown.err

    assert main(["evaluate", "dummy", "--checkpoint", checkpoint, "--data", data, *out]) == 0
    assert "records\t32" in capsys.readouterr().out


def test_train_goes_on_from_a_checkpoint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = str(tiny_data(tmp_path / "data", "text").folder)
    whole, part = tmp_path / "whole", tmp_path / "part"
    main(["train", "dummy", "--data", data, "--out", str(whole), "--set", "steps=10"])
    main(["train", "dummy", "--data", data, "--out", str(part), "--checkpoint", str(whole / "checkpoint-5")])
    weights = [folder / "checkpoint-10" / "weights.safetensors" for folder in (whole, part)]
    assert weights[0].read_bytes() == weights[1].read_bytes()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["sample", "dumy"], "UnknownGenerator: There is no generator 'dumy'"),
        (["sample", "dummy", "--set", "count"], "BadParams: --set count is not of the form KEY=VALUE."),
        (
            ["sample", "dummy", "--set", "count=many"],
            "BadParams: Dummy cannot sample with these params. count:",
        ),
        (["sample", "dummy", "--set", "count=[1"], "is not JSON"),
        (["sample", "dummy", "--checkpoint", "/nowhere"], "BadCheckpoint: "),
        (["train", "dummy"], "BadData: Dummy needs a dataset version"),
        (["report", "dummy"], "UnknownKind: dummy has no report jobs."),
        (["check", "dummy", "--set", "steps=3"], "BadParams: Say which kind of job steps is for"),
    ],
)
def test_a_mistake_is_answered_with_a_sentence(
    arguments: list[str],
    words: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 1
    assert words in capsys.readouterr().err


def test_check_prints_what_was_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "dummy", "--set", "train.steps=10"]) == 0
    assert "Its sample jobs can be cancelled." in capsys.readouterr().out
