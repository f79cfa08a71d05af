"""Where a piece stands, worked out from what people did: pure rules, without a database."""

from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from brandkiln.review.models import State, Step

DECIDED = frozenset({State.APPROVED, State.CHANGES, State.REJECTED})


class Did(Protocol):
    """What is read of a step."""

    kind: str
    by_id: UUID | None
    guest: str
    sha256: str


@dataclass
class Standing:
    """Where a piece stands.

    Attributes:
        approvers: Who has approved this version, also where that is not enough yet.
        lacks_other: Whether enough people approved it, but only those who made it.
        sha256: The content that the last decision was about.
    """

    state: State = State.DRAFT
    approvers: set[UUID] = field(default_factory=set)
    lacks_other: bool = False
    sha256: str = ""


def stand(
    steps: Iterable[Did], *, sha256: str, makers: Set[UUID], four_eyes: bool, approvals: int
) -> Standing:
    """Return where a piece stands after these steps, oldest first, none of them undone.

    Args:
        sha256: Of the content that the piece has now; what was decided of another one counts no longer.
        makers: Who asked for, wrote or edited it.
        four_eyes: Whether one of those who approve has to be somebody else.
        approvals: How many people have to approve it.
    """
    found = Standing()
    for step in steps:
        if step.guest:
            continue
        kind = Step.Kind(step.kind)
        if kind == Step.Kind.ASKED:
            if found.state in DECIDED:
                found = Standing()  # a new round
            found.state = State.IN_REVIEW
        elif kind == Step.Kind.WITHDRAWN:
            found = Standing()
        elif kind == Step.Kind.APPROVED:
            if step.sha256 != found.sha256:
                found = Standing(found.state, sha256=step.sha256)
            if step.by_id:
                found.approvers.add(step.by_id)
            is_enough = len(found.approvers) >= approvals
            found.lacks_other = is_enough and four_eyes and found.approvers <= makers
            found.state = State.APPROVED if is_enough and not found.lacks_other else State.IN_REVIEW
        else:
            found = Standing(
                State.CHANGES if kind == Step.Kind.CHANGES else State.REJECTED, sha256=step.sha256
            )
    if found.sha256 == sha256:
        return found
    return Standing(State.DRAFT if found.state in DECIDED else found.state)
