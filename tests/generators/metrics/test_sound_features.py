"""Features of sounds: the pitch stands in its band, loudness changes nothing, and sounds of one kind are neighbours."""

import json
import math
from pathlib import Path

import pytest
import soundfile
import torch

from generators.data import Record
from generators.errors import BadData
from generators.inspection import load
from generators.metrics.sound_features import BANDS, HIGHEST, LOWEST, extract, features
from generators.run import LocalRun
from generators.tiny import write_data

RATE = 8_000
COUNT = 24


def tone(hertz: float, seconds: float = 0.2) -> torch.Tensor:
    return torch.sin(2 * math.pi * hertz * torch.arange(int(seconds * RATE)) / RATE)


def noise(seed: int) -> torch.Tensor:
    return torch.randn(RATE // 5, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("hertz", [220, 1_000, 3_000])
def test_a_tone_is_loudest_in_the_band_of_its_pitch(hertz: float) -> None:
    low, high, mel = (2595 * math.log10(1 + one / 700) for one in (LOWEST, HIGHEST, hertz))
    band = (mel - low) / (high - low) * (BANDS + 1) - 1
    assert abs(int(features(tone(hertz), RATE)[:BANDS].argmax()) - band) <= 1


def test_loudness_changes_nothing_and_silence_has_features() -> None:
    torch.testing.assert_close(features(noise(1), RATE), features(4 * noise(1), RATE), atol=1e-4, rtol=1e-4)
    assert features(torch.zeros(3), RATE).isfinite().all()


def test_a_file_that_is_no_sound_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"no sound")
    with pytest.raises(BadData, match="can't be read"):
        extract(tmp_path / "a.wav")


def test_sounds_of_one_kind_are_neighbours(tmp_path: Path) -> None:
    records = []
    for number in range(COUNT):
        path = tmp_path / f"{number}.flac"
        sound = tone(300 + 10 * number) + 0.05 * noise(number) if number % 2 else 0.3 * noise(number)
        soundfile.write(path, 0.5 * sound.numpy(), RATE)
        records.append(Record(id=str(number), split="train", path=path, position=number))
    data = write_data(tmp_path / "data", "audio", records)
    found = load("features")(data, {}, LocalRun(tmp_path / "scratch"))
    neighbours = json.loads(found.files["neighbours"].read_text())["neighbours"]
    assert all(other % 2 == int(position) % 2 for position, near in neighbours.items() for other, _ in near)
