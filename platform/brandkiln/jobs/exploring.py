"""Looking into what a checkpoint has learned."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from brandkiln.core.errors import Unprocessable
from brandkiln.core.models import User
from brandkiln.core.text import is_storable
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.jobs.services import submit_job
from brandkiln.jobs.wishes import Wish
from brandkiln.workspaces.services import record_audit
from generators.latent.params import COMPONENTS, STYLED, ExploreParams

EXPLORED = ("image-gan", "image-vae")
"""Generators that draw from points of a latent space."""
NAME_LENGTH = 40


def explore(*, checkpoint: Checkpoint, params: dict[str, Any], actor: User | None) -> Job:
    """Return the job that shows this of the checkpoint's latent space; an earlier one where it was asked for before.

    Raises:
        Unprocessable: If its generator has no latent space, or the checkpoint does not know a label.
    """
    if checkpoint.generator not in EXPLORED:
        message = _("%(checkpoint)s has no latent space to look into. Choose one of: %(names)s.")
        raise Unprocessable(message % {"checkpoint": checkpoint, "names": ", ".join(EXPLORED)})
    wanted = ExploreParams.model_validate(params).model_dump(mode="json")
    for name in ("label", "to_label"):
        if wanted[name] is not None and wanted[name] not in checkpoint.card.get("labels", []):
            message = _("This checkpoint does not know the label %(label)s.") % {"label": wanted[name]}
            raise Unprocessable(message, fields={name: message})
    asked = {"checkpoint": str(checkpoint.pk), "explore": wanted}
    wish = Wish.of(checkpoint.workspace, "explore", asked)
    return wish.answer or submit_job(
        workspace=checkpoint.workspace,
        project=checkpoint.project,
        requested_by=actor,
        kind=Job.Kind.PREVIEW,
        params=asked,
        idempotency_key=wish.next_key,
    )


def has_components(checkpoint: Checkpoint) -> bool:
    """Return whether a checkpoint's network has a style space whose components can be looked at."""
    recipe = checkpoint.card.get("config", {}).get("recipe", "spectral")
    return checkpoint.generator == "image-gan" and recipe in STYLED


@transaction.atomic
def name_direction(*, checkpoint: Checkpoint, direction: str, name: str, actor: User | None) -> Checkpoint:
    """Let a component be called by a name of people's own; an empty one takes the name away.

    Raises:
        Unprocessable: If there is no such component, or the name is too long.
    """
    name = " ".join(name.split())
    known = [f"component_{number + 1}" for number in range(COMPONENTS)]
    if direction not in known or len(name) > NAME_LENGTH or not is_storable(name):
        message = _("A name of one of %(names)s has at most %(most)d characters.")
        raise Unprocessable(message % {"names": ", ".join(known), "most": NAME_LENGTH})
    row = Checkpoint.objects.select_for_update().get(pk=checkpoint.pk)
    before = row.direction_names.pop(direction, "")
    if name:
        row.direction_names[direction] = name
    row.save(update_fields=["direction_names"])
    if name != before:
        record_audit(
            workspace=row.workspace,
            actor=actor,
            action="checkpoint.direction_named",
            subject=row,
            data={"direction": direction, "from": before, "to": name},
        )
    return row


def explored_checkpoint(job: Job) -> Checkpoint | None:
    """Return the checkpoint that a job looks into, or None where it looks at data or the checkpoint is gone."""
    key = job.params.get("checkpoint")
    if not isinstance(key, str):
        return None
    rows = Checkpoint.objects.select_related("dataset_version__dataset")
    return rows.filter(workspace=job.workspace, pk=UUID(key), trashed_at=None).first()
