"""Nasty files: each is refused with its sentence, or read without harm, and nothing of it is left behind.

Files that are refused as a whole go the whole way, on each database, with a hash of all that the studio has before and
after; those with bad records among good ones leave those behind, so they are read alone, and all together below.
"""

import os
import resource
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from brandkiln.artifacts.models import Artifact
from brandkiln.datasets.ingest import UploadRefused, ingest_upload
from brandkiln.datasets.models import Record, Upload
from brandkiln.datasets.readers import process
from brandkiln.datasets.readers.limits import Limits
from PIL import Image

from tests.brandkiln.datasets.files import grey, image_bytes, zip_bytes
from tests.brandkiln.datasets.nasty import archives, documents, images, tables
from tests.brandkiln.datasets.nasty.case import Case, verdict
from tests.brandkiln.datasets.nasty.footprint import footprint
from tests.brandkiln.datasets.nasty.forking import Readers

ALL = [*archives.CASES, *images.CASES, *tables.CASES, *documents.CASES]
MEGABYTES_MORE = 64
"""How much the process that asks for a reading may grow by it: far less than any of the bombs unpacks to."""
Receive = Callable[..., Upload]


REFUSED = [case for case in ALL if not case.accepted]


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    readers = Readers(Path(process.__file__).parents[3])
    yield readers
    readers.end()


def peak() -> int:
    """Return the most megabytes that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def test_there_are_enough_of_them_and_each_has_its_own_name() -> None:
    assert len(REFUSED) >= 150
    assert len({case.name for case in ALL}) == len(ALL)


@pytest.mark.parametrize("case", [case for case in ALL if case.accepted], ids=str)
def test_faults_of_records_get_their_sentences(case: Case) -> None:
    found = verdict(case)
    assert found.accepted == case.accepted, found.sentences
    assert any(case.says in one for one in found.sentences) or not case.says, found.sentences


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_a_refused_file_gets_its_sentence_and_leaves_nothing_behind(
    case: Case, receive: Receive, readers: Readers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_child", readers.child)
    monkeypatch.setattr(process, "_wait_for_decoders", lambda child: None)
    limits = replace(Limits(), **case.limits)
    upload = receive(case.data(), case.filename, case.kind)
    own, memory, before = os.getpid(), peak(), footprint(tmp_path)
    with pytest.raises(UploadRefused) as refusal:
        ingest_upload(upload, split_seed=0, report_progress=lambda *_: None, limits=limits)
    assert case.says in refusal.value.message
    assert footprint(tmp_path) == before
    assert (os.getpid(), peak() <= memory + MEGABYTES_MORE) == (own, True)
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
