"""What comes round by itself: when, in whose name, and what happens when it fails. Reports and bulks have schedules.

A row decides: whichever sweeper moves ``due_at`` on makes what is due in the same transaction. A run that was missed,
because nothing ran or because the one before took long, is made up once.
"""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, ClassVar, Generic, TypeVar, cast
from uuid import UUID

from django.conf import settings
from django.db import Error, models, transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brandkiln.core import moments
from brandkiln.core.errors import Conflict, StudioError
from brandkiln.core.models import BaseModel, User
from brandkiln.core.moments import Rule, zone_of
from brandkiln.datasets.models import Dataset, DatasetVersion
from brandkiln.workspaces.members import is_active_member
from brandkiln.workspaces.models import Membership

logger = logging.getLogger(__name__)
BATCH = 50
MOST_FAILURES = 3
"""After so many in a row a schedule stops until somebody switches it on again."""


class Recurring(BaseModel):
    """When something is made by itself from the newest version of a data set. Each schedule is one of these."""

    class Every(models.TextChoices):
        DAY = "day", gettext_lazy("Every day")
        WEEK = "week", gettext_lazy("Every week")
        MONTH = "month", gettext_lazy("Every month")
        VERSION = "version", gettext_lazy("On each new version of the data")

    SOURCE: ClassVar[str]
    """The field path from a row to its data set."""

    every = models.CharField(max_length=8, choices=Every.choices)
    weekday = models.PositiveSmallIntegerField(default=0)
    """Of a weekly one: 0 is Monday."""
    day = models.PositiveSmallIntegerField(default=1)
    """Of a monthly one; in shorter months it is the last day."""
    at = models.TimeField()
    time_zone = models.CharField(max_length=64, default="UTC")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    """In whose name the jobs are submitted, and who is told when they fail."""
    due_at = models.DateTimeField(null=True)
    """When the next is to be made; null where it waits for data, or is paused or stopped."""
    last_version = models.ForeignKey(DatasetVersion, models.SET_NULL, null=True, related_name="+")
    """The newest version when one was last made."""
    paused_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    """In a row."""
    stopped_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=400, blank=True)
    """Why the last run failed."""

    class Meta(BaseModel.Meta):
        abstract = True

    @property
    def dataset(self) -> Dataset:
        """The data that each run takes the newest version of."""
        found: Any = self
        for name in self.SOURCE.split("__"):
            found = getattr(found, name)
        return cast(Dataset, found)

    @property
    def is_on(self) -> bool:
        return self.paused_at is None and self.stopped_at is None

    @property
    def newest(self) -> DatasetVersion | None:
        """The newest version of the data."""
        return self.dataset.versions.filter(trashed_at=None).order_by("-number").first()

    @property
    def rule(self) -> Rule | None:
        """When it comes round, or None where it waits for data."""
        if self.every == self.Every.VERSION:
            return None
        zone = zone_of(self.time_zone) or zone_of("UTC")
        assert zone is not None
        return Rule(cast(moments.Every, self.every), self.at, zone, self.weekday, self.day)

    def next_runs(self, count: int = 5) -> list[datetime]:
        """Return the next moments at which something is made."""
        if self.rule is None or self.due_at is None or not self.is_on:
            return []
        return [self.due_at, *self.rule.first(count - 1, max(self.due_at, timezone.now()))]

    def switch_on(self) -> None:
        """Go on with the next moment; what would have been made meanwhile is not made up."""
        self.paused_at = self.stopped_at = None
        self.failures, self.reason = 0, ""
        self.due_at = self.rule.next(timezone.now()) if self.rule else None
        self.last_version = self.newest
        self.save()

    def rest(self) -> None:
        """Make nothing more until it is switched on."""
        type(self)._default_manager.filter(pk=self.pk, paused_at=None).update(paused_at=Now(), due_at=None)
        self.refresh_from_db()

    def take_rule(self, *, owner: User, every: str, at: time, time_zone: str, weekday: int, day: int) -> None:
        """Take a rule that `problems_of` found nothing wrong with, in somebody's name, and switch on."""
        self.every, self.at, self.time_zone = every, at.replace(tzinfo=None), time_zone
        self.weekday, self.day, self.owner = weekday, day, owner
        self.switch_on()


