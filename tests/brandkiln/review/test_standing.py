"""Where pieces stand after what people did, without a database."""

from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from brandkiln.review.standing import Standing, stand

BEN, RITA, PIA = uuid4(), uuid4(), uuid4()


@dataclass
class Did:
    kind: str
    by_id: UUID | None = RITA
    sha256: str = "one"
    guest: str = ""
    counts: bool = False


def after(*steps: Did, sha256: str = "one", four_eyes: bool = True, approvals: int = 1) -> Standing:
    return stand(steps, sha256=sha256, makers={BEN}, four_eyes=four_eyes, approvals=approvals)


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ([], "draft"),
        ([Did("asked", BEN)], "in_review"),
        ([Did("asked", BEN), Did("withdrawn", BEN)], "draft"),
        ([Did("asked", BEN), Did("approved")], "approved"),
        ([Did("approved")], "approved"),
        ([Did("asked", BEN), Did("changes")], "changes"),
        ([Did("approved"), Did("rejected")], "rejected"),
        ([Did("rejected"), Did("asked", BEN)], "in_review"),
        ([Did("rejected", None, guest="Client")], "draft"),
        ([Did("approved"), Did("asked", BEN)], "in_review"),
        ([Did("approved"), Did("asked", BEN), Did("approved")], "approved"),
    ],
)
def test_steps_leave_a_piece_where_the_drawing_says(steps: list[Did], state: str) -> None:
    assert after(*steps).state == state


def test_who_made_a_piece_cannot_be_the_only_one_who_approves_it() -> None:
    alone = after(Did("approved", BEN))
    assert (alone.state, alone.lacks_other) == ("in_review", True)
    assert after(Did("approved", BEN), Did("approved", RITA)).state == "approved"
    assert after(Did("approved", BEN), four_eyes=False).state == "approved"


def test_an_approval_from_outside_is_another_pair_of_eyes_where_it_counts_and_none_of_the_members() -> None:
    guest = Did("approved", None, guest="Ida", counts=True)
    assert after(guest).state == "draft"
    for steps in ((guest, Did("approved", BEN)), (Did("approved", BEN), guest)):
        assert after(*steps).state == "approved"
        assert after(*steps, approvals=2).state == "in_review"
        assert after(*steps, Did("changes", None, guest="Ida", counts=True)).state == "in_review"
    assert after(Did("approved", BEN), Did("approved", None, guest="Ida")).state == "in_review"
    assert after(Did("approved", BEN), Did("approved", None, "old", "Ida", True)).state == "in_review"


def test_as_many_people_approve_as_the_rules_ask_for_each_counted_once() -> None:
    assert after(Did("approved"), Did("approved"), approvals=2).state == "in_review"
    assert after(Did("approved"), Did("approved", PIA), approvals=2).state == "approved"
    assert after(Did("approved"), Did("changes", PIA), Did("approved", PIA), approvals=2).state == "in_review"


def test_a_decision_counts_for_the_version_that_it_was_about() -> None:
    assert after(Did("approved"), sha256="two").state == "draft"
    assert after(Did("asked", BEN), Did("changes"), sha256="two").state == "draft"
    assert after(Did("asked", BEN), sha256="two").state == "in_review"
    half = after(Did("approved"), sha256="two", approvals=2)
    assert (half.state, half.approvers) == ("in_review", set())
    assert after(Did("approved"), Did("approved", PIA, "two"), sha256="two", approvals=2).state == "in_review"
