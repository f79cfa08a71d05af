"""What pages, the API and other apps read of reviews. The state is never read without the version that it is about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import DateTimeField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from brandkiln.core.models import User
from brandkiln.library.models import Asset
from brandkiln.review.models import Review, State, Step
from brandkiln.review.standing import DECIDED
from brandkiln.workspaces.models import Workspace

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """Where an asset stands now.

    Attributes:
        ended: What had been decided of an earlier version, where the asset was changed since.
        version: The version that the decision, or the one that ended, is about.
    """

    state: State = State.DRAFT
    ended: State | None = None
    version: int = 1
    due_at: datetime | None = None
    review: Review | None = None

    @property
    def is_approved(self) -> bool:
        return self.state == State.APPROVED

    @property
    def is_overdue(self) -> bool:
        """Whether somebody is asked and should have answered by now."""
        return self.state == State.IN_REVIEW and self.due_at is not None and self.due_at < timezone.now()


DRAFT = Place()


def state_of(assets: Iterable[Asset]) -> dict[UUID, Place]:
    """Return where each of the assets stands, by its key, with one query."""
    keys = [asset.pk for asset in assets]
    rows = Review.objects.filter(asset__in=keys).annotate(now=F("asset__artifact__sha256"))
    places = {row.asset_id: _place(row, row.now) for row in rows.select_related("asked_by")}
    return {key: places.get(key, DRAFT) for key in keys}


def place_of(asset: Asset) -> Place:
    """Return where one asset stands."""
    return state_of([asset])[asset.pk]


def is_approved(asset: Asset) -> bool:
    """Return whether the asset is approved as it is now."""
    return in_state(Asset.objects.filter(pk=asset.pk), State.APPROVED).exists()


def in_state(assets: QuerySet[Asset], state: State | str) -> QuerySet[Asset]:
    """Return those of the assets that stand there now."""
    return assets.filter(stands(state))


def stands(state: State | str) -> Q:
    """Return the condition that an asset stands there now."""
    same = Q(review__sha256=F("artifact__sha256"))
    if state in DECIDED:
        return same & Q(review__state=state)
    if state == State.IN_REVIEW:
        return Q(review__state=state)
    ended = Q(review__state__in=[str(one) for one in DECIDED]) & ~same
    return Q(review=None) | Q(review__state=State.DRAFT) | ended


def waiting_for(person: User, workspace: Workspace) -> QuerySet[Review]:
    """Return the reviews that wait for this person: asked by name, or of any reviewer."""
    mine = Q(assignments__person=person) | Q(assignments=None)
    return in_review(workspace).filter(mine).filter(~_answered_by(person))


def in_review(workspace: Workspace) -> QuerySet[Review]:
    """Return the reviews of pieces that somebody is asked about now."""
    return Review.objects.filter(workspace=workspace, state=State.IN_REVIEW, asset__trashed_at=None)


def _answered_by(person: User) -> Exists:
    """Whether this person has approved it already since they were asked, while it waits for others."""
    since = Coalesce(OuterRef("asked_at"), Value(LONG_AGO), output_field=DateTimeField())
    approved = Step.objects.filter(
        asset=OuterRef("asset"), by=person, kind=Step.Kind.APPROVED, undone_at=None, created_at__gte=since
    )
    return Exists(approved.filter(sha256=OuterRef("asset__artifact__sha256")))


def _place(row: Review, now: str) -> Place:
    state = State(row.state)
    if state not in DECIDED:
        return Place(state, version=row.version, due_at=row.due_at, review=row)
    if row.sha256 == now:
        return Place(state, version=row.version, review=row)
    return Place(State.DRAFT, ended=state, version=row.version, review=row)
