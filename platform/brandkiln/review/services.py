"""Asking for reviews and deciding about pieces, one transaction each."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.core.errors import Conflict, Unprocessable
from brandkiln.core.models import User
from brandkiln.library.holds import refuse_held
from brandkiln.library.models import Asset
from brandkiln.notifications.models import Announcement
from brandkiln.notifications.services import announce
from brandkiln.review.checking import DECISIONS, check_due, check_people, checked_decision, cleaned
from brandkiln.review.features import features_of
from brandkiln.review.models import Assignment, Review, State, Step
from brandkiln.review.moves import locked, settle, standing_of, version_of
from brandkiln.review.ranking import score_of
from brandkiln.review.reasons import REASONS
from brandkiln.review.rules import makers_of, reviewers_of, rules_for
from brandkiln.review.standing import DECIDED, Standing
from brandkiln.workspaces.access import membership_of, require_role
from brandkiln.workspaces.models import Role
from brandkiln.workspaces.services import record_audit


@transaction.atomic
def ask(
    *,
    asset: Asset,
    actor: User,
    people: Iterable[User] = (),
    due_at: datetime | None = None,
    note: str = "",
) -> Review:
    """Ask people to review a piece, or any reviewer where none is named; who was asked before is asked no longer.

    Args:
        due_at: Until when; None for the days that the project's rules give.

    Raises:
        Unprocessable: If somebody cannot approve it, or the date has passed.
        Conflict: If the piece is in the trash.
    """
    asset, asked = locked(asset), list(dict.fromkeys(people))
    rules = rules_for(asset.workspace, asset.project)
    _refuse_trashed(asset)
    check_people(asset, asked, rules.four_eyes)
    if due_at is not None:
        check_due(due_at)
    if due_at is None and rules.days:
        due_at = timezone.now() + timedelta(days=rules.days)
    _write(asset, Step.Kind.ASKED, actor, note=cleaned(note)[:400])
    review, _standing = settle(asset)
    review.asked_by, review.asked_at = actor, timezone.now()
    review.due_at, review.note = due_at, cleaned(note)[:400]
    review.told_due_at, review.score = None, score_of(asset)
    review.save(update_fields=["asked_by", "asked_at", "due_at", "note", "told_due_at", "score"])
    review.assignments.all().delete()
    Assignment.objects.bulk_create(
        Assignment(workspace=asset.workspace, review=review, person=person) for person in asked
    )
    names = [person.email for person in asked]
    record_audit(
        workspace=asset.workspace,
        actor=actor,
        action="review.asked",
        subject=asset.pk,
        data={"people": names, "due": due_at.isoformat() if due_at else None},
    )
    announce(
        workspace=asset.workspace,
        kind="review.asked",
        subject=asset,
        data={
            "asset": str(asset.pk),
            "due": due_at.date().isoformat() if due_at else "",
            "note": review.note,
        },
        path=path_of(asset),
        actor=actor,
        people=asked or reviewers_of(asset.workspace),
    )
    return review


@transaction.atomic
def withdraw(*, asset: Asset, actor: User) -> Review:
    """Take the request for a review back; nothing happens where nobody is asked."""
    asset = locked(asset)
    if standing_of(asset).state == State.IN_REVIEW:
        _write(asset, Step.Kind.WITHDRAWN, actor)
        record_audit(workspace=asset.workspace, actor=actor, action="review.withdrawn", subject=asset.pk)
        Assignment.objects.filter(review__asset=asset).delete()
    return settle(asset)[0]


@transaction.atomic
def decide(
    *,
    asset: Asset,
    decision: str,
    actor: User,
    seen: str,
    reasons: Sequence[str] = (),
    note: str = "",
) -> tuple[Review, Standing]:
    """Approve, reject or send back exactly the version that the person had before them.

    An approval is kept and may still leave the piece in review, where the rules ask for more people.

    Args:
        decision: "approved", "changes" or "rejected".
        seen: The SHA-256 of what they had before them.
        reasons: Names of `REASONS`.

    Raises:
        NotAllowed: If the person is no reviewer.
        Conflict: If the piece was changed meanwhile, is held back or in the trash.
        Unprocessable: If there is no such decision, or it needs a reason and has none.
    """
    require_role(membership_of(actor, asset.workspace.slug), Role.REVIEWER)
    asset = locked(asset)
    kind = checked_decision(decision, reasons, note)
    _refuse_trashed(asset)
    if seen != asset.artifact.sha256:
        raise Conflict(
            _("This piece was changed meanwhile and is now version %(n)d. Look at it, then decide.")
            % {"n": version_of(asset)}
        )
    if kind == Step.Kind.APPROVED:
        refuse_held(asset)
    _write(
        asset,
        kind,
        actor,
        reasons=list(dict.fromkeys(reasons)),
        note=cleaned(note),
        features=features_of(asset),
        is_learned=False,
    )
    review, standing = settle(asset)
    record_audit(
        workspace=asset.workspace,
        actor=actor,
        action=f"review.{kind}",
        subject=asset.pk,
        data={"sha256": seen, "version": review.version, "reasons": list(reasons), "note": cleaned(note)},
    )
    if review.state in DECIDED:
        _tell(asset, review, kind, actor, _said(reasons, note))
    return review, standing


@transaction.atomic
def undo(*, asset: Asset, actor: User) -> tuple[Review, Step]:
    """Take back the person's own decision, as long as it is the last thing that was done.

    Raises:
        Conflict: If there is nothing of theirs to take back.
    """
    asset = locked(asset)
    last = Step.objects.filter(asset=asset, undone_at=None, guest="").order_by("created_at", "id").last()
    if last is None or last.by_id != actor.pk or last.kind not in DECISIONS:
        raise Conflict(_("The last thing done here is no decision of yours, so there is nothing to undo."))
    last.undone_at, last.is_learned = timezone.now(), False
    last.save(update_fields=["undone_at", "is_learned"])
    review, _standing = settle(asset)
    record_audit(
        workspace=asset.workspace,
        actor=actor,
        action="review.undone",
        subject=asset.pk,
        data={"decision": last.kind, "version": last.version},
    )
    return review, last


@transaction.atomic
def say_from_outside(
    *, asset: Asset, kind: str, guest: str, seen: str, note: str = "", counts: bool = False
) -> Step:
    """Keep what somebody without an account said of the piece; it is shown to reviewers and by itself moves nothing.

    Args:
        seen: The SHA-256 of what they had before them.
        counts: Whether their approval is the second pair of eyes beside that of a member who made the piece.

    Raises:
        Unprocessable: If there is no such decision, or the piece was changed meanwhile.
    """
    asset = locked(asset)
    if kind not in DECISIONS:
        raise Unprocessable(_("There is no decision %(kind)s.") % {"kind": kind[:20]})
    if seen != asset.artifact.sha256:
        message = _("This piece was changed meanwhile. Look at it again, then decide.")
        raise Unprocessable(message, fields={"seen": message})
    said = {"guest": cleaned(guest)[:80] or "–", "note": cleaned(note), "counts": counts}
    step = _write(asset, Step.Kind(kind), None, **said)
    if counts:
        settle(asset)
    return step


def path_of(asset: Asset) -> str:
    """Return where in the studio the piece is reviewed."""
    return reverse("dashboard:review_piece", args=[asset.workspace.slug, asset.pk])


def shown_at(told: Announcement) -> str:
    """Return where the pieces are shown that one announcement of several is about."""
    page = "asset_list" if told.kind == "review.decided" else "review_list"
    return f"{reverse(f'dashboard:{page}', args=[told.workspace.slug])}?told={told.pk}"


def _write(asset: Asset, kind: Step.Kind, actor: User | None, **more: object) -> Step:
    return Step.objects.create(
        workspace=asset.workspace,
        asset=asset,
        kind=kind,
        by=actor,
        sha256=asset.artifact.sha256,
        version=version_of(asset),
        **more,
    )


def _refuse_trashed(asset: Asset) -> None:
    if asset.trashed_at:
        raise Conflict(_("%(title)s is in the trash. Restore it first.") % {"title": asset})


def _tell(asset: Asset, review: Review, kind: Step.Kind, actor: User, reason: str) -> None:
    announce(
        workspace=asset.workspace,
        kind="review.decided",
        subject=asset,
        data={
            "asset": str(asset.pk),
            "decision": "changes_asked" if kind == Step.Kind.CHANGES else str(kind),
            "reason": reason,
            "artifact": str(asset.artifact_id),
        },
        path=path_of(asset),
        actor=actor,
        people=[*User.objects.filter(pk__in=makers_of(asset)), review.asked_by],
    )


def _said(reasons: Iterable[str], note: str) -> str:
    return " · ".join([*(str(REASONS[name]) for name in reasons), *filter(None, [cleaned(note)])])
