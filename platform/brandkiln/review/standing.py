"""Where a piece stands, worked out from what people did: pure rules, without a database."""

from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from brandkiln.review.models import State, Step

AFTER = {
    Step.Kind.ASKED: State.IN_REVIEW,
    Step.Kind.WITHDRAWN: State.DRAFT,
    Step.Kind.CHANGES: State.CHANGES,
    Step.Kind.REJECTED: State.REJECTED,
}
"""Where each but an approval leads."""
DECIDED = frozenset({State.APPROVED, State.CHANGES, State.REJECTED})


class Did(Protocol):
    """What is read of a step."""

    kind: str
    by_id: UUID | None
    guest: str
    counts: bool
    sha256: str


@dataclass
class Standing:
    """Where a piece stands.

    Attributes:
        approvers: Who has approved this version, also where that is not enough yet.
        lacks_other: Whether enough people approved it, but only those who made it.
        sha256: The content that the last decision was about.
        seen_outside: Whether somebody from outside approved this version at a link where that counts.
    """

    state: State = State.DRAFT
    approvers: set[UUID] = field(default_factory=set)
    lacks_other: bool = False
    sha256: str = ""
    seen_outside: bool = False


def stand(
    steps: Iterable[Did], *, sha256: str, makers: Set[UUID], four_eyes: bool, approvals: int
) -> Standing:
    """Return where a piece stands after these steps, oldest first, none of them undone.

    Args:
        sha256: Of the content that the piece has now; what was decided of another one counts no longer.
        makers: Who asked for, wrote or edited it.
        four_eyes: Whether one of those who approve has to be somebody else.
        approvals: How many members have to approve it. Whoever approves from outside is none of them, and is the other
            pair of eyes where their link says that this counts.
    """
    found = Standing()
    outside: set[str] = set()
    for step in steps:
        kind = Step.Kind(step.kind)
        if step.guest:
            if step.counts:
                (outside.add if kind == Step.Kind.APPROVED else outside.discard)(step.sha256)
                if found.approvers:
                    _weigh(found, outside, makers, four_eyes, approvals)
            continue
        if kind == Step.Kind.APPROVED:
            if step.sha256 != found.sha256:
                found = Standing(found.state, sha256=step.sha256)
            if step.by_id:
                found.approvers.add(step.by_id)
            _weigh(found, outside, makers, four_eyes, approvals)
            continue
        if kind == Step.Kind.ASKED and found.state not in DECIDED:
            found.state = State.IN_REVIEW
            continue
        outside.clear()
        found = Standing(AFTER[kind], sha256=step.sha256 if AFTER[kind] in DECIDED else "")
    if found.sha256 == sha256:
        return found
    return Standing(State.DRAFT if found.state in DECIDED else found.state)


def _weigh(found: Standing, outside: Set[str], makers: Set[UUID], four_eyes: bool, approvals: int) -> None:
    """Say whether those who approved the version are enough, and one of them is nobody of its makers."""
    is_enough = len(found.approvers) >= approvals
    found.seen_outside = found.sha256 in outside
    found.lacks_other = is_enough and four_eyes and found.approvers <= makers and not found.seen_outside
    found.state = State.APPROVED if is_enough and not found.lacks_other else State.IN_REVIEW
