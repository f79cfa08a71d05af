"""What a pack would hold: which piece goes to which channel in which size, and what stands against it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.text import slugify
from django.utils.translation import gettext as _

from brandkiln.artifacts import store
from brandkiln.library.files import EXTENSIONS
from brandkiln.library.models import Asset
from brandkiln.library.revisions import parts_of
from brandkiln.planning.channels import CHANNELS, Channel, format_of, title_of
from brandkiln.planning.models import Campaign, Entry
from brandkiln.planning.pack_pictures import Fit, Unfit, enlarging, frame_for, is_same_shape, size_of
from brandkiln.review.queries import Place, state_of
from generators.formats import room_used
from generators.frames import FRAMES

MOST_ENLARGED, MUCH_ENLARGED = 4.0, 2.0
_HASHTAG = re.compile(r"(?<!\w)#\w+")
LABELLED = frozenset(FRAMES)


@dataclass(frozen=True, slots=True)
class Fault:
    """What stands against a file of a pack.

    Attributes:
        code: As programs know it.
        text: What it is and what would help.
        stops: Whether no pack is made as long as it stands.
    """

    code: str
    text: str
    stops: bool = True


@dataclass(frozen=True, slots=True)
class Placing:
    """One file of a pack.

    Attributes:
        name: The file's, without its ending.
        frame: The name of the size that a picture gets; "" where it stays as it is.
        planned: When it is to be published in this channel, as far as the calendar says.
    """

    asset: Asset
    channel: str
    name: str
    place: Place
    frame: str = ""
    planned: datetime | None = None
    faults: tuple[Fault, ...] = ()

    @property
    def stops(self) -> bool:
        return any(fault.stops for fault in self.faults)


@dataclass(frozen=True, slots=True)
class Plan:
    """A pack before it is made."""

    placings: tuple[Placing, ...]
    left_out: tuple[Asset, ...]
    """Pieces that none of the channels takes."""

    @property
    def stopping(self) -> list[Placing]:
        """The files that nothing can be made of as they are."""
        return [placing for placing in self.placings if placing.stops]

    @property
    def ready(self) -> int:
        """How many files can go out."""
        return len(self.placings) - len(self.stopping)

    @property
    def only_unapproved(self) -> bool:
        """Whether all that stands against it is that pieces are not approved, which an admin may overrule."""
        codes = {fault.code for placing in self.placings for fault in placing.faults if fault.stops}
        return codes == {"not_approved"}


def plan_pack(
    assets: Sequence[Asset], channels: Sequence[str], *, fit: Fit, campaign: Campaign | None, stem: str
) -> Plan:
    """Return what a pack of these pieces would hold, in the order of the channels.

    A piece that the campaign plans for some of the channels goes to those only; any other to each that takes it.

    Args:
        stem: How the names of files begin.
    """
    places = state_of(assets)
    planned = _planned(assets, channels, campaign)
    placings: list[Placing] = []
    placed: set[UUID] = set()
    for name in channels:
        channel, number = CHANNELS[name], 0
        for asset in assets:
            wanted = planned.get(asset.pk, {})
            if not (name in wanted if wanted else suits(asset, channel)):
                continue
            number += 1
            placed.add(asset.pk)
            title = slugify(asset.title)[:40].strip("-") or asset.media_type.split("/")[0]
            file_name = f"{stem}_{name}_{number:03}_{title}"
            placings.append(
                _placing(asset, channel, file_name, places[asset.pk], fit=fit, planned=wanted.get(name))
            )
    return Plan(tuple(placings), tuple(asset for asset in assets if asset.pk not in placed))


def extension_of(media_type: str) -> str:
    """Return the ending of a file's name."""
    return {"image/jpeg": "jpg"}.get(media_type) or EXTENSIONS.get(media_type.split(";")[0], "bin")


def _planned(
    assets: Iterable[Asset], channels: Sequence[str], campaign: Campaign | None
) -> Mapping[UUID, dict[str, datetime]]:
    """Return when each piece is planned for which of the channels, the first time of several."""
    if campaign is None:
        return {}
    rows = Entry.objects.filter(campaign=campaign, removed_at=None, channel__in=channels)
    found: dict[UUID, dict[str, datetime]] = {}
    keys = rows.filter(asset__in=[asset.pk for asset in assets]).order_by("at")
    for key, channel, at in keys.values_list("asset_id", "channel", "at"):
        found.setdefault(key, {}).setdefault(channel, at)
    return found


