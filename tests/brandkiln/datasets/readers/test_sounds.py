"""Sounds are decoded to their end, measured, and kept without their tags."""

import struct
import subprocess
import sys

import pytest
from brandkiln.datasets.readers.limits import Refused
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.brandkiln.datasets.files import zip_bytes
from tests.brandkiln.datasets.readers.reading import Reading, read, read_all
from tests.brandkiln.datasets.readers.sound_samples import chunk, encoded, wav, with_chunk


def sound(data: bytes, name: str = "a.wav", **limits: int) -> Reading:
    return read(data, name, "audio", **limits)


def fault(data: bytes, **limits: int) -> str:
    reading = sound(data, **limits)
    assert reading.lines == []
    return reading.codes[0]


def test_a_tone_has_the_figures_of_a_sine() -> None:
    facts = sound(wav(0.5, rate=44_100, channels=2)).lines[0]["facts"]
    assert (facts["seconds"], facts["sample_rate"], facts["channels"]) == (0.5, 44_100, 2)
    assert facts["peak"] == pytest.approx(0.5, abs=1e-3)
    assert facts["rms"] == pytest.approx(0.5 / 2**0.5, abs=1e-3)


@pytest.mark.parametrize(("container", "coding"), [("FLAC", None), ("OGG", "VORBIS"), ("OGG", "OPUS")])
def test_other_formats_are_decoded(container: str, coding: str | None) -> None:
    reading = sound(encoded(container, coding), "a.flac")
    assert reading.lines[0]["facts"]["seconds"] == pytest.approx(0.2, abs=0.01)
    assert reading.lines[0]["facts"]["rms"] == pytest.approx(0.5 / 2**0.5, abs=0.03)
    assert reading.seen["formats"] == {container: 1}
    assert reading.lines[0]["file"] == f"0.{container.casefold()}"


def test_sounds_in_folders_take_their_labels_from_them() -> None:
    reading = sound(zip_bytes({"bell/1.wav": wav(0.1), "horn/2.wav": wav(0.2), "horn/x.txt": b"?"}), "a.zip")
    assert [(line["name"], line["label"]) for line in reading.lines] == [
        ("bell/1.wav", "bell"),
        ("horn/2.wav", "horn"),
    ]
    assert reading.codes == ["not_a_sound"]
    assert reading.seen["milliseconds"] == {"min": 100, "median": 100, "max": 200}


def test_several_files_are_several_records() -> None:
    reading = read_all({"a.wav": wav(0.1), "A.WAV": wav(0.2), "b.wav": wav(0.2)}, "audio")
    assert (len(reading.lines), reading.codes) == (2, ["same_name"])


def test_tags_are_dropped_and_the_samples_kept() -> None:
    plain = sound(wav())
    tagged = sound(
        with_chunk(wav(), chunk(b"LIST", b"INFOIART\x05\0\0\0Ada L\0") + chunk(b"bext", b"secret"))
    )
    assert tagged.lines[0]["sha256"] == plain.lines[0]["sha256"]
    assert (tagged.seen["notes"], plain.seen["notes"]) == ({"tags_dropped": 1}, {})
    assert sound(encoded("FLAC", title="Ada")).lines[0]["sha256"] == sound(encoded("FLAC")).lines[0]["sha256"]


def test_a_size_that_a_pipe_left_open_is_that_of_the_file() -> None:
    data = bytearray(wav())
    place = data.index(b"data") + 4
    data[place : place + 4] = b"\xff\xff\xff\xff"
    assert sound(bytes(data)).lines[0]["sha256"] == sound(wav()).lines[0]["sha256"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_a_sound"),
        (b"ID3\x03 an mp3", "not_a_sound"),
        (b"RIFF\0\0\0\0AVI ", "not_a_sound"),
        (wav()[:300], "cut_sound"),
        (wav()[:36], "cut_sound"),
        (wav()[:30], "cut_sound"),
        (wav(0), "empty_sound"),
        (encoded("FLAC")[:6], "cut_sound"),
        (encoded("FLAC")[:-200], "cut_sound"),
        (encoded("OGG", "VORBIS")[:-200], "cut_sound"),
        (encoded("OGG", "OPUS")[:2000], "cut_sound"),
        (with_chunk(wav(), chunk(b"data", b"1234")), "damaged_sound"),
        (wav().replace(struct.pack("<I", 8000), struct.pack("<I", 5)), "odd_sample_rate"),
        (b"OggS" + bytes(100), "cut_sound"),
        (b"fLaC" + bytes(100), "cut_sound"),
    ],
)
def test_what_is_no_whole_sound_is_a_fault(data: bytes, code: str) -> None:
    assert fault(data) == code


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"sound_bytes": 100}, "file_too_large"),
        ({"channels": 1}, "too_many_channels"),
        ({"sound_seconds": 1}, "too_long"),
    ],
)
def test_caps_are_faults(limits: dict[str, int], code: str) -> None:
    assert fault(wav(2, channels=2), **limits) == code


def test_samples_that_are_no_numbers_are_a_fault() -> None:
    head = struct.pack("<HHIIHH", 3, 1, 8000, 32_000, 4, 32)
    samples = struct.pack("<4f", 0.1, float("nan"), 0.2, float("inf"))
    body = b"WAVE" + chunk(b"fmt ", head) + chunk(b"data", samples)
    assert fault(b"RIFF" + struct.pack("<I", len(body)) + body) == "not_a_number"


def test_no_file_at_all_is_refused_or_left_out() -> None:
    assert sound(zip_bytes({}), "a.zip").lines == []
    with pytest.raises(Refused):
        sound(b"PK\x03\x04", "a.zip")


def test_sounds_are_read_without_numpy() -> None:
    code = (
        "import sys; sys.modules['numpy'] = None\n"
        "from brandkiln.datasets.readers.sndfile import _library\n"
        "_library()[1].sf_version_string"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": "platform:."})


SAMPLES = (wav(0.02), encoded("FLAC", seconds=0.02), encoded("OGG", "VORBIS", seconds=0.02))


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(SAMPLES), st.integers(0, 10_000), st.binary(min_size=1, max_size=6), st.booleans())
def test_damaged_bytes_are_read_or_listed(data: bytes, place: int, noise: bytes, cut: bool) -> None:
    place %= len(data)
    damaged = data[:place] + noise + (b"" if cut else data[place + len(noise) :])
    reading = sound(damaged)
    assert len(reading.lines) + len(reading.codes) == 1
