"""When and where each of many pieces would go out, spread over days, hours and channels."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.core.errors import Unprocessable
from brandkiln.core.models import User
from brandkiln.library.models import Asset
from brandkiln.planning.channels import CHANNELS, check_channels
from brandkiln.planning.entries import LATEST, check_entry
from brandkiln.planning.models import Campaign, Entry
from brandkiln.planning.pack_plans import suits
from brandkiln.planning.zones import HOUR, at_clock, zone
from brandkiln.review.models import State
from brandkiln.review.queries import state_of
from brandkiln.workspaces.models import Workspace

MOST = 500
"""Pieces that are spread at once."""
MOST_CLOCKS = 12
MOST_DAYS = 1_100
"""How far it reaches where no last day is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How pieces are to be spread.

    Attributes:
        begin, until: The first and the last day; without a last one each time takes a piece until all have theirs.
        weekdays: On which days of the week, 0 is Monday.
        clocks: At which times of these days.
        channels: Where; the first of equals is taken.
        everywhere: Whether a piece goes out in each channel that takes it, at the same moment, or in one.
        time_zone: By whose clock.
        approved: Whether only approved pieces are planned.
        again: Whether pieces that stand on the calendar already are planned once more.
    """

    begin: date
    until: date | None = None
    weekdays: Sequence[int] = (0, 1, 2, 3, 4)
    clocks: Sequence[time] = (time(9),)
    channels: Sequence[str] = ()
    everywhere: bool = False
    time_zone: str = "UTC"
    approved: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """A piece that gets no day, and why."""

    asset: Asset
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Entries that are not on the calendar yet, in the order of their moments, and what is left out."""

    entries: list[Entry]
    left: list[Left]

    @property
    def pieces(self) -> int:
        """How many pieces get a day."""
        return len({entry.asset_id for entry in self.entries})

    @property
    def fingerprint(self) -> str:
        """What tells this plan from one that would be made otherwise."""
        said = [f"{one.asset_id} {one.version} {one.channel} {one.at.isoformat()}" for one in self.entries]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


def plan_spread(
    *,
    workspace: Workspace,
    assets: Sequence[Asset],
    wish: Wish,
    campaign: Campaign | None = None,
    person: User | None = None,
) -> Plan:
    """Return when and where each piece would go out; nothing is kept.

    Hours in which something else goes out on the channel are left free. With a last day the pieces lie evenly between
    the two days; without one they follow each other as closely as the times allow.

    Raises:
        Unprocessable: If something does not fit; `fields` names it.
        NotFound: If it names something of another workspace.
    """
    wish = _checked(wish, assets)
    common = {"campaign": campaign, "person": person, "time_zone": wish.time_zone}
    checked = check_entry(workspace, common)
    ready, left = _ready(workspace, assets, wish, campaign)
    slots = _slots(wish)
    queues: dict[tuple[str, ...], list[Asset]] = {}
    if wish.everywhere:
        queues[tuple(wish.channels)] = []
    else:
        queues |= {(name,): [] for name in wish.channels}
    for asset in ready:
        fitting = _fitting(asset, wish.channels)
        if not fitting:
            left.append(Left(asset, "wrong_channel", _("None of these channels takes it.")))
        elif wish.everywhere:
            queues[tuple(wish.channels)].append(asset)
        else:
            best = [name for name in fitting if CHANNELS[name].is_for(asset)] or fitting
            min((queues[(name,)] for name in best), key=len).append(asset)
    taken = _taken(workspace, wish, slots)
    entries = []
    for names, queue in queues.items():
        free = [at for at in slots if not any((name, _hour(at)) in taken for name in names)]
        for asset, at in zip(queue, _picked(free, len(queue), wish.until is not None), strict=False):
            entries += [
                Entry(
                    workspace=workspace, channel=name, at=at, asset=asset, version=asset.artifact.sha256, **checked
                )
                for name in _fitting(asset, names)
            ]  # fmt: skip
        late = _("There is no time left for it. Take more days or times, or a later last day.")
        left += [Left(asset, "no_room", late) for asset in queue[len(free) :]]
    order = {name: place for place, name in enumerate(wish.channels)}
    entries.sort(key=lambda one: (one.at, order[one.channel]))
    return Plan(entries, left)


