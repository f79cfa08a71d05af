"""Assets that are held back because they are too near to a picture that their generator learned from."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.core.errors import Conflict
from brandkiln.core.models import User
from brandkiln.library.models import Asset, Hold
from brandkiln.workspaces.services import record_audit


class HeldBack(Conflict):
    """The asset is held back."""

    code = "held_back"


def hold_if_copied(asset: Asset, facts: dict[str, Any]) -> Hold | None:
    """Hold a new asset back where the guard found it to be a copy."""
    if not facts.get("held_back"):
        return None
    return Hold.objects.create(workspace=asset.workspace, asset=asset, facts=facts)


def reason(asset: Asset) -> str:
    """Return why the asset is held back; nothing where it is not."""
    if not asset.is_held:
        return ""
    facts = asset.hold.facts
    by_pixels = facts["pixel_distance"] < facts["pixel_limit"]
    name, unit = ("pixel", _("pixels")) if by_pixels else ("feature", _("features"))
    return _(
        "It is too near to a training picture: by %(unit)s the distance is %(distance).4f, and below %(limit).4f it "
        "counts as a copy."
    ) % {"unit": unit, "distance": facts[f"{name}_distance"], "limit": facts[f"{name}_limit"]}


def refuse_held(asset: Asset) -> None:
    """Raise HeldBack where the asset is held back."""
    if asset.is_held:
        raise HeldBack(
            _("%(title)s is held back. %(reason)s An admin can look at both and release it.")
            % {"title": asset, "reason": reason(asset)}
        )


def refuse_held_bytes(*artifacts: UUID) -> None:
    """Raise HeldBack where bytes belong to an asset that is held back, and to none that is not."""
    assets = Asset.objects.filter(artifact__in=artifacts)
    held = assets.filter(hold__isnull=False, hold__released_at=None)
    free = assets.exclude(pk__in=held)
    asset = held.exclude(artifact__in=free.values("artifact")).select_related("hold").first()
    if asset:
        refuse_held(asset)


@transaction.atomic
def release_asset(*, asset: Asset, actor: User) -> Asset:
    """Let an asset that is held back be used like any other; nothing happens where it is not."""
    hold = Hold.objects.select_for_update().filter(asset=asset, released_at=None).first()
    if hold:
        hold.released_at, hold.released_by = timezone.now(), actor
        hold.save(update_fields=["released_at", "released_by"])
        record_audit(
            workspace=asset.workspace, actor=actor, action="asset.released", subject=asset.pk, data=hold.facts
        )
    return Asset.objects.select_related("artifact", "project", "hold").get(pk=asset.pk)
