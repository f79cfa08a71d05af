"""Secret addresses: how often a password may be tried, however many try at once."""

import pytest
from brandkiln.core.errors import StudioError
from brandkiln.core.links import MOST_WRONG, TooMany, is_unlocked, unlock
from brandkiln.planning.models import Share
from brandkiln.planning.shares import create_share

from tests.brandkiln.planning.test_calendar import text
from tests.factories import Cast, make_cast
from tests.threads import together

PASSWORD = "felt boots"


def locked_share(cast: Cast) -> Share:
    made, _secret = create_share(
        workspace=cast.acme, actor=cast.ben, assets=[text(cast)], recipient="Ida", password=PASSWORD
    )
    return made


@pytest.mark.django_db
def test_the_right_password_costs_no_try(cast: Cast) -> None:
    share = locked_share(cast)
    for _ in range(2 * MOST_WRONG):
        assert is_unlocked(share, unlock(share, PASSWORD))
    share.refresh_from_db()
    assert share.wrong == 0


@pytest.mark.django_db(transaction=True)
def test_many_passwords_at_once_are_no_more_tries_than_one_after_the_other() -> None:
    share, told = locked_share(make_cast()), list[type[StudioError]]()

    def guess(number: int) -> None:
        try:
            unlock(share, f"guess {number}")
        except StudioError as refusal:
            told.append(type(refusal))

    together(*(lambda number=number: guess(number) for number in range(3 * MOST_WRONG)))  # type: ignore[misc]
    assert len(told) == 3 * MOST_WRONG
    assert told.count(TooMany) == 2 * MOST_WRONG
    with pytest.raises(TooMany):
        unlock(share, PASSWORD)
