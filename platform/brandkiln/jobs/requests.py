"""Checking what is asked for before it becomes a job: params, checkpoint and data against the generator's spec."""

import hashlib
import json
import math
import secrets
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.translation import gettext as _
from pydantic import ValidationError

from brandkiln.connections.services import check_connections
from brandkiln.core.errors import NotFound, Unprocessable
from brandkiln.core.models import User
from brandkiln.core.problems import by_place
from brandkiln.core.text import is_storable
from brandkiln.datasets.models import DatasetVersion
from brandkiln.jobs.brand_terms import with_brand_rules
from brandkiln.jobs.clearance import Cleared, clear_data
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.jobs.pictures import check_pictures
from brandkiln.projects.models import Project
from generators import registry
from generators.errors import GeneratorError
from generators.spec import USES_CHECKPOINT, USES_DATA, Spec

CheckpointChoice = Checkpoint | Literal["production"] | None
QUEUES = {
    Job.Kind.SAMPLE: Job.Queue.SAMPLE,
    Job.Kind.REPORT: Job.Queue.SAMPLE,
    Job.Kind.PREVIEW: Job.Queue.SAMPLE,
    Job.Kind.PACE: Job.Queue.SAMPLE,
    Job.Kind.COMPARE: Job.Queue.SAMPLE,
    Job.Kind.EXPORT: Job.Queue.SAMPLE,
    Job.Kind.TRAIN: Job.Queue.TRAIN,
    Job.Kind.COMPRESS: Job.Queue.TRAIN,
    Job.Kind.EVALUATE: Job.Queue.TRAIN,
    Job.Kind.FEATURES: Job.Queue.TRAIN,
    Job.Kind.SCAN: Job.Queue.TRAIN,
    Job.Kind.AUGMENT: Job.Queue.TRAIN,
    Job.Kind.INGEST: Job.Queue.PLATFORM,
    Job.Kind.IMPORT: Job.Queue.PLATFORM,
    Job.Kind.CHECK: Job.Queue.PLATFORM,
    Job.Kind.DERIVE: Job.Queue.PLATFORM,
    Job.Kind.ERASE: Job.Queue.PLATFORM,
    Job.Kind.SEARCH: Job.Queue.PLATFORM,
    Job.Kind.PACK: Job.Queue.PLATFORM,
    Job.Kind.CHAT: Job.Queue.SAMPLE,
    Job.Kind.EMBED: Job.Queue.SAMPLE,
    Job.Kind.ASK: Job.Queue.SAMPLE,
    Job.Kind.INDEX: Job.Queue.TRAIN,
}
PROGRAM = "api:"
"""How the idempotency keys of programs begin."""
KEY_LENGTH = 120
GENERATOR_KINDS = {
    Job.Kind.SAMPLE,
    Job.Kind.COMPARE,
    Job.Kind.REPORT,
    Job.Kind.TRAIN,
    Job.Kind.EVALUATE,
    Job.Kind.COMPRESS,
    Job.Kind.EXPORT,
    Job.Kind.CHAT,
}
"""What a generator does; everything else is the studio's own work on data."""


@dataclass(frozen=True)
class CheckedRequest:
    """The columns of a job for a request that fits its generator."""

    params: dict[str, Any]
    seed: int
    generator_version: str
    checkpoint: Checkpoint | None = None
    cleared: Cleared = field(default_factory=Cleared)

    def columns(self) -> dict[str, Any]:
        """Return what the job's row holds of it."""
        return {
            "params": self.params,
            "seed": self.seed,
            "generator_version": self.generator_version,
            "checkpoint": self.checkpoint,
            "override_reason": self.cleared.override_reason,
        }


def check_request(
    *,
    project: Project,
    kind: str,
    generator: str,
    params: dict[str, Any],
    checkpoint: CheckpointChoice,
    dataset_version: DatasetVersion | None,
    requested_by: User | None = None,
    override_reason: str = "",
) -> CheckedRequest:
    """Return the request with every default and the seed filled in.

    Args:
        override_reason: Why an admin goes on where the data is not cleared for training.

    Raises:
        Unprocessable: If something does not fit; ``fields`` names it.
        DataNotCleared: If something has to be known of the data first.
        NotFound: If the checkpoint, the data or a picture belongs to another workspace.
    """
    if kind == Job.Kind.COMPARE:
        kind = "sample"  # drawn by the generator like any sample, only kept elsewhere
    spec = find_spec(generator, kind, at="kind")
    filled = with_brand_rules(check_params(spec, kind, params), project)
    check_pictures(spec.params_for(kind), filled, workspace=project.workspace)
    check_connections(spec.params_for(kind), filled, workspace=project.workspace)
    seed = filled.get("seed")
    chosen = _choose_checkpoint(spec, kind, project, checkpoint)
    _check_data(spec, kind, project, dataset_version)
    cleared = Cleared()
    if dataset_version is not None:
        cleared = clear_data(dataset_version, kind=kind, actor=requested_by, override_reason=override_reason)
    return CheckedRequest(
        params=filled,
        seed=seed if isinstance(seed, int) else secrets.randbits(32),
        generator_version=spec.version,
        checkpoint=chosen,
        cleared=cleared,
    )


