"""Nasty files: each is refused with its sentence, or read without harm, and nothing of it is left behind."""

import os
import resource
from collections.abc import Callable
from pathlib import Path

import pytest
from brandkiln.artifacts.models import Artifact
from brandkiln.datasets.ingest import UploadRefused, ingest_upload
from brandkiln.datasets.models import Record, Upload
from brandkiln.datasets.readers.limits import Limits
from PIL import Image

from tests.brandkiln.datasets.files import grey, image_bytes, zip_bytes
from tests.brandkiln.datasets.nasty import archives, documents, images, tables
from tests.brandkiln.datasets.nasty.case import Case, verdict
from tests.brandkiln.datasets.nasty.footprint import footprint

ALL = [*archives.CASES, *images.CASES, *tables.CASES, *documents.CASES]
MEGABYTES_MORE = 64
"""How much the process that asks for a reading may grow by it: far less than any of the bombs unpacks to."""
Receive = Callable[..., Upload]


def whole(cases: list[Case], *names: str) -> list[Case]:
    chosen = [case for case in cases if case.name in names]
    assert len(chosen) == len(names)
    return chosen


INGESTED = [
    *whole(
        archives.CASES,
        "path '../up.png'",
        "overlapping files",
        "bomb of zeros",
        "a million entries",
        "cut in the middle",
    ),
    *whole(
        tables.CASES,
        "a quote that is never closed",
        "a million columns",
        "bytes of no encoding",
    ),
    *whole(
        documents.CASES,
        "workbook: a bomb",
        "document: nested without end",
        "Parquet: an end that says it is 2 GB",
        "sound: cut off",
        "scan: NIfTI of 32,767 x 32,767 x 32,767",
    ),
    *whole(images.CASES, "PNG of 60,000 x 60,000", "half of a TIFF"),
]


def peak() -> int:
    """Return the most megabytes that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def test_there_are_enough_of_them_and_each_has_its_own_name() -> None:
    assert len(ALL) >= 150
    assert len({case.name for case in ALL}) == len(ALL)


@pytest.mark.parametrize("case", ALL, ids=str)
def test_a_nasty_file_gets_its_sentence(case: Case) -> None:
    found = verdict(case)
    assert found.accepted == case.accepted, found.sentences
    assert any(case.says in one for one in found.sentences) or not case.says, found.sentences


@pytest.mark.parametrize("case", INGESTED, ids=str)
def test_a_refused_file_leaves_nothing_behind_and_its_reader_alone_suffers(
    case: Case, receive: Receive, tmp_path: Path
) -> None:
    upload = receive(case.data(), case.filename, case.kind)
    process, memory, before = os.getpid(), peak(), footprint(tmp_path)
    with pytest.raises(UploadRefused) as refusal:
        ingest_upload(upload, split_seed=0, report_progress=lambda *_: None)
    assert case.says in refusal.value.message
    assert footprint(tmp_path) == before
    assert (os.getpid(), peak() <= memory + MEGABYTES_MORE) == (process, True)
    upload.refresh_from_db()
    assert (upload.state, upload.report["message"]) == (Upload.State.REFUSED, refusal.value.message)
    assert list((tmp_path / "scratch").iterdir()) == []


def test_nasty_pictures_among_good_ones_cost_only_themselves(receive: Receive, tmp_path: Path) -> None:
    files = {f"{number:03}.png": case.data() for number, case in enumerate(images.CASES)}
    files |= {f"good{number}.png": grey(number) for number in range(30)}
    upload = receive(zip_bytes(files), "pictures.zip", "image")
    memory = peak()
    version = ingest_upload(upload, split_seed=0, report_progress=lambda *_: None)
    bad = {f"{number:03}.png": case for number, case in enumerate(images.CASES) if not case.accepted}
    assert version.record_count == len(files) - len(bad)
    sentences = {fault["where"]: fault["message"] for fault in version.report["faults"]}
    assert sentences.keys() == bad.keys()
    assert [name for name, case in bad.items() if case.says not in sentences[name]] == []
    assert peak() <= memory + MEGABYTES_MORE
    kept = {path.name for path in (tmp_path / "artifacts").rglob("*") if path.is_file()}
    assert kept == set(Artifact.objects.values_list("sha256", flat=True))
    assert list((tmp_path / "scratch").iterdir()) == []


def test_nasty_lines_among_good_ones_cost_only_themselves(receive: Receive) -> None:
    cases = [case for case in tables.CASES if case.name.startswith("JSON: ") and case.accepted and case.says]
    lines = b'{"a": 1}\n'.join(case.data() for case in cases)
    version = ingest_upload(receive(lines, "a.jsonl", "table"), split_seed=0, report_progress=lambda *_: None)
    assert version.report["refused"] == len(cases)
    assert version.record_count == Record.objects.filter(version=version).count()
    said = [fault["message"] for fault in version.report["faults"]]
    assert [case.name for case in cases if not any(case.says in one for one in said)] == []


def test_a_picture_that_takes_all_memory_is_said_and_the_rest_is_kept(receive: Receive) -> None:
    large = image_bytes(Image.new("RGB", (6000, 6000)), "JPEG")
    files = {"a.png": grey(1), "large.jpg": large, "z.png": grey(2)}
    upload = receive(zip_bytes(files), "a.zip", "image")
    version = ingest_upload(
        upload, split_seed=0, report_progress=lambda *_: None, limits=Limits(memory_bytes=180 * 2**20)
    )
    assert version.record_count == 2
    assert [fault["where"] for fault in version.report["faults"]] == ["large.jpg"]
