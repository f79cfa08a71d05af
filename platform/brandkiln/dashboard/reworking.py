"""What is asked of a finished text with one press: variations of it, a part said otherwise, or all but some anew."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from brandkiln.core.errors import Conflict, Unprocessable
from brandkiln.core.models import User
from brandkiln.dashboard.written_piece import WrittenPiece
from brandkiln.jobs.models import Job
from brandkiln.jobs.services import submit_job
from brandkiln.library.models import Asset
from generators.spec import Spec

CHANGES = ("shorter", "longer", "simpler")
TONES = ("friendly", "formal", "playful", "confident")
VARIATIONS = "variations"


def submit_reworking(
    *, asset: Asset, piece: WrittenPiece, spec: Spec, wish: str, part: int, actor: User
) -> Job:
    """Return the new job that rewrites a part of a text or, for "variations", writes the whole anew in other words.

    Raises:
        Unprocessable: If there is no such wish or part.
        Conflict: If the job that made the text is gone, and its facts with it.
    """
    if asset.job is None:
        raise Conflict(
            _("The job that made this text was deleted, and its facts with it. Create a new text.")
        )
    if wish not in {*CHANGES, *TONES, VARIATIONS}:
        raise Unprocessable(_("A text can't be changed like this: %(wish)s.") % {"wish": wish[:40]})
    if not 0 <= part < len(piece.parts):
        raise Unprocessable(_("The text has no part %(part)s.") % {"part": part})
    return submit_job(
        workspace=asset.workspace,
        project=asset.project,
        requested_by=actor,
        kind="sample",
        generator=spec.name,
        checkpoint=asset.job.checkpoint,
        params=_params(asset, piece, wish, part),
    )


def can_lock(piece: WrittenPiece | None, spec: Spec | None) -> bool:
    """Return whether parts of a text can be kept while its generator writes the others anew."""
    takes = spec is not None and spec.sample is not None and "locked" in spec.sample.model_fields
    return takes and piece is not None and len(piece.parts) > 1


def submit_locked(
    *, asset: Asset, piece: WrittenPiece, spec: Spec, kept: Collection[int], actor: User
) -> Job:
    """Return the new job that writes a text anew around the parts that are kept word for word.

    Args:
        kept: Numbers of parts.

    Raises:
        Unprocessable: If nothing is kept, nothing is left to write, or its generator cannot do it.
        Conflict: If the job that made the text is gone, and its facts with it.
    """
    if asset.job is None:
        raise Conflict(
            _("The job that made this text was deleted, and its facts with it. Create a new text.")
        )
    if not can_lock(piece, spec):
        raise Unprocessable(_("Parts of this text cannot be kept while others are written."))
    if not 0 < len([part for part in piece.parts if part.number in kept]) < len(piece.parts):
        raise Unprocessable(_("Keep at least one part and leave at least one to be written."))
    before = {name: value for name, value in asset.job.params.items() if name != "seed"}
    locked = [part.text if part.number in kept else "" for part in piece.parts]
    return submit_job(
        workspace=asset.workspace,
        project=asset.project,
        requested_by=actor,
        kind="sample",
        generator=spec.name,
        checkpoint=asset.job.checkpoint,
        params=before | {"locked": locked},
    )


def _params(asset: Asset, piece: WrittenPiece, wish: str, part: int) -> dict[str, Any]:
    before: dict[str, Any] = dict(asset.job.params) if asset.job else {}
    before.pop("seed", None)
    if wish == VARIATIONS and len(piece.parts) > 1:
        return before | {"variants": max(3, before.get("variants", 3))}
    chosen = {"format": "rewrite", "source": piece.parts[part].text, "variants": 3}
    if wish == VARIATIONS:
        chosen["format"] = "variations"
    elif wish in CHANGES:
        chosen["change"] = wish
    else:
        chosen |= {"change": "tone", "tone": wish}
    language = (asset.receipt.get("details") or {}).get("language") or before.get("language", "auto")
    return before | chosen | {"language": language}
