"""Moving a bulk from state to state. Nothing else writes ``Bulk.state``."""

from typing import Any

from django.utils.translation import gettext as _

from brandkiln.bulk.models import Bulk
from brandkiln.core.errors import Conflict


class InvalidMove(Conflict):
    """The bulk is not where the move starts: somebody else moved it first, or it was never possible."""

    code = "invalid_move"


def move_bulk(bulk: Bulk, target: str, **changes: Any) -> Bulk:
    """Move a bulk and return it as it now stands; one conditional UPDATE decides between two who move it at once.

    Args:
        changes: Other columns to write with it.

    Raises:
        InvalidMove: If it is no longer in the state that the caller saw, or never goes from there to the target.
    """
    source = bulk.state
    if target in Bulk.MOVES[source]:
        moved = Bulk.objects.filter(pk=bulk.pk, state=source).update(state=target, **{"reason": ""} | changes)
        if moved:
            bulk.refresh_from_db()
            return bulk
        bulk.refresh_from_db()
    raise InvalidMove(
        _('"%(name)s" is %(state)s now, so this can\'t be done. Reload the page.')
        % {"name": bulk.name, "state": bulk.get_state_display().lower()}
    )
