"""The receipt of an asset: every fact that is needed to say where it came from and to make it again."""

from typing import Any

from brandkiln.artifacts.models import Artifact
from brandkiln.datasets.terms import plain_terms
from brandkiln.jobs.models import Job
from brandkiln.library.marks import mark_of_job

FORMAT = 1


def build_receipt(
    *, job: Job, artifact: Artifact, position: int, label: str, seed: int | None, meta: dict[str, Any]
) -> dict[str, Any]:
    """Return the receipt of the piece that ``job`` made at ``position``.

    It names content by hash, so it stays true when names change: the data version, the checkpoint's weights, the
    generator's version, all params, the seed, the prompt (the text params, or what the generator says it sent), the
    job and the person who asked.
    """
    version = job.dataset_version
    checkpoint = job.checkpoint
    trained_on = checkpoint.dataset_version if checkpoint else None
    return {
        "format": FORMAT,
        "content": {"sha256": artifact.sha256, "size": artifact.size, "media_type": artifact.media_type},
        "job": {
            "id": str(job.pk),
            "kind": job.kind,
            "attempt": job.attempt,
            "position": position,
            "submitted_at": job.created_at.isoformat(),
            "started_at": job.started_at.isoformat() if job.started_at else None,
        },
        "generator": {"name": job.generator, "version": job.generator_version},
        "checkpoint": {
            "id": str(checkpoint.pk),
            "number": checkpoint.number,
            "weights_sha256": checkpoint.weights.sha256,
            "data": _data(trained_on),
        }
        if checkpoint
        else None,
        "data": _data(version),
        "params": job.params,
        "seed": seed if seed is not None else job.seed,
        "label": label,
        "prompt": meta.get("prompt"),
        "details": {key: value for key, value in meta.items() if key != "prompt"},
        "actor": job.requested_by.email if job.requested_by else None,
        "mark": mark_of_job(job),
        "workspace": job.workspace.slug,
        "project": job.project.slug,
    }


def _data(version: Any) -> dict[str, Any] | None:
    if version is None:
        return None
    return {
        "id": str(version.pk),
        "dataset": version.dataset.name,
        "number": version.number,
        "sha256": version.sha256,
        "terms": plain_terms(version.dataset),
    }
