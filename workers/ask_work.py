"""The job that answers a question: passages are searched, an answer is drafted from them, each sentence is traced."""

import re
from dataclasses import dataclass
from functools import partial
from typing import Any

from brandkiln.artifacts import store
from brandkiln.artifacts.models import Artifact
from brandkiln.jobs.checkpoints import materialise_checkpoint
from brandkiln.jobs.claims import JobFailure
from brandkiln.jobs.events import Event
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.jobs.moves import State
from brandkiln.jobs.questions import AskParams, asked_indexes
from brandkiln.library.services import keep_sample
from brandkiln.retrieval.claims import Claim, quoted, sentences_of, support, without_question
from brandkiln.retrieval.passages import sentences, terms
from brandkiln.retrieval.search import Hit, search

from workers.devices import Device
from workers.embed_work import Embedder, Unembedded, as_floats
from workers.ending import Ending
from workers.generation import judge, run_in_host
from workers.heartbeat import beating
from workers.host import Host, Request
from workers.outages import outlast
from workers.reporter import Reporter

RELEVANT = 0.45
"""Cosine from which on a passage is about the question: docs/retrieval.md tells what others find."""
SHARED = 0.75
"""Share of the question's words from which on a passage counts as well."""
TASK = "Answer the question in one or two sentences with the words of the sources. Add nothing that they do not say."
EXAMPLE = (
    {
        "role": "user",
        "content": "Sources:\n[1] The museum is open from 10 to 18 o'clock. It is closed on Mondays.\n[2] Tickets cost "
        "12 EUR. Children under 12 years pay nothing.\n\nQuestion: What does a ticket cost?",
    },
    {"role": "assistant", "content": "Tickets cost 12 EUR. Children under 12 years pay nothing."},
    {
        "role": "user",
        "content": "Sources:\n[1] Wash the jumper by hand in cold water. Dry it lying flat, away from the sun.\n\n"
        "Question: How do I wash the jumper?",
    },
    {
        "role": "assistant",
        "content": "Wash the jumper by hand in cold water, and dry it lying flat, away from the sun.",
    },
)
"""Worked examples, which a small network follows better than any instruction."""
ANSWER_TOKENS = 160
_LOOP = re.compile(r"(\S.{2,60}?)\1{3,}", re.DOTALL)
"""A stretch that stands there four times in a row."""


@dataclass(frozen=True)
class Drafted:
    """An answer with the passages it was drafted from."""

    text: str
    claims: list[Claim]


def ask(job: Job, reporter: Reporter, host: Host, device: Device) -> Ending:
    """Answer the job's question; the answer is kept in the library, and its receipt names the passages."""
    params = AskParams.model_validate(job.params)
    embedder = Embedder(job, reporter, host, device)
    try:
        reporter.on_progress(0, 3, "Looking for sources")
        [vector], summary = embedder.embed([params.question])
        with beating(reporter):
            hits = outlast(lambda: _relevant(job, params, vector))
        result: dict[str, Any] = {
            "found": bool(hits),
            "extractor": summary["extractor"],
            "sources": [_source(hit) for hit in hits],
        }
        if not hits or not params.draft:
            return Ending(State.SUCCEEDED, result=result)
        reporter.on_progress(1, 3, "Drafting an answer")
        drafted = _draft(job, params, hits, embedder, vector)
    except Unembedded as failed:
        return judge(job, reporter, failed.outcome)
    if isinstance(drafted, Ending):
        return drafted
    result |= {"answer": drafted.text, "claims": [_claim(claim) for claim in drafted.claims]}
    data = drafted.text.encode()
    artifact = outlast(lambda: store.put_bytes(data, workspace=job.workspace, media_type="text/plain"))
    return Ending(State.SUCCEEDED, result=result, effect=partial(_keep, artifact=artifact, result=result))


def relevant(question: str, hit: Hit) -> bool:
    """Return whether a passage is about the question: near in meaning, or with nearly all of its words."""
    wanted = set(terms(question))
    shared = len(wanted & set(terms(hit.chunk.text))) / max(1, len(wanted))
    return (hit.cosine or 0.0) >= RELEVANT or (len(wanted) > 1 and shared >= SHARED)


def _relevant(job: Job, params: AskParams, vector: bytes) -> list[Hit]:
    indexes = asked_indexes(job.workspace, params.datasets)
    found = search(indexes, params.question, vector, params.passages)
    return [hit for hit in found if relevant(params.question, hit)]


