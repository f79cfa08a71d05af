"""Secret addresses of planning, links and calendars alike: ending one."""

from django.db import transaction

from brandkiln.core.links import revoke
from brandkiln.core.models import User
from brandkiln.planning.models import Feed, Share
from brandkiln.workspaces.services import record_audit


@transaction.atomic
def revoke_address(row: Share | Feed, *, actor: User) -> None:
    """Make a link's or a calendar's address useless from now on."""
    revoke(row)
    kind = "share" if isinstance(row, Share) else "feed"
    name = row.title if isinstance(row, Share) else row.name
    record_audit(
        workspace=row.workspace, actor=actor, action=f"{kind}.revoked", subject=name, data={kind: str(row.pk)}
    )
