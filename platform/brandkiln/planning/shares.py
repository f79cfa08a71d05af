"""Links at which people outside look at pieces, comment and approve, and see nothing else of the workspace."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.core.errors import NotAllowed, NotFound, Unprocessable
from brandkiln.core.links import count_view, gone, new_secret, open_secret, revoke_all, terms_of
from brandkiln.core.models import User
from brandkiln.library.models import Asset
from brandkiln.library.queries import released
from brandkiln.notifications.services import announce
from brandkiln.planning.models import Campaign, Share, SharedPiece, ShareView
from brandkiln.review.comments import comment_from_outside
from brandkiln.review.models import Comment, Step
from brandkiln.review.rules import makers_of
from brandkiln.review.services import path_of, say_from_outside
from brandkiln.workspaces.access import membership_of, require_role
from brandkiln.workspaces.members import is_active_member
from brandkiln.workspaces.models import Membership, Role, Workspace
from brandkiln.workspaces.services import record_audit
from brandkiln.workspaces.switches import require_feature

MOST_PIECES = 500
MOST_REQUESTS = 600
"""In a minute, of one link: a page asks for each of its pictures."""
LONGEST_NAME = 80
AGAIN = timedelta(minutes=10)
MOST_SAID = 200
"""Comments and verdicts at one link."""
DID = {Step.Kind.APPROVED: ShareView.Did.APPROVED, Step.Kind.CHANGES: ShareView.Did.REJECTED}


@transaction.atomic
def create_share(
    *,
    workspace: Workspace,
    actor: User,
    recipient: str,
    campaign: Campaign | None = None,
    assets: Sequence[Asset] = (),
    title: str = "",
    right: str = Share.Right.VIEW,
    days: int = 30,
    password: str = "",
    watermark: bool = True,
    originals: bool = False,
    counts: bool = False,
) -> tuple[Share, str]:
    """Make a link to pieces; return it with its secret, which is kept nowhere.

    Args:
        campaign: Its pieces are shown, also those that join it later.
        assets: What is shown instead of a campaign.
        recipient: Who it is for.
        originals: Whether the files themselves may be downloaded.
        counts: Whether an approval here counts as a second pair of eyes, where visitors may approve at all.

    Raises:
        NotAllowed: If approvals shall count and the actor is no publisher, as for the rules of reviews.
        Unprocessable: If nothing is shared, or the terms do not fit; `fields` names what.
        NotFound: If something belongs to another workspace.
    """
    require_feature(workspace, "sharing")
    name = " ".join(recipient.split())[:LONGEST_NAME]
    problems = {}
    if not name:
        problems["recipient"] = _("Say who the link is for: a person or a company.")
    if right not in Share.Right.values:
        problems["right"] = _("A visitor may %(rights)s.") % {"rights": ", ".join(Share.Right.values)}
    if bool(campaign) == bool(assets) or len(assets) > MOST_PIECES:
        problems["assets"] = _("A link shows either a campaign or 1 to %(most)d pieces.") % {
            "most": MOST_PIECES
        }
    if problems:
        raise Unprocessable(" ".join(problems.values()), fields=problems)
    owners = {asset.workspace_id for asset in assets} | ({campaign.workspace_id} if campaign else set())
    if owners != {workspace.pk}:
        raise NotFound(_("There is no such thing in this workspace."))
    counts = counts and right == Share.Right.APPROVE
    if counts:  # or whoever made a piece would be both pairs of eyes, by a link to themselves
        require_role(membership_of(actor, workspace.slug), Role.PUBLISHER)
    terms = terms_of(days=days, password=password)
    secret, columns = new_secret(actor)
    share = Share.objects.create(
        workspace=workspace, campaign=campaign, recipient=name, right=right, watermark=watermark, originals=originals,
        counts=counts,
        title=" ".join(title.split())[:120] or (campaign.name if campaign else workspace.name), **columns, **terms,
    )  # fmt: skip
    if not campaign:
        SharedPiece.objects.bulk_create(
            SharedPiece(workspace=workspace, share=share, asset=asset) for asset in dict.fromkeys(assets)
        )
    record_audit(
        workspace=workspace, actor=actor, action="share.created", subject=share.title,
        data={
            "share": str(share.pk), "recipient": name, "right": right, "days": days, "password": bool(password),
            "originals": originals, "watermark": watermark, "counts": counts,
        },
    )  # fmt: skip
    return share, secret


def open_share(secret: str) -> Share:
    """Return the link that a secret opens, and count the request; raise what `open_secret` does."""
    share = open_secret(
        Share.objects.select_related("workspace", "campaign", "created_by"), secret, most=MOST_REQUESTS
    )
    require_feature(share.workspace, "sharing")
    if not is_active_member(share.created_by, share.workspace_id):
        raise gone()
    return share


def end_shares(membership: Membership, _heir: User) -> Counter[str]:
    """Make the links useless that somebody made who leaves: they know the secrets."""
    rows = Share.objects.filter(workspace=membership.workspace_id, created_by=membership.user_id)
    return Counter(links=revoke_all(rows))


def pieces_at(share: Share) -> QuerySet[Asset]:
    """Return the pieces that a link shows: none that is held back or in the trash."""
    own, campaign = Q(shown_at__share=share), share.campaign_id
    shown = Q(campaign_pieces__campaign=campaign) if campaign else own
    rows = Asset.objects.filter(shown, workspace=share.workspace_id, trashed_at=None)
    return released(rows.select_related("artifact", "hold", "workspace", "project")).order_by(
        "created_at", "pk"
    )


def piece_at(share: Share, key: UUID) -> Asset:
    """Return one piece that a link shows; raise NotFound where it does not."""
    asset = pieces_at(share).filter(pk=key).first()
    if asset is None:
        raise NotFound(_("There is nothing at this address."))
    return asset


@transaction.atomic
def opened(share: Share, visitor: str) -> None:
    """Keep that somebody read the page; who made the link is told the first time."""
    count_view(share)
    if share.views == 0:
        announce(
            workspace=share.workspace, kind="share.opened", subject=share.title, data={"link": str(share.pk)},
            path=_path(share), people=[share.created_by],
        )  # fmt: skip
    saw(share, ShareView.Did.OPENED, visitor=visitor)


def saw(share: Share, did: str, *, visitor: str, asset: Asset | None = None) -> None:
    """Add to the log that somebody looked; who looks again and again stands there once in ten minutes."""
    again = ShareView.objects.filter(share=share, did=did, asset=asset, visitor=visitor[:LONGEST_NAME])
    if not again.filter(created_at__gte=timezone.now() - AGAIN).exists():
        log(share, did, visitor=visitor, asset=asset)


def log(
    share: Share, did: str, *, visitor: str, asset: Asset | None = None, comment: Comment | None = None
) -> ShareView:
    """Add a line to the log of a link."""
    return ShareView.objects.create(
        workspace_id=share.workspace_id, share=share, did=did, asset=asset, visitor=visitor[:LONGEST_NAME],
        comment=comment,
    )  # fmt: skip


@transaction.atomic
def comment_at(*, share: Share, asset: Asset, visitor: str, text: str) -> Comment:
    """Keep a visitor's comment among the piece's, as one from outside.

    Raises:
        NotAllowed: If the link lets nobody comment.
        Unprocessable: If no name or no text is given.
    """
    if not share.may_comment:
        raise NotAllowed(
            _("This link is for looking only. Ask whoever sent it for one at which you may comment.")
        )
    name = _checked_name(share, visitor)
    comment = comment_from_outside(asset=asset, guest=name, text=text)
    log(share, ShareView.Did.COMMENTED, visitor=name, asset=asset, comment=comment)
    _tell(share, asset, name, "commented", text)
    return comment


@transaction.atomic
def decide_at(*, share: Share, asset: Asset, visitor: str, approve: bool, seen: str, note: str = "") -> Step:
    """Keep a visitor's verdict among the steps of the piece's review, where it is shown to those who decide.

    By itself it moves nothing. At a link where it counts, an approval is the second pair of eyes beside a member's.

    Args:
        seen: The SHA-256 of what they had before them.

    Raises:
        NotAllowed: If the link lets nobody approve.
        Unprocessable: If no name is given, no reason to change it, or the piece was changed meanwhile.
    """
    if not share.may_approve:
        raise NotAllowed(_("This link is not for approving. Ask whoever sent it for one that is."))
    name = _checked_name(share, visitor)
    if not approve and not note.strip():
        message = _("Say what is to be changed.")
        raise Unprocessable(message, fields={"note": message})
    kind = Step.Kind.APPROVED if approve else Step.Kind.CHANGES
    step = say_from_outside(
        asset=asset, kind=kind, guest=name, seen=seen, note=note.strip()[:1000], counts=share.counts
    )
    log(share, DID[kind], visitor=name, asset=asset)
    makers = User.objects.filter(pk__in=makers_of(asset)) if share.counts else ()
    _tell(share, asset, name, "approved" if approve else "rejected", note, makers)
    return step


def said_at(share: Share, asset: Asset) -> list[Comment]:
    """Return what was said of a piece at this link, each with the answers of members; nothing else of the review."""
    keys = ShareView.objects.filter(share=share, asset=asset).exclude(comment=None).values("comment")
    rows = Comment.objects.filter(pk__in=keys, deleted_at=None, is_private=False).prefetch_related(
        "answers__author"
    )
    return list(rows.order_by("created_at"))


def verdicts_at(share: Share, assets: Sequence[Asset]) -> dict[object, ShareView]:
    """Return the last verdict that was given at this link on each of the pieces, by its key."""
    rows = ShareView.objects.filter(share=share, asset__in=assets, did__in=DID.values())
    return {row.asset_id: row for row in rows.order_by("created_at", "id")}


def _checked_name(share: Share, visitor: str) -> str:
    name = " ".join(visitor.replace("\0", "").split())[:LONGEST_NAME]
    if not name:
        message = _("Say who you are first.")
        raise Unprocessable(message, fields={"name": message})
    said = ShareView.objects.filter(share=share).exclude(
        did__in=[ShareView.Did.OPENED, ShareView.Did.SAW, ShareView.Did.TOOK]
    )
    if said.count() >= MOST_SAID:
        message = _("This link has taken %(most)d comments and takes no more. Ask for a new one.") % {
            "most": MOST_SAID
        }
        raise Unprocessable(message, fields={"text": message})
    return name


def _tell(
    share: Share, asset: Asset, name: str, decision: str, text: str, others: Iterable[User] = ()
) -> None:
    announce(
        workspace=share.workspace, kind="share.decided", subject=asset,
        data={"link": str(share.pk), "name": name, "decision": decision, "text": text.strip()[:200]},
        path=path_of(asset), people=[share.created_by, *others],
    )  # fmt: skip


def _path(share: Share) -> str:
    return reverse("dashboard:share_page", args=[share.workspace.slug, share.pk])