def _draft(
    job: Job, params: AskParams, hits: list[Hit], embedder: Embedder, question: bytes
) -> Drafted | Ending:
    """Return an answer from the passages that were found, or how the job ends without one."""
    reporter = embedder.reporter
    checkpoint = None
    if params.checkpoint:
        rows = Checkpoint.objects.filter(workspace=job.workspace, pk=params.checkpoint, trashed_at=None)
        checkpoint = rows.first()
        if checkpoint is None:
            failure = JobFailure("gone", "The checkpoint was deleted. Ask again with another one.")
            return Ending(State.FAILED, failure=failure)
    with beating(reporter):
        weights = outlast(lambda: materialise_checkpoint(checkpoint)) if checkpoint else None
    request = Request(
        job=str(job.pk),
        kind="chat",
        generator=job.generator,
        params=_prompt(params, hits),
        checkpoint=weights,
        scratch=reporter.scratch,
        device=embedder.device.torch_name,
        seed=params.seed,
    )
    outcome = run_in_host(request, reporter, embedder.host)
    if outcome.status != "succeeded":
        return judge(job, reporter, outcome)
    reporter.on_progress(2, 3, "Tracing each sentence")
    text = without_question(without_loops(outcome.result["answers"][0]["text"]).strip(), params.question)
    return _traced(text, hits, embedder, params.question, question)


def without_loops(text: str) -> str:
    """Return a text up to the end of the last sentence before it says the same over and over, as small networks do."""
    loop = _LOOP.search(text)
    if loop is None:
        return text
    whole = [span for span in sentences(text[: loop.end(1)]) if span.text.endswith((".", "!", "?"))]
    return text[: whole[-1].end] if whole else ""


def _prompt(params: AskParams, hits: list[Hit]) -> dict[str, Any]:
    """Return the chat's params for a question with the passages that are its sources."""
    numbered = "\n".join(f"[{number}] {hit.chunk.text}" for number, hit in enumerate(hits, start=1))
    return {
        "messages": [
            {"role": "system", "content": TASK},
            *EXAMPLE,
            {"role": "user", "content": f"Sources:\n{numbered}\n\nQuestion: {params.question}"},
        ],
        "max_tokens": ANSWER_TOKENS,
        "temperature": 0,
        "seed": params.seed,
    }


def _traced(text: str, hits: list[Hit], embedder: Embedder, asked: str, question: bytes) -> Drafted:
    """Return a text with what supports it; where no source says any of it, the sentence nearest to the question."""
    passages = [hit.chunk.text for hit in hits]
    claimed, said = sentences_of(text, passages)
    if not said:
        return Drafted(text, [])
    vectors, _ = embedder.embed([*(span.text for span in claimed), *(span.text for _, span in said)])
    numbers = [as_floats(vector) for vector in vectors]
    here = len(claimed)
    claims = support(claimed, said, passages, numbers[:here], numbers[here:])
    if all(claim.source is None for claim in claims):
        nearest = quoted(said, numbers[here:], as_floats(question), asked)
        return Drafted(*nearest) if nearest[0] else Drafted(text, claims)
    return Drafted(text, claims)


def _source(hit: Hit) -> dict[str, Any]:
    chunk, version = hit.chunk, hit.chunk.index.version
    return {
        "chunk": chunk.pk,
        "dataset": str(version.dataset_id),
        "version": str(version.pk),
        "position": chunk.position,
        "content": chunk.content,
        "start": chunk.start,
        "end": chunk.end,
        "cosine": None if hit.cosine is None else round(hit.cosine, 4),
        "word_rank": hit.word_rank,
    }


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "start": claim.start,
        "end": claim.end,
        "source": claim.source,
        "place": claim.place and list(claim.place),
        "cosine": claim.cosine,
    }


def _keep(job: Job, *, artifact: Artifact, result: dict[str, Any]) -> list[Event]:
    facts = {name: result[name] for name in ("extractor", "sources", "claims")}
    asset = keep_sample(
        job=job,
        position=0,
        media_type="text/plain",
        artifact=artifact,
        text=result["answer"],
        seed=job.params["seed"],
        name=job.params["question"],
        meta={"prompt": job.params["question"], **facts},
    )
    return [("sample", {"asset": str(asset.pk)})]
