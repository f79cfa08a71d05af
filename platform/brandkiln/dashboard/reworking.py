"""What is asked of a finished text with one press: variations of it, or a part of it said otherwise."""

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
