"""Which checkpoint is in production: moving the tag, its history, and taking the last move back."""

from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from brandkiln.core.errors import Conflict
from brandkiln.core.models import User
from brandkiln.jobs.clearance import InTrash
from brandkiln.jobs.models import Checkpoint, Promotion
from brandkiln.notifications.services import announce
from brandkiln.projects.models import Project
from brandkiln.workspaces.services import record_audit


class NothingBefore(Conflict):
    """No other checkpoint was in production before this one, or it was deleted."""

    code = "nothing_before"


class ReadsWorse(Conflict):
    """The compressed checkpoint predicts held-out texts worse than the one that it was made from."""

    code = "reads_worse"


MOST_PERPLEXITY = 1.01
"""Of a compressed checkpoint, as a multiple of the perplexity before."""


@transaction.atomic
def promote_checkpoint(
    *, checkpoint: Checkpoint, actor: User | None, is_rollback: bool = False
) -> Checkpoint:
    """Make this the checkpoint that "production" means for its generator in its project.

    Raises:
        InTrash: If it lies in the trash.
        ReadsWorse: If it was compressed and its perplexity rose by more than a hundredth, or was not measured after.
    """
    Project.objects.select_for_update(no_key=True).get(pk=checkpoint.project_id)
    checkpoint.refresh_from_db()
    _check_perplexity(checkpoint)
    if checkpoint.trashed_at:
        raise InTrash(_("%(name)s is in the trash. Restore it first.") % {"name": checkpoint})
    siblings = Checkpoint.objects.filter(project=checkpoint.project, generator=checkpoint.generator)
    replaced = siblings.filter(is_production=True).first()
    if replaced == checkpoint:
        return checkpoint
    siblings.filter(is_production=True).update(is_production=False)
    siblings.filter(pk=checkpoint.pk).update(is_production=True)
    record_promotion(checkpoint=checkpoint, replaced=replaced, actor=actor, is_rollback=is_rollback)
    record_audit(
        workspace=checkpoint.workspace,
        actor=actor,
        action="checkpoint.rolled_back" if is_rollback else "checkpoint.promoted",
        subject=checkpoint,
        data={"replaced": str(replaced)} if replaced else {},
    )
    job = checkpoint.job
    announce(
        workspace=checkpoint.workspace,
        kind="checkpoint.promoted",
        subject=checkpoint,
        data={
            "checkpoint": str(checkpoint.pk),
            "generator": checkpoint.generator,
            "number": checkpoint.number,
            "project": checkpoint.project.slug,
            "replaced": str(replaced or ""),
            "is_rollback": is_rollback,
        },
        path=reverse("dashboard:checkpoint_page", args=[checkpoint.workspace.slug, checkpoint.pk]),
        actor=actor,
        people=[job.requested_by] if job else [],
    )
    checkpoint.refresh_from_db()
    return checkpoint


def _check_perplexity(checkpoint: Checkpoint) -> None:
    """Refuse what was compressed at the cost of its texts."""
    figures = checkpoint.compression or {}
    before, after = (figures.get(side, {}).get("perplexity") for side in ("before", "after"))
    if before is None or (after is not None and after <= MOST_PERPLEXITY * before):
        return
    raise ReadsWorse(
        _(
            "%(name)s reads held-out texts with a perplexity of %(after)s; before it was compressed it was "
            "%(before)s, and at most %(most)s is allowed. Compress it less, for example as float16."
        )
        % {
            "name": checkpoint,
            "after": "?" if after is None else f"{after:.2f}",
            "before": f"{before:.2f}",
            "most": f"{MOST_PERPLEXITY * before:.2f}",
        }
    )


def record_promotion(
    *, checkpoint: Checkpoint, replaced: Checkpoint | None, actor: User | None, is_rollback: bool = False
) -> Promotion:
    """Add to the history that the checkpoint went into production. The caller moved the tag."""
    return Promotion.objects.create(
        workspace=checkpoint.workspace,
        project=checkpoint.project,
        generator=checkpoint.generator,
        checkpoint=checkpoint,
        number=checkpoint.number,
        replaced=replaced,
        actor=actor,
        is_rollback=is_rollback,
    )


@transaction.atomic
def roll_back(*, project: Project, generator: str, actor: User | None) -> Checkpoint:
    """Put back the checkpoint that was in production before the present one, and return it.

    Done twice it goes one step further back, not to and fro: only moves that were no rollback count, and of these what
    lies behind the present one.

    Raises:
        NothingBefore: If there is none.
    """
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    before = checkpoint_before(project=project, generator=generator)
    if before is None:
        raise NothingBefore(
            _(
                "No other checkpoint of %(generator)s was in production here before. Put one into production instead."
            )
            % {"generator": generator}
        )
    return promote_checkpoint(checkpoint=before, actor=actor, is_rollback=True)


def checkpoint_before(*, project: Project, generator: str) -> Checkpoint | None:
    """Return what a rollback would put into production, or None."""
    moves = [move for move in history(project=project, generator=generator) if not move.is_rollback]
    current = Checkpoint.objects.filter(project=project, generator=generator, is_production=True).first()
    if current is None:
        return None
    place = next((i for i, move in enumerate(moves) if move.checkpoint_id == current.pk), -1)
    for move in moves[place + 1 :]:
        found = move.checkpoint
        if found and found.pk != current.pk and found.trashed_at is None:
            return found
    return None


def history(*, project: Project, generator: str) -> "QuerySet[Promotion]":
    """Return the moves of the production tag, the newest first."""
    moves = Promotion.objects.filter(project=project, generator=generator)
    return moves.select_related("checkpoint", "replaced", "actor").order_by(F("created_at").desc(), "-id")
