"""Jobs on texts for which the host computes: indexing a version, and answering from it."""

from array import array
from pathlib import Path
from typing import Any

import pytest
from brandkiln.datasets.models import Record
from brandkiln.jobs.answering import answer_of
from brandkiln.jobs.checks import submit_index
from brandkiln.jobs.claims import claim_next
from brandkiln.jobs.models import Job
from brandkiln.jobs.questions import submit_question
from brandkiln.retrieval.models import Chunk, SearchIndex

from tests.factories import Cast, DatasetFactory, DatasetVersionFactory, make_cast
from workers.runner import Runner
from workers.verdicts import Outcome
from workers.watch import Request

pytestmark = pytest.mark.django_db
TEXTS = ["The lamp needs one bulb of 4 W.", "Boots may be sent back within 30 days. Keep the box."]


def embedded(request: Request) -> Outcome:
    """Return vectors in which lamps, boots and everything else point three ways."""
    path = request.scratch / "vectors.f32"
    rows = array("f")
    for text in request.params["texts"]:
        kind = 0 if "amp" in text else 1 if "oots" in text else 3 if "Keep" in text else 2
        rows.extend([float(place == kind) for place in range(384)])
    path.write_bytes(rows.tobytes())
    facts = {"dimensions": 384, "tokens": 9, "texts": len(request.params["texts"]), "extractor": "tiny"}
    return Outcome("succeeded", result={"summary": facts, "files": {"vectors": str(path)}})


class Studio:
    """A workspace with texts, and a runner whose host answers at once."""

    def __init__(self, cast: Cast, settings: Any, scratch: Path) -> None:
        settings.SCRATCH = scratch
        self.cast = cast
        self.answer = "Boots may be sent back within 30 days. It rains."
        self.requests: list[Request] = []
        self.runner = Runner("w1", queues=["sample", "train"])
        self.runner.host.run = self.run  # type: ignore[method-assign]
        dataset = DatasetFactory(project=cast.project, kind="text")
        self.version = DatasetVersionFactory(dataset=dataset, number=1, report={})
        Record.objects.bulk_create(
            Record(version=self.version, position=place, sha256=f"{place:064x}", split="train", text=text)
            for place, text in enumerate(TEXTS)
        )

    def run(self, request: Request, **callbacks: Any) -> Outcome:
        self.requests.append(request)
        if request.kind == "inspect":
            return embedded(request)
        callbacks["on_message"]({"type": "stream", "index": 0, "text": self.answer})
        answers = [{"text": self.answer, "finish": "stop", "tokens": 9}]
        return Outcome("succeeded", result={"answers": answers, "prompt_tokens": 50})

    def do(self, job: Job) -> Job:
        claimed = claim_next(queues=["sample", "train"], worker="w1")
        assert claimed is not None
        self.runner.do(claimed)
        job.refresh_from_db()
        return job

    def ask(self, question: str, **params: Any) -> Job:
        job = submit_question(workspace=self.cast.acme, actor=self.cast.ada, question=question, **params)
        return self.do(job)


@pytest.fixture
def studio(settings: Any, tmp_path: Path) -> Studio:
    made = Studio(make_cast(), settings, tmp_path)
    done = made.do(submit_index(version=made.version, actor=made.cast.ada))
    assert (done.state, done.result) == ("succeeded", {"passages": 2, "extractor": "tiny"})
    return made


def test_an_answer_names_its_sources_and_what_no_source_says(studio: Studio) -> None:
    job = studio.ask("How long may boots be sent back?")
    assert (job.state, job.result["found"]) == ("succeeded", True)
    chat = studio.requests[-2]
    assert "[1] Boots may be sent back" in chat.params["messages"][-1]["content"]
    answer = answer_of(job)
    assert list(answer.pieces()) == [
        ("Boots may be sent back within 30 days.", 1, True),
        (" ", None, False),
        ("It rains.", None, True),
    ]
    assert list(answer.sources[0].pieces()) == [
        ("Boots may be sent back within 30 days.", 1, True),
        (" Keep the box.", None, False),
    ]
    [asset] = job.assets.all()
    assert (asset.text, asset.receipt["prompt"]) == (studio.answer, "How long may boots be sent back?")
    [source] = asset.receipt["details"]["sources"]
    assert (source["content"], source["start"], source["end"]) == (f"{1:064x}", 0, len(TEXTS[1]))
    Chunk.objects.all().delete()
    assert [source.text for source in answer_of(job).sources] == [None]


def test_where_nothing_is_about_the_question_nothing_is_drafted(studio: Studio) -> None:
    job = studio.ask("Who won the cup?")
    assert (job.state, job.result["found"], job.assets.count()) == ("succeeded", False, 0)
    assert [request.kind for request in studio.requests] == ["inspect", "inspect"]


def test_passages_alone_can_be_asked_for(studio: Studio) -> None:
    job = studio.ask("Which bulb does the lamp need?", draft=False)
    assert (len(job.result["sources"]), job.assets.count()) == (1, 0)


def test_a_refusal_of_the_writer_ends_the_question(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(request: Request, **_: Any) -> Outcome:
        if request.kind == "chat":
            return Outcome("refused", code="context_length", message="Too long.")
        return embedded(request)

    monkeypatch.setattr(studio.runner.host, "run", refuse)
    job = studio.ask("How long may boots be sent back?")
    assert (job.state, job.error_message) == ("failed", "Too long.")


def test_an_index_that_could_not_be_made_is_asked_by_nobody(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    SearchIndex.objects.all().delete()
    refused = Outcome("refused", code="refused", message="MiniLM is not installed.")
    monkeypatch.setattr(studio.runner.host, "run", lambda request, **_: refused)
    job = studio.do(submit_index(version=studio.version, actor=None))
    assert (job.state, job.error_message) == ("failed", "MiniLM is not installed.")
    assert not SearchIndex.objects.exists()