def problems_of(*, every: str, time_zone: str, weekday: int, day: int) -> dict[str, str]:
    """Return what is wrong with a rule, by the field."""
    problems = {}
    if every not in Recurring.Every.values:
        problems["every"] = _("%(every)s is none of %(known)s.") % {
            "every": every, "known": ", ".join(Recurring.Every.values),
        }  # fmt: skip
    if zone_of(time_zone) is None:
        problems["time_zone"] = _("There is no time zone %(zone)s; one is Europe/Berlin.") % {
            "zone": time_zone
        }
    if not 0 <= weekday <= 6:
        problems["weekday"] = _("A weekday is from 0, Monday, to 6; %(day)s is not.") % {"day": weekday}
    if not 1 <= day <= 31:
        problems["day"] = _("A day of the month is from 1 to 31; %(day)s is not.") % {"day": day}
    return problems


def require_owner(row: Recurring) -> User:
    """Return in whose name a schedule runs; raise Conflict where they are no member any more."""
    found: Any = row
    if row.owner is None or not is_active_member(row.owner, found.workspace_id):
        raise Conflict(
            _("Whoever set it is no member any more. Set the schedule anew; it then runs in your name.")
        )
    return row.owner


R = TypeVar("R", bound=Recurring)


@dataclass(frozen=True)
class Course(Generic[R]):
    """How the schedules of one kind are run.

    Attributes:
        rows: Returns those whose last run has ended, with what ``make`` reads.
        make: Makes what is due of a row and notes it there, in one transaction; a StudioError counts as a failure.
        tell: Tells the owner of a row that it failed, once that is committed.
    """

    rows: Callable[[], QuerySet[R]]
    make: Callable[[R], None]
    tell: Callable[[R], None]

    def run_due(self) -> int:
        """Make what is due and return how much was; any number of sweepers may do so at once."""
        return sum(self._tried(key) for key in self._due().values_list("pk", flat=True)[:BATCH])

    def _due(self) -> QuerySet[R]:
        versions = DatasetVersion.objects.filter(dataset=OuterRef(self.rows().model.SOURCE), trashed_at=None)
        newest = versions.order_by("-number").values("pk")[:1]
        has_news = Q(every=Recurring.Every.VERSION) & (
            Q(newest_version__isnull=False) & (Q(last_version=None) | ~Q(last_version=F("newest_version")))
        )
        on: Any = (
            self.rows().filter(paused_at=None, stopped_at=None).annotate(newest_version=Subquery(newest))
        )
        due: QuerySet[R] = on.filter(has_news | Q(due_at__lte=Now())).order_by("due_at", "pk")
        return due

    def _tried(self, key: UUID) -> bool:
        """Run one schedule; a fault of the studio's own counts as a failure and stops no other schedule."""
        try:
            return self._run(key)
        except Error:
            raise  # the database is away; the next sweep tries again
        except Exception as error:
            logger.exception("The schedule %s cannot be run", key)
            with transaction.atomic():
                self.failed(key, f"The studio itself failed at it ({type(error).__name__}: {error}).")
            return False

    def _run(self, key: UUID) -> bool:
        """Run one schedule; return False where another sweeper was faster."""
        with transaction.atomic():
            row: Any = self._due().filter(pk=key).annotate(now=Now()).first()
            if row is None:
                return False
            # Whoever changes this row first makes what is due; it is the same transaction that submits the jobs.
            mine = self._all().filter(pk=row.pk, due_at=row.due_at, last_version=row.last_version_id)
            newest = DatasetVersion.objects.filter(pk=row.newest_version).first()
            if not mine.update(due_at=row.rule.next(row.now) if row.rule else None, last_version=newest):
                return False
            try:
                with transaction.atomic():
                    self.make(row)
            except StudioError as refusal:
                self.failed(row.pk, refusal.message)
                return False
        return True

    def hand_on(self, membership: Membership, heir: User) -> Counter[str]:
        """Let the schedules of somebody who leaves go on in another's name."""
        theirs = self._all().filter(workspace=membership.workspace_id, owner=membership.user_id)
        return Counter(schedules=theirs.update(owner=heir))

    def succeeded(self, key: UUID) -> None:
        """Forget the failures of a row."""
        self._all().filter(pk=key).update(failures=0, reason="")

    def failed(self, key: UUID, reason: str) -> None:
        """Count a failure in a row; after MOST_FAILURES the schedule stops. Its owner is told each time."""
        self._all().filter(pk=key).update(failures=F("failures") + 1, reason=reason[:400])
        stopping = self._all().filter(pk=key, failures__gte=MOST_FAILURES, stopped_at=None)
        stopping.update(stopped_at=Now(), due_at=None)
        row = self._all().select_related("owner", "workspace").get(pk=key)
        logger.warning("The schedule %s failed (%d in a row): %s", key, row.failures, row.reason)
        transaction.on_commit(lambda: self.tell(row), robust=True)

    def _all(self) -> QuerySet[R]:
        return self.rows().model._default_manager.all()
