"""What accepting proposed rules makes of a brand kit."""

from collections.abc import Callable
from typing import Any, Literal

from brandkiln.brand.proposal import Proposal
from brandkiln.projects.guide import Guide
from brandkiln.projects.models import BrandKit

Standing = tuple[Literal["new", "known", "changes"], str]
_KEYS: dict[str, Callable[[Any], Any]] = {
    "guide.claims": lambda one: one["text"].casefold(),
    "guide.spellings": lambda one: one["wrong"],
    "guide.limits": lambda one: (one["channel"], one.get("part", "")),
}
"""What tells two values of a list apart; a value of the same key takes the other's place, but for claims."""
_ZEROES = ("guide.most_emoji", "guide.most_exclamation_marks")
"""Figures of which 0 is a rule; of the others it says that there is none."""
_NEW: Standing = ("new", "")


def standing(kit: BrandKit | None, proposal: Proposal) -> Standing:
    """Return whether the kit has what is proposed, and what it would change, in words."""
    if kit is None:
        return _NEW
    current = _current(kit, proposal.field)
    if isinstance(proposal.value, list):
        return _in_list(current or [], proposal)
    if proposal.field.startswith("guide."):
        return _alone(current, proposal)
    return ("known", "") if proposal.value in (current or "") else _NEW


def _alone(current: Any, proposal: Proposal) -> Standing:
    """Return how a single value stands to the one that is set."""
    if current in (None, "") or (current == 0 and proposal.field not in _ZEROES):
        return _NEW
    return "known" if current == proposal.value else "changes", f"{current}"


def _in_list(current: list[Any], proposal: Proposal) -> Standing:
    """Return how the value of a list stands to those that are there."""
    [value], key = proposal.value, _key(proposal.field)
    same = next((one for one in current if key(one) == key(value)), None)
    if same is None:
        return _NEW
    if proposal.field == "guide.claims" or same == value or proposal.field not in _KEYS:
        return "known", ""
    return "changes", f"{same.get('most', same.get('right', ''))}"


def merged(kit: BrandKit, accepted: list[Proposal]) -> dict[str, Any]:
    """Return the fields of a kit with the accepted proposals: lists grow, single values are replaced."""
    fields: dict[str, Any] = {}
    guide: dict[str, Any] = dict(kit.guide)
    for one in accepted:
        if not one.field.startswith("guide."):
            current = fields.get(one.field, getattr(kit, one.field))
            fields[one.field] = _grown(one, current)
            continue
        *above, name = one.field.split(".")[1:]
        into = guide
        for part in above:
            into[part] = into = dict(into.get(part, {}))
        into[name] = _grown(one, into.get(name))
    return fields | {"guide": Guide.model_validate(guide).model_dump(mode="json", exclude_defaults=True)}


def _grown(one: Proposal, current: Any) -> Any:
    if not isinstance(one.value, list):
        if one.field.startswith("guide.") or not current:
            return one.value
        return current if one.value in current else f"{current}\n{one.value}"
    key = _key(one.field)
    known, new = {key(value) for value in current or []}, {key(value) for value in one.value}
    if one.field == "guide.claims" or one.field not in _KEYS:
        return [*(current or []), *(value for value in one.value if key(value) not in known)]
    return [*(value for value in current or [] if key(value) not in new), *one.value]


def _key(field: str) -> Callable[[Any], Any]:
    return _KEYS.get(field, lambda one: one.casefold() if isinstance(one, str) else one)


def _current(kit: BrandKit, field: str) -> Any:
    value: Any = kit if not field.startswith("guide.") else kit.guide
    for part in field.removeprefix("guide.").split("."):
        value = value.get(part) if isinstance(value, dict) else getattr(value, part)
        if value is None:
            return None
    return value