def _checked(wish: Wish, assets: Sequence[Asset]) -> Wish:
    """Return the wish with what is said twice said once."""
    if not 0 < len(assets) <= MOST:
        message = _("Between 1 and %(most)d pieces are planned at once; these are %(n)d.")
        raise Unprocessable(message % {"most": MOST, "n": len(assets)}, fields={"assets": "?"})
    days = sorted(set(wish.weekdays))
    clocks = sorted({clock.replace(microsecond=0, tzinfo=None) for clock in wish.clocks})
    _refuse_unless(
        bool(days) and set(days) <= set(range(7)), "weekdays", _("Choose at least one day of the week.")
    )
    _refuse_unless(
        0 < len(clocks) <= MOST_CLOCKS and len({clock.hour for clock in clocks}) == len(clocks),
        "clocks", _("Say one time or several, each in an hour of its own, such as 09:00, 17:30."),
    )  # fmt: skip
    _refuse_unless(bool(wish.channels), "channels", _("Choose at least one channel."))
    _refuse_unless(2000 <= wish.begin.year < 2099, "begin", _("Choose a first day between 2000 and 2098."))
    last = wish.until or wish.begin
    in_reach = wish.begin <= last <= wish.begin + timedelta(days=MOST_DAYS)
    too_far = _("The last day lies before the first one, or more than %(days)d days behind it.")
    _refuse_unless(in_reach, "until", too_far % {"days": MOST_DAYS})
    return Wish(
        begin=wish.begin, until=wish.until, weekdays=days, clocks=clocks, channels=check_channels(wish.channels),
        everywhere=wish.everywhere, time_zone=wish.time_zone, approved=wish.approved, again=wish.again,
    )  # fmt: skip


def _refuse_unless(is_fine: bool, name: str, message: str) -> None:
    if not is_fine:
        raise Unprocessable(message, fields={name: message})


def _ready(
    workspace: Workspace, assets: Iterable[Asset], wish: Wish, campaign: Campaign | None
) -> tuple[list[Asset], list[Left]]:
    """Return the pieces that may get a day, and those that may not."""
    rows = [asset for asset in assets if asset.workspace_id == workspace.pk]
    places = state_of(rows)
    planned = Entry.objects.filter(workspace=workspace, removed_at=None, asset__in=[row.pk for row in rows])
    if campaign:
        planned = planned.filter(campaign=campaign)
    known = set() if wish.again else set(planned.values_list("asset_id", flat=True))
    ready, left = [], []
    for asset in rows:
        place = places[asset.pk]
        if asset.trashed_at:
            left.append(Left(asset, "trashed", _("It is in the trash.")))
        elif asset.is_held:
            left.append(Left(asset, "held", _("It is held back: it is too near to a training picture.")))
        elif place.state == State.REJECTED:
            left.append(Left(asset, "rejected", _("It was rejected.")))
        elif wish.approved and not place.is_approved:
            left.append(Left(asset, "not_approved", _("It is not approved yet.")))
        elif asset.pk in known:
            left.append(Left(asset, "planned", _("It stands on the calendar already.")))
        else:
            ready.append(asset)
    return ready, left


def _fitting(asset: Asset, names: Sequence[str]) -> list[str]:
    """Return the channels that a piece was made for, or else those that take it at all."""
    among = [CHANNELS[name] for name in names]
    return [one.name for one in among if suits(asset, one)] or [one.name for one in among if one.takes(asset)]


def _slots(wish: Wish) -> list[datetime]:
    """Return the moments to come at which something may go out, in order."""
    last = wish.until or wish.begin + timedelta(days=MOST_DAYS)
    by, now = zone(wish.time_zone), timezone.now()
    days = (wish.begin + timedelta(days=number) for number in range((last - wish.begin).days + 1))
    moments = [
        at_clock(day, clock, by) for day in days if day.weekday() in wish.weekdays for clock in wish.clocks
    ]
    slots = [at for at in moments if now < at < LATEST]
    none = _("None of these days and times is still to come. Choose a later first or last day.")
    _refuse_unless(bool(slots), "begin", none)
    return slots


def _taken(workspace: Workspace, wish: Wish, slots: Sequence[datetime]) -> set[tuple[str, datetime]]:
    """Return the hours of channels in which something goes out already."""
    rows = Entry.objects.filter(workspace=workspace, removed_at=None, channel__in=wish.channels)
    rows = rows.filter(at__gte=_hour(slots[0]), at__lt=_hour(slots[-1]) + HOUR)
    return {(channel, _hour(at)) for channel, at in rows.order_by().values_list("channel", "at")}


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _picked(free: Sequence[datetime], count: int, evenly: bool) -> Sequence[datetime]:
    """Return the moments for so many pieces: the first ones, or some that lie evenly from the first to the last."""
    if not evenly or count >= len(free) or count < 2:
        return free[:count]
    return [free[place * (len(free) - 1) // (count - 1)] for place in range(count)]
