"""What people's ratings and decisions say of texts that were written for the same request: pairs to learn from."""

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.db.models import Q

from brandkiln.library.models import Asset
from brandkiln.library.queries import find_assets, released
from brandkiln.review.models import State
from brandkiln.review.queries import stands
from brandkiln.workspaces.models import Workspace

DECIDED = {State.APPROVED: 5, State.CHANGES: 2, State.REJECTED: 1}
"""Stars that a decision counts as."""
PROMPTS = ("product", "opening")
"""The params that say what a text was written for."""


def preference_pairs(*, workspace: Workspace, project: str = "") -> Iterator[dict[str, Any]]:
    """Yield a pair for every two texts of one job of which people liked one better.

    An approved text counts as one with five stars, one that is to be changed as two, a rejected one as one; where
    nothing was decided of it as it is now, its stars count. Each has `prompt`, `chosen`, `rejected`, `format` where one
    was written, and `apart`, the difference in stars.

    Args:
        project: The slug of the only project to look at, or "" for all.
    """
    texts = find_assets(workspace=workspace, project=project, kind="text")
    decided = stands(State.APPROVED) | stands(State.CHANGES) | stands(State.REJECTED)
    judged = released(texts).filter(Q(rating__gt=0) | decided, job__isnull=False).exclude(text="")
    rows = judged.select_related("review", "artifact", "job").order_by("job_id", "position")
    for _, group in groupby(rows, key=lambda asset: asset.job_id):
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
            apart = _stars(better) - _stars(worse)
            if apart > 0 and better.text != worse.text:
                yield {
                    "prompt": prompt,
                    "chosen": better.text,
                    "rejected": worse.text,
                    **form,
                    "apart": apart,
                }


def _stars(asset: Asset) -> int:
    review = getattr(asset, "review", None)
    if review is None or review.sha256 != asset.artifact.sha256:
        return asset.rating
    return DECIDED.get(State(review.state), asset.rating)
