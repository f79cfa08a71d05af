"""What becomes of what somebody leaves behind: apps above say so, in the transaction that ends the membership."""

from collections import Counter
from collections.abc import Callable

from django.utils.translation import ngettext

from brandkiln.core.models import User
from brandkiln.workspaces.models import Membership, Role

OnLeave = Callable[[Membership, User], Counter[str]]
ON_LEAVE: list[OnLeave] = []
"""Each is given who leaves and their heir, and returns how many "links" it ended and "schedules" it handed on."""


def heir_of(membership: Membership, actor: User) -> User:
    """Return in whose name goes on what ran in the name of a member: whoever removes them, else the first admin."""
    others = Membership.objects.filter(workspace=membership.workspace_id, user__is_active=True)
    others = others.exclude(pk=membership.pk).select_related("user")
    heir = others.filter(user=actor).first() or others.filter(role=Role.ADMIN).order_by("created_at").first()
    return heir.user if heir else actor


def leave(membership: Membership, heir: User) -> Counter[str]:
    """End or hand on what a member made, and return how much of each that was."""
    return sum((told(membership, heir) for told in ON_LEAVE), Counter())


def said_of(left: Counter[str], heir: User) -> list[str]:
    """Return sentences about what a member left behind."""
    said = []
    if links := left["links"]:
        said.append(
            ngettext(
                "%(count)d link for people outside ended with it.",
                "%(count)d links for people outside ended with it.",
                links,
            )
            % {"count": links}
        )
    if schedules := left["schedules"]:
        said.append(
            ngettext(
                "%(count)d schedule runs in the name of %(heir)s now.",
                "%(count)d schedules run in the name of %(heir)s now.",
                schedules,
            )
            % {"count": schedules, "heir": heir}
        )
    return said
