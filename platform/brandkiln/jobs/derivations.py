"""Asking for a version that is made of another one."""

from collections.abc import Sequence
from typing import Any

from brandkiln.core.models import User
from brandkiln.datasets.derive import check_rule
from brandkiln.datasets.models import DatasetVersion
from brandkiln.datasets.recipes.registry import check_recipe, dump_recipe, parse_recipe
from brandkiln.datasets.splits import parse_rule
from brandkiln.jobs.data_jobs import submit_data_job
from brandkiln.jobs.models import Job

KEEP: dict[str, Any] = {"by": "keep"}
"""Records keep the split that they have, which keeps figures of versions comparable."""


def submit_derivation(
    *,
    version: DatasetVersion,
    recipe: Sequence[Any],
    actor: User | None,
    split_rule: dict[str, Any] | None = None,
    split_seed: int = 0,
    idempotency_key: str | None = None,
) -> Job:
    """Return a new job that runs a recipe on a version; every default is written out in its params.

    Args:
        split_rule: How the records are dealt; left out, they keep the split that they have.

    Raises:
        Unprocessable: If the recipe or the rule does not fit the version.
    """
    steps = parse_recipe(recipe, kind=version.dataset.kind)
    rule = parse_rule(KEEP if split_rule is None else split_rule)
    check_recipe(steps, version)
    check_rule(rule, version, steps)
    return submit_data_job(
        kind=Job.Kind.DERIVE,
        version=version,
        actor=actor,
        params={
            "recipe": dump_recipe(steps),
            "split_rule": rule.model_dump(mode="json"),
            "split_seed": split_seed,
        },
        idempotency_key=idempotency_key,
    )


def submit_return(*, version: DatasetVersion, actor: User | None) -> Job:
    """Return a new job that makes the content of an old version the newest again."""
    return submit_derivation(version=version, recipe=[], actor=actor)
