"""Keeping what a scan for personal data found."""

from pathlib import Path
from typing import Any

from brandkiln.artifacts import store
from brandkiln.datasets.protection.decisions import record_scan
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import Effect

SPANS_TYPE = "application/jsonl"


def keep_scan(job: Job, summary: dict[str, Any], files: dict[str, Path]) -> Effect:
    """Store the places of the findings and return the effect that writes the row."""
    spans = store.put(files["spans"], workspace=job.workspace, media_type=SPANS_TYPE)

    def effect(job: Job) -> None:
        if job.dataset_version:  # it may have been deleted meanwhile
            record_scan(version=job.dataset_version, summary=summary, spans=spans)

    return effect
