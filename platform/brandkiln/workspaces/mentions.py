"""Members that a text names: @ada@example.com."""

import re
from uuid import UUID

from django.utils.translation import gettext as _

from brandkiln.core.errors import Unprocessable
from brandkiln.core.models import User
from brandkiln.workspaces.members import active_members

MENTION = re.compile(r"(?<![\w.+-])@([\w.+-]+@[\w-]+(?:\.[\w-]+)+)")
"""A name is an address with an @ before it."""


def people_in(text: str, workspace_id: UUID) -> dict[str, User]:
    """Return the members that a text names, by their addresses, in the text's order.

    Raises:
        Unprocessable: If it names somebody who is no member.
    """
    wanted = list(dict.fromkeys(address.lower() for address in MENTION.findall(text)))
    members = active_members(workspace_id).filter(user__email__in=wanted).select_related("user")
    people = {member.user.email: member.user for member in members}
    if strangers := [address for address in wanted if address not in people]:
        message = _(
            "%(addresses)s is no member of this workspace. Name members, or write it without the first @."
        ) % {"addresses": ", ".join(strangers[:5])}
        raise Unprocessable(message, fields={"text": message})
    return {address: people[address] for address in wanted}
