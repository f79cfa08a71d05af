"""Changing the wording of a text: each change keeps what stood there, so that any can be taken back."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.artifacts import store
from brandkiln.core.errors import Conflict, Unprocessable
from brandkiln.core.models import User
from brandkiln.library.models import Asset, Revision
from brandkiln.library.words import list_words
from brandkiln.workspaces.services import record_audit
from generators.formats import room_used

LONGEST = 200_000


def parts_of(asset: Asset) -> list[dict[str, Any]]:
    """Return the parts of a text as its receipt has them; none where it was not written in parts."""
    parts = (asset.receipt.get("details") or {}).get("parts")
    return parts if isinstance(parts, list) else []


def texts_of(asset: Asset) -> list[str]:
    """Return the text of each part, or the whole as one."""
    return [part["text"] for part in parts_of(asset)] or [asset.text]


def number_of(asset: Asset) -> int:
    """Return which wording the asset has: how often it was changed."""
    return asset.revisions.count()


@transaction.atomic
def revise(
    *, asset: Asset, texts: Sequence[str], seen: int, actor: User, note: str = "", findings: bool = True
) -> Asset:
    """Give a text another wording, a text for each of its parts; nothing happens where it is the same.

    Args:
        seen: The number of the wording that the person had before them.
        findings: Whether what was found in the parts that stay the same is kept.

    Raises:
        Unprocessable: If it is no text, a part is missing or empty, or it is too long.
        Conflict: If somebody else changed it meanwhile.
    """
    asset = Asset.objects.select_for_update(of=("self",)).select_related("artifact").get(pk=asset.pk)
    if not asset.media_type.startswith("text/plain"):
        raise Unprocessable(
            _("Only the wording of a text can be changed; this is %(kind)s.") % {"kind": asset.media_type}
        )
    number = number_of(asset)
    if seen != number:
        raise Conflict(
            _("Somebody else has changed this text meanwhile. Reload the page and look at it first.")
        )
    before = texts_of(asset)
    cleaned = [text.replace("\0", "").replace("\r\n", "\n").strip() for text in texts]
    if len(cleaned) != len(before) or not all(cleaned):
        raise Unprocessable(
            _("Each of the %(count)s parts needs a text; an empty one cannot be kept.")
            % {"count": len(before)}
        )
    if sum(map(len, cleaned)) > LONGEST:
        raise Unprocessable(_("A text has at most %(most)s characters.") % {"most": LONGEST})
    if cleaned == before:
        return asset
    Revision.objects.create(
        workspace=asset.workspace,
        asset=asset,
        number=number,
        text=asset.text,
        parts=parts_of(asset),
        artifact=asset.artifact,
        ended_by=actor,
        note=note[:200],
    )
    whole = _replaced(asset.text, before, cleaned)
    _set(asset, whole, _rewritten(parts_of(asset), cleaned, keep=findings), actor, note)
    return asset


@transaction.atomic
def restore(*, asset: Asset, number: int, seen: int, actor: User) -> Asset:
    """Give a text an earlier wording back; the one it has now is kept, too.

    Raises:
        Unprocessable: If there is no such wording.
    """
    earlier = asset.revisions.filter(number=number).first()
    if earlier is None:
        raise Unprocessable(_("This text has no wording %(number)s.") % {"number": number})
    texts = [part["text"] for part in earlier.parts] or [earlier.text]
    return revise(
        asset=asset, texts=texts, seen=seen, actor=actor, note=_("Back to wording %(n)s") % {"n": number + 1}
    )


def _replaced(whole: str, before: Sequence[str], after: Sequence[str]) -> str:
    """Return the text with each part replaced where it stands; headings between the parts stay."""
    pieces, place = [], 0
    for old, new in zip(before, after, strict=True):
        start = whole.find(old, place)
        if start < 0:
            return "\n\n".join(after)
        pieces += [whole[place:start], new]
        place = start + len(old)
    return "".join([*pieces, whole[place:]])


def _rewritten(parts: list[dict[str, Any]], texts: Sequence[str], *, keep: bool) -> list[dict[str, Any]]:
    rewritten = []
    for part, text in zip(parts, texts, strict=False):
        same = part["text"] == text
        rewritten.append(
            part
            | {
                "text": text,
                "room": room_used(text, part.get("counting", "characters")),
                "findings": part.get("findings", []) if same and keep else [],
            }
        )
    return rewritten


def _set(asset: Asset, text: str, parts: list[dict[str, Any]], actor: User, note: str) -> None:
    earlier = asset.artifact
    asset.artifact = store.put_bytes(text.encode(), workspace=asset.workspace, media_type=earlier.media_type)
    asset.text = text
    receipt = deepcopy(asset.receipt)
    if parts:
        receipt["details"]["parts"] = parts
    receipt["content"] = {
        "sha256": asset.artifact.sha256,
        "size": asset.artifact.size,
        "media_type": asset.artifact.media_type,
    }
    receipt.setdefault("edits", []).append(
        {
            "at": timezone.now().isoformat(),
            "by": actor.email,
            "from_sha256": earlier.sha256,
            "to_sha256": asset.artifact.sha256,
            "note": note,
        }
    )
    asset.receipt = receipt
    asset.save(update_fields=["artifact", "text", "receipt"])
    list_words(asset, waits=True)
    record_audit(
        workspace=asset.workspace, actor=actor, action="asset.revised", subject=asset.pk, data={"note": note}
    )
