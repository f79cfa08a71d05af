"""Curves of a job as a table and as TensorBoard's files, and what people are told of it."""

import struct

import pytest
from brandkiln.jobs.curves import curves_csv, curves_tensorboard, film
from brandkiln.jobs.events import add_events
from brandkiln.jobs.models import Job
from brandkiln.jobs.notices import notices_of
from brandkiln.jobs.tensorboard import crc32c
from django.utils.translation import override

from tests.factories import JobFactory

pytestmark = pytest.mark.django_db


def trained() -> Job:
    job = JobFactory(kind="train", queue="train")
    progress = {"total": 200, "message": ""}
    add_events(
        job.pk,
        [
            ("progress", {"done": 64, "metrics": {"loss": 0.5}, **progress}),
            ("measure", {"done": 100, "metrics": {"validation_kid": 0.25}}),
            ("progress", {"done": 128, "metrics": {"loss": 0.25}, **progress}),
            ("progress", {"done": 130, "metrics": {}, **progress}),
            ("progress", {"done": 3, "total": 9, "message": "Afterwards", "metrics": {"loss": 0.25}}),
        ],
    )
    return job


def test_a_table_has_a_column_for_each_figure() -> None:
    assert curves_csv(trained()).splitlines() == [
        "done,loss,validation_kid",
        "64,0.5,",
        "100,,0.25",
        "128,0.25,",
    ]


def test_the_checksum_is_that_of_the_published_example() -> None:
    assert crc32c(b"123456789") == 0xE3069283  # RFC 3720, appendix B.4, and the catalogue of CRCs
    assert crc32c(bytes(32)) == 0x8A9136AA


def test_an_event_file_is_read_back_record_by_record() -> None:
    data, records = curves_tensorboard(trained()), []
    while data:
        (length,) = struct.unpack("<Q", data[:8])
        for message, masked in (
            (data[:8], data[8:12]),
            (data[12 : 12 + length], data[12 + length : 16 + length]),
        ):
            crc = crc32c(message)
            assert ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF == struct.unpack("<I", masked)[0]
        records.append(data[12 : 12 + length])
        data = data[16 + length :]
    assert records[0].endswith(b"\x1a\x0dbrain.Event:2")
    loss = b"\x0a\x04loss\x15" + struct.pack("<f", 0.5)
    assert (
        records[1][9:] == b"\x10\x40" + b"\x2a" + bytes([len(loss) + 2]) + b"\x0a" + bytes([len(loss)]) + loss
    )
    assert records[3][9:12] == b"\x10\x80\x01"  # step 128 takes two bytes


def test_a_notice_that_is_known_is_said_in_the_readers_language_and_another_as_it_came() -> None:
    job = JobFactory(kind="train", queue="train")
    known = {"code": "batch_halved", "level": "warning", "values": {"before": 2048, "after": 1024}}
    other = {"code": "of_a_plugin", "level": "info", "values": {}, "text": "It is warm.", "remedy": ""}
    odd = {**known, "text": "Halved.", "remedy": "", "values": {}}
    add_events(job.pk, [("notice", {**known, "text": "", "remedy": ""}), ("notice", other), ("notice", odd)])
    with override("en"):
        said = [notice["text"] for notice in notices_of(job)]
    assert "batches of 2,048 pictures; it goes on with 1,024" in said[0]
    assert said[1:] == ["It is warm.", "Halved."]


def test_the_film_shows_previews_that_are_pictures() -> None:
    job = JobFactory(kind="train", queue="train")
    add_events(
        job.pk,
        [
            ("preview", {"index": 0, "text": "After 100 pictures", "artifact": "a"}),
            ("preview", {"index": 1, "text": "A sentence"}),
        ],
    )
    assert film(job) == [{"artifact": "a", "caption": "After 100 pictures"}]
