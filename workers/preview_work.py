"""Previews are kept by the reporter while they come, so nothing is left to be kept at their end."""

from pathlib import Path
from typing import Any

from brandkiln.jobs.events import Event
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import Effect


def keep_nothing(job: Job, summary: dict[str, Any], files: dict[str, Path]) -> Effect:
    """Return an effect that writes no rows."""

    def effect(job: Job) -> list[Event]:
        return []

    return effect
