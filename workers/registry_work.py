"""What is kept of the jobs that work on a checkpoint: a smaller one, an ONNX file, or pictures to compare."""

from functools import partial
from pathlib import Path
from typing import Any

from brandkiln.artifacts import store
from brandkiln.artifacts.models import Artifact
from brandkiln.jobs.checkpoints import StoredCheckpoint, record_checkpoint, store_checkpoint
from brandkiln.jobs.comparisons import keep_compared
from brandkiln.jobs.events import Event
from brandkiln.jobs.models import CheckpointFile, Job
from brandkiln.jobs.moves import State

from workers.ending import Ending
from workers.heartbeat import beating
from workers.outages import outlast
from workers.reporter import Reporter

ONNX_TYPE = "application/onnx"


def compressed(job: Job, reporter: Reporter, result: dict[str, Any]) -> Ending:
    """Keep the smaller checkpoint with its figures before and after."""
    folder = Path(result["checkpoint"])
    figures: dict[str, Any] = {name: result[name] for name in ("before", "after", "about") if name in result}
    with beating(reporter):
        stored = outlast(lambda: store_checkpoint(workspace=job.workspace, folder=folder))
    effect = partial(_keep_compressed, stored=stored, folder=folder, figures=figures, reporter=reporter)
    return Ending(State.SUCCEEDED, result=figures, effect=effect)


def exported(job: Job, reporter: Reporter, result: dict[str, Any]) -> Ending:
    """Keep the ONNX file with what is known of it."""
    path = Path(result["files"]["onnx"])
    with beating(reporter):
        kept = outlast(lambda: store.put(path, workspace=job.workspace, media_type=ONNX_TYPE))
    facts = result["facts"]
    return Ending(
        State.SUCCEEDED, result={"onnx": facts}, effect=partial(_keep_file, artifact=kept, facts=facts)
    )


def compared(job: Job, reporter: Reporter, result: dict[str, Any]) -> Ending:
    """Keep the pictures with the checkpoint rather than in the library."""
    drawn = [
        (kept.artifact, {"seed": kept.message["seed"], "label": kept.message["label"]})
        for kept in reporter.samples
    ]
    texts = [text for kept in reporter.samples if (text := kept.message.get("text")) is not None]
    if texts:  # they are judged blindly, and stand with the job alone
        return Ending(State.SUCCEEDED, result={"texts": texts})
    return Ending(
        State.SUCCEEDED, result={"pictures": len(drawn)}, effect=partial(keep_compared, artifacts=drawn)
    )


def _keep_compressed(
    job: Job, *, stored: StoredCheckpoint, folder: Path, figures: dict[str, Any], reporter: Reporter
) -> list[Event]:
    kept = record_checkpoint(job=job, folder=folder, preview=reporter.preview, stored=stored, figures=figures)
    return [("saved", {"checkpoint": str(kept.pk)})]


def _keep_file(job: Job, *, artifact: Artifact, facts: dict[str, Any]) -> None:
    if job.checkpoint:  # it may have been deleted meanwhile
        CheckpointFile.objects.create(
            workspace=job.workspace,
            checkpoint=job.checkpoint,
            job=job,
            role=CheckpointFile.Role.ONNX,
            artifact=artifact,
            facts=facts,
        )
