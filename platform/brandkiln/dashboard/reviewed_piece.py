"""A piece as reviewers see it: its text in stretches that are marked, its threads, and what was decided of it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from brandkiln.brand.services import prose_of
from brandkiln.core.models import User
from brandkiln.dashboard.brand_card import BrandCard, card_of
from brandkiln.dashboard.differences import marked
from brandkiln.library.models import Asset
from brandkiln.library.revisions import parts_of
from brandkiln.review import anchors
from brandkiln.review.comments import comments_for
from brandkiln.review.models import Comment, State, Step
from brandkiln.review.moves import standing_of, version_of
from brandkiln.review.queries import Place, place_of
from brandkiln.review.reasons import REASONS
from brandkiln.review.rules import Rules, makers_of, rules_for
from brandkiln.review.standing import Standing
from brandkiln.workspaces.models import Membership

LONGEST_DIFFERENCE = 6_000


@dataclass(frozen=True)
class Stretch:
    """A stretch of a part: why it breaks a rule, and the keys of the threads that are pinned to it."""

    text: str
    why: str = ""
    threads: tuple[str, ...] = ()


@dataclass(frozen=True)
class ShownPart:
    """A part of a text; `start` is where it begins in the text that is reviewed."""

    title: str
    start: int
    stretches: tuple[Stretch, ...]


@dataclass
class Thread:
    """A comment with its answers.

    Attributes:
        number: Of those that are pinned, from 1, as the piece shows it; 0 for the others.
        span: Where its passage stands now.
        region: Its region, as fractions.
        is_lost: Whether its passage is gone.
        quote: What it was about.
    """

    comment: Comment
    answers: list[Comment] = field(default_factory=list)
    number: int = 0
    span: tuple[int, int] | None = None
    region: dict[str, float] | None = None
    is_lost: bool = False
    quote: str = ""

    @property
    def is_about_earlier(self) -> bool:
        """Whether the piece was changed since."""
        return self.is_lost or self.comment.sha256 != self.comment.asset.artifact.sha256


@dataclass(frozen=True)
class ShownStep:
    """Something that was done, with its reasons in words."""

    step: Step
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ReviewedPiece:
    """All that the page of a piece in review shows."""

    asset: Asset
    version: int
    place: Place
    standing: Standing
    rules: Rules
    made_by_reader: bool
    parts: tuple[ShownPart, ...]
    threads: tuple[Thread, ...]
    steps: tuple[ShownStep, ...]
    card: BrandCard | None
    before: tuple[int, list[tuple[str, str]]] | None
    """The version that was decided about before this one, with what changed since."""

    @cached_property
    def names(self) -> dict[str, str]:
        """The names of those whom comments name, by their addresses."""
        comments = [one for thread in self.threads for one in (thread.comment, *thread.answers)]
        addresses = {address for comment in comments for address in comment.mentioned}
        people = User.objects.filter(email__in=addresses) if addresses else ()
        return {person.email: str(person) for person in people}

    @property
    def open_threads(self) -> int:
        return sum(thread.comment.resolved_at is None for thread in self.threads)

    @property
    def regions(self) -> list[Thread]:
        """The threads that are pinned to the picture."""
        return [thread for thread in self.threads if thread.region]

    @property
    def waits_for_others(self) -> bool:
        """Whether the reader has approved this version and others have to as well."""
        return self.place.state == State.IN_REVIEW and bool(self.standing.approvers)


def reviewed(asset: Asset, membership: Membership) -> ReviewedPiece:
    """Return a piece as a member sees it in review."""
    card, prose = card_of(asset), prose_of(asset)
    threads = _threads(asset, membership, prose)
    steps = tuple(
        ShownStep(step, tuple(str(REASONS.get(name, name)) for name in step.reasons))
        for step in asset.review_steps.select_related("by").order_by("-created_at", "-id")
    )
    is_text = asset.media_type.startswith("text/plain")
    return ReviewedPiece(
        asset=asset,
        version=version_of(asset),
        place=place_of(asset),
        standing=standing_of(asset),
        rules=rules_for(asset.workspace, asset.project),
        made_by_reader=membership.user_id in makers_of(asset),
        parts=_parts(asset, prose, card, threads) if is_text else (),
        threads=threads,
        steps=steps,
        card=card,
        before=_before(asset, prose, [one.step for one in steps]) if is_text else None,
    )


def stretches_of(text: str, marks: Iterable[tuple[int, int, str, str]]) -> Iterator[Stretch]:
    """Yield a text in stretches, cut wherever a mark begins or ends.

    Args:
        marks: Start, end, why it breaks a rule ("" where it does not), and a thread's key ("" for none).
    """
    inside = [one for one in marks if 0 <= one[0] < one[1] <= len(text)]
    cuts = sorted({0, len(text), *(cut for one in inside for cut in one[:2])})
    for start, end in pairwise(cuts):
        over = [one for one in inside if one[0] <= start and end <= one[1]]
        why = next((one[2] for one in over if one[2]), "")
        yield Stretch(text[start:end], why, tuple(dict.fromkeys(one[3] for one in over if one[3])))


def _parts(
    asset: Asset, prose: str, card: BrandCard | None, threads: Sequence[Thread]
) -> tuple[ShownPart, ...]:
    rows: list[dict[str, Any]] = parts_of(asset) or [{"title": "", "text": prose}]
    findings: list[list[dict[str, Any]]] = card.in_parts if card else [[] for _row in rows]
    shown, start = [], 0
    for row, found in zip(rows, findings, strict=True):
        text = row["text"]
        marks = [(one["start"], one["end"], one["why"], "") for one in found]
        marks += [
            (
                max(0, thread.span[0] - start),
                min(len(text), thread.span[1] - start),
                "",
                str(thread.comment.pk),
            )
            for thread in threads
            if thread.span and thread.span[0] < start + len(text) and thread.span[1] > start
        ]
        shown.append(ShownPart(row["title"], start, tuple(stretches_of(text, marks))))
        start += len(text) + 1
    return tuple(shown)


def _threads(asset: Asset, membership: Membership, prose: str) -> tuple[Thread, ...]:
    threads: dict[Any, Thread] = {}
    for comment in comments_for(asset, membership):
        comment.asset = asset
        if comment.parent_id is None:
            threads[comment.pk] = _thread(comment, prose)
        elif comment.parent_id in threads:
            threads[comment.parent_id].answers.append(comment)
    pinned = [thread for thread in threads.values() if thread.span or thread.region]
    for number, thread in enumerate(pinned, start=1):
        thread.number = number
    return tuple(threads.values())


def _thread(comment: Comment, prose: str) -> Thread:
    place = comment.place
    if place.get("kind") == "region":
        return Thread(comment, region=place)
    if place.get("kind") != "passage":
        return Thread(comment)
    span = anchors.found(place, prose)
    return Thread(comment, span=span, is_lost=span is None, quote=place["quote"])


def _before(asset: Asset, prose: str, steps: Sequence[Step]) -> tuple[int, list[tuple[str, str]]] | None:
    """Return the newest version that was decided about and is not this one, with what changed since."""
    now = asset.artifact.sha256
    decided = [
        step for step in steps if step.undone_at is None and step.kind in ("approved", "changes", "rejected")
    ]
    if not decided or decided[0].sha256 == now:
        return None
    earlier = asset.revisions.filter(artifact__sha256=decided[0].sha256).order_by("-number").first()
    if earlier is None:
        return None
    text = "\n".join(part["text"] for part in earlier.parts) or earlier.text
    return decided[0].version, marked(text, prose, most=LONGEST_DIFFERENCE, shows_blanks=False)


def told(piece: ReviewedPiece) -> str:
    """Return in a sentence where the piece stands, for a person who has just done something."""
    if piece.standing.lacks_other:
        return _(
            "Your approval is kept. You made or edited this piece, so somebody else has to approve it, too."
        )
    missing = piece.rules.approvals - len(piece.standing.approvers)
    if piece.place.state == State.IN_REVIEW and piece.standing.approvers and missing > 0:
        return _("Your approval is kept. %(n)d more are needed.") % {"n": missing}
    return str(State(piece.place.state).label)
