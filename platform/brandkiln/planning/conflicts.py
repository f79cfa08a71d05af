"""What stands against a planned publication: clashes, pieces that are not ready, claims that end before the day."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.utils.translation import gettext as _

from brandkiln.brand.rules.rule import Finding
from brandkiln.brand.services import known_of, prose_of
from brandkiln.brand.verdict import TEXT_RULES
from brandkiln.library.models import Asset
from brandkiln.planning.channels import CHANNELS, title_of
from brandkiln.planning.entries import is_current
from brandkiln.planning.models import Entry
from brandkiln.planning.zones import zone
from brandkiln.projects.models import BrandKit
from brandkiln.review.models import State
from brandkiln.review.queries import DRAFT, Place, state_of

Weight = Literal["bad", "warn", "info"]
EXPIRED = next(rule for rule in TEXT_RULES if rule.name == "expired_claims")


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that stands against a publication.

    Attributes:
        code: As programs know it.
        text: What it is and what would help.
        weight: Whether it must not go out so, should be looked at, or is only missing yet.
    """

    code: str
    text: str
    weight: Weight = "warn"


@dataclass(frozen=True, slots=True)
class Looked:
    """An entry with where its piece stands and what stands against it."""

    entry: Entry
    place: Place
    troubles: tuple[Trouble, ...]

    @property
    def worst(self) -> str:
        """The weight of its worst trouble; "" where there is none."""
        weights = {trouble.weight for trouble in self.troubles}
        return next((weight for weight in ("bad", "warn", "info") if weight in weights), "")

    @property
    def state(self) -> str:
        """Where it stands in one word: empty, published, or the state of its piece in review."""
        if self.entry.published_at:
            return "published"
        return str(self.place.state) if self.entry.asset else "empty"


def look(entries: Sequence[Entry]) -> list[Looked]:
    """Return the entries with what stands against each; a fixed number of queries, however many there are.

    The entries come from `entries_of`; those of the same hour are found among them only.
    """
    assets = {entry.asset.pk: entry.asset for entry in entries if entry.asset}
    places = state_of(assets.values())
    hours = Counter(_hour(entry) for entry in entries)
    expired: dict[tuple[UUID, str], list[Finding]] = {}
    found = []
    for entry in entries:
        place = places[entry.asset.pk] if entry.asset else DRAFT
        troubles = [] if entry.published_at else _troubles(entry, place, expired)
        if hours[_hour(entry)] > 1 and not entry.published_at:
            text = _("Something else goes out on %(channel)s in the same hour.") % {
                "channel": title_of(entry.channel)
            }
            troubles.append(Trouble("same_hour", text))
        found.append(Looked(entry, place, tuple(troubles)))
    return found


def _troubles(entry: Entry, place: Place, expired: dict[tuple[UUID, str], list[Finding]]) -> list[Trouble]:
    asset = entry.asset
    if asset is None:
        return [Trouble("no_piece", _("No piece is chosen for this slot yet."), "info")]
    if asset.trashed_at:
        return [Trouble("trashed", _("Its piece is in the trash. Restore it or choose another one."), "bad")]
    troubles = []
    if asset.is_held:
        troubles.append(
            Trouble("held", _("Its piece is held back: it is too near to a training picture."), "bad")
        )
    if place.state == State.REJECTED:
        troubles.append(Trouble("rejected", _("Its piece was rejected. Choose another one."), "bad"))
    elif not place.is_approved:
        troubles.append(Trouble("not_approved", _("Its piece is not approved yet.")))
    if not is_current(entry):
        text = _("Its piece was changed since it was planned. Take the newest version if that is meant.")
        troubles.append(Trouble("changed", text))
    channel = CHANNELS.get(entry.channel)
    if channel and not channel.takes(asset):
        text = _("%(channel)s takes no such piece. Choose another channel or another piece.")
        troubles.append(Trouble("wrong_channel", text % {"channel": channel.title}, "bad"))
    troubles += _expired_claims(asset, entry.at, entry.time_zone, expired)
    return troubles


def _expired_claims(
    asset: Asset, at: datetime, time_zone: str, known: dict[tuple[UUID, str], list[Finding]]
) -> list[Trouble]:
    """Return the claims of a text that may not be made any more on the day that it goes out."""
    kit: BrandKit | None = getattr(asset.project, "brand_kit", None)
    if kit is None or not asset.media_type.startswith("text/plain"):
        return []
    if not any(claim.get("expires") for claim in kit.guide.get("claims", [])):
        return []
    day = at.astimezone(zone(time_zone)).date()
    key = (asset.pk, str(day))
    if key not in known:
        brand = replace(known_of(asset, kit), today=day)
        known[key] = list(EXPIRED.findings(prose_of(asset), brand)) if EXPIRED.applies("", brand) else []
    text = _("It says a claim that may be made until %(date)s only.")
    return [Trouble("claim_expires", text % finding.values, "bad") for finding in known[key]]


def _hour(entry: Entry) -> tuple[str, datetime]:
    """Return what two entries share that clash: the channel and the hour, whatever zone they are read in."""
    return entry.channel, entry.at - timedelta(
        minutes=entry.at.minute, seconds=entry.at.second, microseconds=entry.at.microsecond
    )
