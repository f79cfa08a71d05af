"""What people's ratings say of texts that were written for the same request: pairs to learn from."""

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from brandkiln.library.models import Asset
from brandkiln.library.queries import find_assets, released
from brandkiln.workspaces.models import Workspace

PROMPTS = ("product", "opening")
"""The params that say what a text was written for."""


def preference_pairs(*, workspace: Workspace, project: str = "") -> Iterator[dict[str, Any]]:
    """Yield a pair for every two rated texts of one job of which one has more stars.

    Each has `prompt`, `chosen`, `rejected`, `format` where one was written, and `apart`, the difference in stars.

    Args:
        project: The slug of the only project to look at, or "" for all.
    """
    texts = find_assets(workspace=workspace, project=project, kind="text")
    rated = released(texts).filter(rating__gt=0, job__isnull=False).exclude(text="")
    for _, group in groupby(rated.order_by("job_id", "position"), key=lambda asset: asset.job_id):
        yield from _pairs(list(group))


def as_lines(pairs: Iterator[dict[str, Any]]) -> str:
    """Return pairs as JSON Lines, which can be brought as a data set of texts."""
    return "".join(f"{json.dumps(pair, ensure_ascii=False)}\n" for pair in pairs)


def _pairs(texts: list[Asset]) -> Iterator[dict[str, Any]]:
    job = texts[0].job
    params = job.params if job else {}
    prompt = next((params[name] for name in PROMPTS if params.get(name)), "")
    if not prompt:
        return
    form = {"format": params["format"]} if params.get("format") else {}
    for better in texts:
        for worse in texts:
            apart = better.rating - worse.rating
            if apart > 0 and better.text != worse.text:
                yield {
                    "prompt": prompt,
                    "chosen": better.text,
                    "rejected": worse.text,
                    **form,
                    "apart": apart,
                }
