"""The same for many pieces at once: each by itself, so that one that is refused stops no other, and told of once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from brandkiln.core.errors import StudioError, Unprocessable
from brandkiln.core.models import User
from brandkiln.library.models import Asset
from brandkiln.notifications.services import told_together
from brandkiln.review.services import ask, decide, shown_at, undo

MOST = 500


@dataclass
class Outcome:
    """What came of it.

    Attributes:
        done: The pieces it was done to.
        refused: The others, each with the reason.
    """

    done: list[Asset] = field(default_factory=list)
    refused: list[tuple[Asset, str]] = field(default_factory=list)


def ask_many(
    *,
    assets: Iterable[Asset],
    actor: User,
    people: Sequence[User] = (),
    due_at: datetime | None = None,
    note: str = "",
) -> Outcome:
    """Ask for a review of each of the pieces."""
    return _each(assets, lambda one: ask(asset=one, actor=actor, people=people, due_at=due_at, note=note))


def decide_many(
    *, assets: Iterable[Asset], decision: str, actor: User, reasons: Sequence[str] = (), note: str = ""
) -> Outcome:
    """Decide about each of the pieces, as it is now."""
    return _each(
        assets,
        lambda one: decide(
            asset=one,
            decision=decision,
            actor=actor,
            seen=one.artifact.sha256,
            reasons=reasons,
            note=note,
        ),
    )


def undo_many(*, assets: Iterable[Asset], actor: User) -> Outcome:
    """Take back the person's own last decisions about the pieces."""
    return _each(assets, lambda one: undo(asset=one, actor=actor))


def _each(assets: Iterable[Asset], act: Callable[[Asset], object]) -> Outcome:
    chosen, outcome = list(assets), Outcome()
    if len(chosen) > MOST:
        raise Unprocessable(
            _("At most %(most)d pieces go at once; these are %(n)d.") % {"most": MOST, "n": len(chosen)}
        )
    # In the order of their keys: two people who pick the same pieces then never wait for each other.
    with told_together(shown_at) as held:
        for asset in sorted(chosen, key=lambda one: one.pk):
            so_far = len(held)
            try:
                with transaction.atomic():
                    act(asset)
            except StudioError as refusal:
                del held[so_far:]
                outcome.refused.append((asset, refusal.message))
            else:
                outcome.done.append(asset)
    places = {asset.pk: place for place, asset in enumerate(chosen)}
    outcome.done.sort(key=lambda one: places[one.pk])
    return outcome