def find_spec(generator: str, kind: str, *, at: str = "generator") -> Spec:
    """Return the spec of an installed generator that does this kind of job.

    Args:
        at: Which input asks for the kind.

    Raises:
        Unprocessable: If there is none; ``fields`` names the input at fault.
    """
    try:
        spec = registry.get(generator)
        spec.params_for(kind)
    except GeneratorError as error:
        name = at if generator in registry.specs() else "generator"
        raise Unprocessable(str(error), fields={name: str(error)}) from error
    return spec


def check_params(spec: Spec, kind: str, params: dict[str, Any]) -> dict[str, Any]:
    """Return the params as JSON with every default written out; a seed that is left out is drawn."""
    model = spec.params_for(kind)
    if "seed" in model.model_fields and params.get("seed") is None:
        params = params | {"seed": secrets.randbits(32)}
    try:
        checked = model.model_validate(params).model_dump(mode="json")
    except ValidationError as error:
        problems = by_place(error, at="params")
        raise Unprocessable(
            _("These params of %(generator)s do not fit: %(names)s. Its schema says what does.")
            % {"generator": spec.name, "names": ", ".join(problems)},
            fields=problems,
        ) from error
    _check_storable(checked)
    return checked


def digest(**parts: Any) -> str:
    """Return a hash of what was asked for, which tells a repeated request from another one."""
    text = json.dumps(parts, sort_keys=True, default=lambda row: str(row.pk))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def program_key(key: str | None) -> str | None:
    """Return the idempotency key that a program sent as its job keeps it: apart from those that the studio makes."""
    if not key:
        return None
    kept = f"{PROGRAM}{key}"
    return kept if len(kept) <= KEY_LENGTH else PROGRAM + hashlib.sha256(key.encode()).hexdigest()


def _check_storable(params: dict[str, Any]) -> None:
    for name, value in params.items():
        if not is_storable(value):
            message = _(
                "The text holds a character that is none: NUL or half of a surrogate pair. Remove it."
            )
            raise Unprocessable(message, fields={f"params.{name}": message})


def _choose_checkpoint(
    spec: Spec, kind: str, project: Project, choice: CheckpointChoice
) -> Checkpoint | None:
    if choice == "production":
        found = Checkpoint.objects.filter(project=project, generator=spec.name, is_production=True).first()
        if found is None:
            raise _unfit(
                "checkpoint",
                _(
                    "%(project)s has no checkpoint of %(generator)s in production. Promote one or name one by its id."
                )
                % {"project": project.name, "generator": spec.name},
            )
        return found
    if choice is None:
        if spec.needs.checkpoint and kind in USES_CHECKPOINT:
            raise _unfit(
                "checkpoint",
                _(
                    "%(generator)s needs a trained checkpoint. Train it first, or choose one of its checkpoints."
                )
                % {"generator": spec.name},
            )
        return None
    if choice.workspace_id != project.workspace_id:
        raise NotFound(_("There is no such checkpoint in this workspace."))
    if choice.trashed_at:
        raise _unfit(
            "checkpoint",
            _("%(checkpoint)s is in the trash. Restore it first, or choose another one.")
            % {"checkpoint": choice},
        )
    if choice.generator != spec.name:
        raise _unfit(
            "checkpoint",
            _("%(checkpoint)s was trained by another generator than %(generator)s. Choose one of its own.")
            % {"checkpoint": choice, "generator": spec.name},
        )
    if kind not in USES_CHECKPOINT:
        raise _unfit(
            "checkpoint", _("A job of the kind %(kind)s takes no checkpoint. Leave it out.") % {"kind": kind}
        )
    return choice


def _check_data(spec: Spec, kind: str, project: Project, version: DatasetVersion | None) -> None:
    if version is None:
        if kind in USES_DATA:
            kinds = ", ".join(sorted(spec.needs.data))
            raise _unfit(
                "dataset_version",
                _(
                    "A job of the kind %(kind)s needs data, and none is given. Choose a version of a data set that "
                    "%(generator)s reads, of the kind: %(kinds)s."
                )
                % {"kind": kind, "generator": spec.name, "kinds": kinds},
            )
        return
    if version.workspace_id != project.workspace_id:
        raise NotFound(_("There is no such data set version in this workspace."))
    if kind not in USES_DATA:
        raise _unfit(
            "dataset_version",
            _("A job of the kind %(kind)s takes no data set version. Leave it out.") % {"kind": kind},
        )
    if version.dataset.kind not in spec.needs.data:
        raise _unfit(
            "dataset_version",
            _("%(generator)s works on %(kinds)s; %(version)s holds %(kind)s. Choose another data set.")
            % {
                "generator": spec.name,
                "kinds": ", ".join(sorted(spec.needs.data)),
                "version": version,
                "kind": version.dataset.kind,
            },
        )
    splits = version.counts.get("split", {})
    records = splits.get("train", version.record_count)
    missing = spec.needs.minimum_records - records
    if kind == "train" and missing > 0:
        raise _unfit(
            "dataset_version",
            _(
                "%(generator)s needs at least %(least)s training records; %(version)s has %(records)s. Add %(more)s."
            )
            % {
                "generator": spec.name,
                "least": spec.needs.minimum_records,
                "version": version,
                "records": records,
                # of those that are added, as many go to validation and test as of those that are there
                "more": math.ceil(missing * max(1, sum(splits.values()) / max(records, 1))),
            },
        )


def _unfit(name: str, message: str) -> Unprocessable:
    return Unprocessable(message, fields={name: message})
