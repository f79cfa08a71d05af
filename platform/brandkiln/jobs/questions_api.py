"""/api/v1/indexes and /api/v1/questions: answers from the workspace's texts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from ninja.params.functions import Header
from pydantic import Field

from brandkiln.core.api import ERRORS, Body, find
from brandkiln.datasets.models import DatasetVersion
from brandkiln.jobs.answering import answer_of
from brandkiln.jobs.api import JobOut
from brandkiln.jobs.checks import submit_index
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.jobs.questions import WRITER, answers_of, submit_question
from brandkiln.jobs.requests import program_key
from brandkiln.retrieval.models import SearchIndex
from brandkiln.retrieval.services import drop_index
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["questions"])


class IndexOut(Schema):
    """A version's passages, ready to be asked."""

    id: UUID
    dataset: UUID = Field(alias="version.dataset_id")
    dataset_version: UUID = Field(alias="version_id")
    passages: int = Field(alias="chunk_count")
    extractor: str
    ready_at: datetime | None
    """When it was whole; null while a job makes it."""


class IndexPage(Schema):
    """All indexes of the workspace."""

    items: list[IndexOut]


class QuestionIn(Body):
    """What is asked, of which texts."""

    question: str = Field(min_length=1, max_length=2000)
    datasets: list[UUID] = Field(default_factory=list, max_length=100)
    """Data sets of texts; empty for all that are indexed."""
    passages: int = Field(5, ge=1, le=12)
    draft: bool = True
    """Whether an answer is drafted; without it only the passages are found."""
    generator: str = Field(WRITER, max_length=80)
    """Which text generator drafts."""
    checkpoint: UUID | None = None
    seed: int = Field(0, ge=0, le=2**32 - 1)


class SourceOut(Schema):
    """A passage that was found."""

    dataset: UUID
    dataset_version: UUID
    position: int
    content: str
    """The hash of its record's content."""
    start: int
    end: int
    """Where it stands in the record's text."""
    text: str | None
    """null once the record was erased or its index dropped."""
    cosine: float | None
    word_rank: int | None


class ClaimOut(Schema):
    """A sentence of the answer, and what supports it."""

    start: int
    end: int
    text: str
    source: int | None
    """Which of the sources says it, counted from 0; null where none does."""
    place: list[int] | None
    """Where that source says it, in its text."""


class AnswerOut(Schema):
    """Where a question stands, and what came of it."""

    job: UUID
    state: str
    question: str
    found: bool | None
    """Whether any passage is about the question; null before that is known."""
    answer: str
    sources: list[SourceOut]
    claims: list[ClaimOut]
    error: str


@router.get("/indexes", response={200: IndexPage, **ERRORS}, summary="List indexes")
def list_indexes(request: HttpRequest) -> dict[str, Any]:
    token = require_scope(request, "read")
    rows = SearchIndex.objects.filter(workspace=token.workspace).select_related("version")
    return {"items": list(rows)}


@router.post(
    "/versions/{version_id}/index", response={202: JobOut, **ERRORS}, summary="Index a version's texts"
)
def index_version(request: HttpRequest, version_id: UUID) -> Status[Job]:
    """Make the texts of a version ready for questions; newer versions are then indexed by themselves."""
    token = require_scope(request, "jobs")
    versions = DatasetVersion.objects.filter(workspace=token.workspace).select_related("dataset")
    version = find(versions, version_id, "data set version")
    return Status(202, submit_index(version=version, actor=token.user))


@router.delete("/indexes/{index_id}", response={204: None, **ERRORS}, summary="Drop an index")
def delete_index(request: HttpRequest, index_id: UUID) -> Status[None]:
    """Delete the passages; the data set stays, and can be indexed again."""
    token = require_scope(request, "jobs")
    drop_index(index=find(SearchIndex.objects.filter(workspace=token.workspace), index_id, "index"))
    return Status(204, None)


@router.post("/questions", response={202: JobOut, **ERRORS}, summary="Ask a question")
def ask(
    request: HttpRequest,
    payload: QuestionIn,
    idempotency_key: str | None = Header(None, alias="Idempotency-Key", max_length=100),
) -> Status[Job]:
    """Search the texts and draft an answer; the job's answer is at /api/v1/questions/{question_id}, which is its id."""
    token = require_scope(request, "jobs")
    checkpoint = None
    if payload.checkpoint:
        own = Checkpoint.objects.filter(workspace=token.workspace)
        checkpoint = find(own, payload.checkpoint, "checkpoint")
    job = submit_question(
        workspace=token.workspace,
        actor=token.user,
        question=payload.question,
        datasets=payload.datasets,
        passages=payload.passages,
        draft=payload.draft,
        generator=payload.generator,
        checkpoint=checkpoint,
        seed=payload.seed,
        idempotency_key=program_key(idempotency_key),
    )
    return Status(202, job)


@router.get("/questions/{question_id}", response={200: AnswerOut, **ERRORS}, summary="Get an answer")
def get_answer(request: HttpRequest, question_id: UUID) -> dict[str, Any]:
    """Return the answer with its sources, and which source says each of its sentences."""
    token = require_scope(request, "read")
    job = find(answers_of(token.workspace), question_id, "question")
    answer = answer_of(job)
    return {
        "job": job.pk,
        "state": job.state,
        "question": answer.question,
        "found": answer.found,
        "answer": answer.text,
        "error": job.error_message,
        "sources": [
            {**source.facts, "dataset_version": source.facts["version"], "text": source.text}
            for source in answer.sources
        ],
        "claims": [{**claim, "text": answer.text[claim["start"] : claim["end"]]} for claim in answer.claims],
    }