def suits(asset: Asset, channel: Channel) -> bool:
    """Return whether a piece that nobody planned for a channel goes out there."""
    if not channel.takes(asset):
        return False
    if asset.media_type.startswith("image/"):
        return asset.label not in LABELLED or not channel.frames or asset.label in channel.frames
    form = format_of(asset)
    return not form or form in channel.texts or not asset.media_type.startswith("text/plain")


def _placing(
    asset: Asset, channel: Channel, name: str, place: Place, *, fit: Fit, planned: datetime | None
) -> Placing:
    faults: list[Fault] = []
    frame = ""
    if asset.is_held:
        faults.append(Fault("held", _("It is held back: it is too near to a training picture.")))
    if not place.is_approved:
        text = _("It is not approved: %(state)s. Have it reviewed first.") % {
            "state": place.state.label.lower()
        }
        faults.append(Fault("not_approved", text))
    if not channel.takes(asset):
        text = _("%(channel)s takes no files of the kind %(kind)s. Choose another channel.")
        faults.append(Fault("wrong_kind", text % {"channel": channel.title, "kind": asset.media_type}))
    elif asset.media_type.startswith("image/"):
        frame, more = _picture_faults(asset, channel, fit)
        faults += more
    elif asset.media_type.startswith("text/plain"):
        faults += _text_faults(asset, channel)
    full = f"{name.removesuffix(f'-{frame}')}_{frame}" if frame else name
    return Placing(asset, channel.name, full, place, frame, planned, tuple(faults))


def _picture_faults(asset: Asset, channel: Channel, fit: Fit) -> tuple[str, list[Fault]]:
    try:
        if asset.width and asset.height:
            width, height = asset.width, asset.height
        else:
            with store.open_artifact(asset.artifact) as source:
                width, height = size_of(source)
    except Unfit:
        return "", [Fault("unreadable", _("It can't be read as a picture. Choose another one."))]
    chosen = frame_for(width, height, asset.label, channel)
    if chosen is None:
        return "", []
    name, frame = chosen
    growth = enlarging(width, height, frame, fit)
    facts = {
        "width": width, "height": height, "wide": frame.width, "high": frame.height, "times": f"{growth:.1f}",
        "channel": channel.title,
    }  # fmt: skip
    if growth > MOST_ENLARGED:
        text = _("%(width)d x %(height)d pixels are too few for %(wide)d x %(high)d: make it larger first.")
        return name, [Fault("too_small", text % facts)]
    faults = []
    if growth > MUCH_ENLARGED:
        text = _("It is enlarged %(times)s times to %(wide)d x %(high)d and may look soft.")
        faults.append(Fault("enlarged", text % facts, stops=False))
    if not is_same_shape(width, height, frame):
        text = (
            _("Its edges are cut off to make %(wide)d x %(high)d of %(width)d x %(height)d.")
            if fit == "crop"
            else _("It gets a border to make %(wide)d x %(high)d of %(width)d x %(height)d.")
        )
        faults.append(Fault("reshaped", text % facts, stops=False))
    return name, faults


def _text_faults(asset: Asset, channel: Channel) -> list[Fault]:
    faults = []
    used = room_used(asset.text, channel.counting)
    if channel.room and used > channel.room:
        text = _("It takes %(used)d characters; %(channel)s takes %(most)d. Shorten it by %(over)d.")
        facts = {
            "used": used,
            "most": channel.room,
            "over": used - channel.room,
            "channel": title_of(channel.name),
        }
        faults.append(Fault("too_long", text % facts))
    tags = len(_HASHTAG.findall(asset.text)) if channel.hashtags else 0
    if tags > channel.hashtags:
        text = _("It has %(n)d hashtags; %(channel)s takes %(most)d. Take %(over)d out.")
        most = channel.hashtags
        said = {"n": tags, "most": most, "over": tags - most, "channel": title_of(channel.name)}
        faults.append(Fault("too_many_hashtags", text % said))
    for part in parts_of(asset):
        limit = part.get("limit") or 0
        room = room_used(part.get("text", ""), part.get("counting", "characters"))
        if limit and room > limit:
            text = _('"%(part)s" takes %(used)d characters of %(most)d. Shorten it.')
            facts = {"part": part.get("title", ""), "used": room, "most": limit}
            faults.append(Fault("part_too_long", text % facts))
    return faults
