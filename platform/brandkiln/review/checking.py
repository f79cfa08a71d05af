"""What is checked before somebody is asked or something is decided."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.core.errors import Unprocessable
from brandkiln.core.models import User
from brandkiln.core.text import is_storable
from brandkiln.library.models import Asset
from brandkiln.review.models import Step
from brandkiln.review.reasons import REASONS
from brandkiln.review.rules import makers_of, reviewers_of

DECISIONS = (Step.Kind.APPROVED, Step.Kind.CHANGES, Step.Kind.REJECTED)
LONGEST_NOTE = 1000
MOST_PEOPLE = 20
MOST_YEARS = 2
"""How far away a date may be."""


def people_named(workspace_id: UUID, keys: Iterable[str]) -> list[User]:
    """Return the members with these addresses.

    Raises:
        Unprocessable: If one is no member.
    """
    wanted = list(dict.fromkeys(key.strip().lower() for key in keys if key.strip()))
    if len(wanted) > MOST_PEOPLE:
        raise Unprocessable(_("At most %(most)d people can be asked.") % {"most": MOST_PEOPLE})
    members = User.objects.filter(memberships__workspace=workspace_id, is_active=True, email__in=wanted)
    found = {person.email: person for person in members}
    if missing := [key for key in wanted if key not in found]:
        message = _("%(addresses)s is no member of this workspace.") % {"addresses": ", ".join(missing[:5])}
        raise Unprocessable(message, fields={"people": message})
    return [found[key] for key in wanted]


def checked_decision(decision: str, reasons: Sequence[str], note: str) -> Step.Kind:
    """Return the decision; raise Unprocessable where there is none such, or it needs a reason and has none."""
    if decision not in DECISIONS:
        message = _("There is no decision %(decision)s; use %(all)s.") % {
            "decision": decision[:20],
            "all": ", ".join(DECISIONS),
        }
        raise Unprocessable(message, fields={"decision": message})
    if unknown := [one for one in reasons if one not in REASONS]:
        message = _("There is no reason %(name)s; use %(all)s.") % {
            "name": unknown[0][:20],
            "all": ", ".join(REASONS),
        }
        raise Unprocessable(message, fields={"reasons": message})
    if decision != Step.Kind.APPROVED and not reasons and not note.strip():
        message = _("Choose a reason or write one, so that the next version can be better.")
        raise Unprocessable(message, fields={"note": message})
    if len(note) > LONGEST_NOTE or not is_storable(note):
        message = _("A note has at most %(most)d characters.") % {"most": LONGEST_NOTE}
        raise Unprocessable(message, fields={"note": message})
    return Step.Kind(decision)


def check_people(asset: Asset, asked: Sequence[User], four_eyes: bool) -> None:
    """Raise Unprocessable where somebody cannot approve a piece, or all of them made it."""
    able = {person.pk for person in reviewers_of(asset.workspace)} if asked else set()
    if unable := [person for person in asked if person.pk not in able]:
        message = _("%(name)s cannot approve here. Ask somebody with the role Reviewer or above.") % {
            "name": unable[0]
        }
        raise Unprocessable(message, fields={"people": message})
    if four_eyes and asked and {person.pk for person in asked} <= makers_of(asset):
        message = _("%(name)s made or edited this piece. Ask somebody else as well.") % {"name": asked[0]}
        raise Unprocessable(message, fields={"people": message})


def check_due(due_at: datetime) -> None:
    """Raise Unprocessable where a date has passed or is far away."""
    now = timezone.now()
    if not now.year <= due_at.year <= now.year + MOST_YEARS or due_at <= now:
        message = _("The date has passed, or is more than %(n)d years away; choose another one.") % {
            "n": MOST_YEARS
        }
        raise Unprocessable(message, fields={"due_at": message})


def cleaned(text: str) -> str:
    """Return a text as it is kept."""
    return text.replace("\0", "").strip()
