"""Sets of generated pictures: asking for one, and what is known of its effect afterwards."""

from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from brandkiln.core.errors import NotFound, Unprocessable
from brandkiln.core.models import User
from brandkiln.core.problems import by_place
from brandkiln.datasets.models import DatasetVersion, Kind, Record, Split
from brandkiln.jobs.clearance import clear_data
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.jobs.services import submit_job
from generators import registry
from generators.augmenting.params import AugmentParams

FEWEST_TESTED = 20
LOOKED_AT = 20


def can_augment(checkpoint: Checkpoint) -> bool:
    """Return whether a checkpoint draws pictures by label."""
    spec = registry.specs().get(checkpoint.generator)
    if spec is None or spec.modality != "image" or spec.sample is None:
        return False
    return {"label", "seed", "count"} <= set(spec.sample.model_fields) and bool(checkpoint.card.get("labels"))


def drawing_checkpoint(version: DatasetVersion) -> Checkpoint | None:
    """Return the checkpoint that would draw a set for a version: the newest that learned from its data set, or None."""
    rows = Checkpoint.objects.filter(
        workspace=version.workspace_id, dataset_version__dataset=version.dataset_id, trashed_at=None
    )
    return next(filter(can_augment, rows.order_by("-is_production", "-created_at")[:LOOKED_AT]), None)


def submit_augmentation(
    *,
    checkpoint: Checkpoint,
    version: DatasetVersion,
    params: dict[str, Any],
    actor: User | None,
    override_reason: str = "",
    idempotency_key: str | None = None,
) -> Job:
    """Return a new job that draws a set for a version's labels and measures what it does to a classifier.

    Args:
        params: As AugmentParams.

    Raises:
        Unprocessable: If the checkpoint does not draw by label, or the version can't test what it does.
        NotFound: If both are not of one workspace.
        DataNotCleared: If something has to be known of the data first.
    """
    if checkpoint.workspace_id != version.workspace_id:
        raise NotFound(_("There is no such checkpoint in this workspace."))
    _check(checkpoint, version)
    try:
        wanted = AugmentParams.model_validate(params).model_dump(mode="json")
    except ValidationError as error:
        fields = by_place(error, at="params")
        message = _("These params of a set do not fit: %(names)s. Its schema says what does.")
        raise Unprocessable(message % {"names": ", ".join(fields)}, fields=fields) from error
    cleared = clear_data(version, kind=Job.Kind.AUGMENT, actor=actor, override_reason=override_reason)
    return submit_job(
        workspace=version.workspace,
        project=version.dataset.project,
        requested_by=actor,
        kind=Job.Kind.AUGMENT,
        params={"augment": wanted},
        checkpoint=checkpoint,
        dataset_version=version,
        override_reason=cleared.override_reason,
        idempotency_key=idempotency_key,
    )


def learned_from_test(checkpoint: Checkpoint, version: DatasetVersion) -> int:
    """Return how many of a version's test pictures the checkpoint learned from, as far as its data is still there."""
    learned = checkpoint.dataset_version
    if learned is None or learned.pk == version.pk:
        return 0
    tested = Record.objects.filter(version=version, split=Split.TEST).values("sha256")
    return Record.objects.filter(version=learned, split=Split.TRAIN, sha256__in=tested).count()


def _check(checkpoint: Checkpoint, version: DatasetVersion) -> None:
    if not can_augment(checkpoint) or checkpoint.trashed_at:
        message = _(
            "%(checkpoint)s does not draw pictures by label. Choose one that was trained on labelled pictures."
        )
        raise _unfit("checkpoint", message % {"checkpoint": checkpoint})
    labels, known = set(version.labels), set(checkpoint.card["labels"])
    if version.dataset.kind != Kind.IMAGE or len(labels) < 2:
        message = _("%(version)s does not hold pictures with two labels or more. Choose another version.")
        raise _unfit("dataset_version", message % {"version": version})
    if not labels & known:
        message = _("%(checkpoint)s knows none of the labels of %(version)s; it knows %(known)s.")
        names = ", ".join(sorted(known)[:12])
        raise _unfit("checkpoint", message % {"checkpoint": checkpoint, "version": version, "known": names})
    tested = version.counts.get("split", {}).get(Split.TEST, 0)
    if tested < FEWEST_TESTED:
        message = _(
            "The effect is measured on the test split, which has %(n)d pictures in %(version)s; it takes %(least)d. "
            "Add pictures, or split it anew."
        )
        raise _unfit("dataset_version", message % {"n": tested, "version": version, "least": FEWEST_TESTED})
    if seen := learned_from_test(checkpoint, version):
        message = _(
            "%(checkpoint)s learned from %(n)d of the test pictures of %(version)s, so a test would flatter it. Choose "
            "the version that it was trained on, or train it on this one."
        )
        raise _unfit("checkpoint", message % {"checkpoint": checkpoint, "n": seen, "version": version})


def _unfit(name: str, message: str) -> Unprocessable:
    return Unprocessable(message, fields={name: message})
