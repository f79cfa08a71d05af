"""The job that makes a version's texts ready for questions: passages, vectors, words."""

from itertools import islice

from brandkiln.jobs.claims import JobFailure
from brandkiln.jobs.clearance import refuse_forbidden, refuse_trashed
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import State
from brandkiln.retrieval.models import SearchIndex
from brandkiln.retrieval.services import MOST, add_chunks, begin_index, finish_index, passages_of

from workers.devices import Device
from workers.embed_work import BATCH, Embedder, Unembedded
from workers.ending import Ending
from workers.generation import judge
from workers.heartbeat import beating
from workers.host import Host
from workers.library_work import index_library
from workers.outages import outlast
from workers.reporter import Reporter


def index_texts(job: Job, reporter: Reporter, host: Host, device: Device) -> Ending:
    """Index the job's version. An attempt begins anew; until the last word is written nobody searches the index."""
    version = job.dataset_version
    if job.params.get("library"):
        return index_library(job, reporter, host, device)
    if version is None:
        failure = JobFailure("gone", "The version was deleted, so there is nothing to index.")
        return Ending(State.FAILED, failure=failure)
    refuse_trashed(version)
    refuse_forbidden(version, Job.Kind.INDEX)
    embedder = Embedder(job, reporter, host, device)
    with beating(reporter):
        found = outlast(lambda: list(islice(passages_of(version), MOST + 1)))
    if not found or len(found) > MOST:
        said = (
            f"{version} gives more than {MOST} passages. Index a smaller version of it."
            if found
            else f"{version} holds no text with words. Choose another data set."
        )
        return Ending(State.FAILED, failure=JobFailure("bad_data", said))
    index: SearchIndex | None = None
    for start in range(0, len(found), BATCH):
        reporter.on_progress(start, len(found), "Embedding passages")
        batch = found[start : start + BATCH]
        try:
            vectors, summary = embedder.embed([one.text for one in batch])
        except Unembedded as failed:
            return judge(job, reporter, failed.outcome)
        with beating(reporter):
            index = index or outlast(lambda: begin_index(version=version, extractor=summary["extractor"]))  # noqa: B023
            outlast(lambda: add_chunks(index=index, first=start, found=batch, vectors=vectors))  # noqa: B023
    assert index is not None
    made, erased = index, version.report.get("erased")
    with beating(reporter):
        version.refresh_from_db(fields=["report"])
        if version.report.get("erased") != erased:
            failure = JobFailure("data_forbidden", "A record was erased meanwhile. Index the newest version.")
            outlast(made.delete)
            return Ending(State.FAILED, failure=failure)
        reporter.on_progress(len(found), len(found), "Listing words")
        outlast(lambda: finish_index(index=made))
    return Ending(State.SUCCEEDED, result={"passages": len(found), "extractor": made.extractor})
