"""Images are decoded by several processes in order; one that crashes or hangs costs one image."""

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import psutil
import pytest
from brandkiln.datasets.readers import decoders
from brandkiln.datasets.readers.decoders import Outcome, decode_all
from brandkiln.datasets.readers.limits import Fault, Refused

pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")


def outcomes(count: int, work: Callable[[int], dict[str, Any]], **options: Any) -> list[Outcome]:
    return list(decode_all(count, work, **{"decoders": 2, **options}))


@pytest.fixture(autouse=True)
def no_process_is_left() -> Iterator[None]:
    before = set(psutil.Process().children())
    yield
    assert set(psutil.Process().children()) <= before


@pytest.mark.parametrize("decoders", [0, 1, 2, 5])
def test_outcomes_come_in_order(decoders: int) -> None:
    def work(place: int) -> dict[str, Any]:
        if place % 64 == 0:
            time.sleep(0.002)
        return {"place": place, "pid": os.getpid()}

    found = outcomes(1000, work, decoders=decoders)
    assert [one["place"] for one in found if isinstance(one, dict)] == list(range(1000))
    workers = {one["pid"] for one in found if isinstance(one, dict)}
    assert (workers == {os.getpid()}) == (decoders == 0)
    assert len(workers) <= max(1, decoders)


def test_nothing_is_decoded_of_nothing() -> None:
    assert outcomes(0, lambda place: {}) == []


def test_a_fault_refuses_one_image() -> None:
    def work(place: int) -> dict[str, Any]:
        if place == 70:
            raise Fault("damaged_image", "It is cut off.")
        return {}

    found = outcomes(200, work)
    assert [place for place, one in enumerate(found) if isinstance(one, Fault)] == [70]
    assert str(found[70]) == "It is cut off."


@pytest.mark.parametrize("places", [{0}, {63}, {64, 65}, {5, 100, 199}, set(range(0, 200, 9))])
def test_an_image_that_crashes_its_decoder_is_refused_and_the_rest_goes_on(places: set[int]) -> None:
    def work(place: int) -> dict[str, Any]:
        if place in places:
            os.kill(os.getpid(), 9)
        return {"place": place}

    found = outcomes(200, work)
    assert {place for place, one in enumerate(found) if isinstance(one, Fault)} == places
    assert all(one["place"] == place for place, one in enumerate(found) if isinstance(one, dict))
    assert {one.code for one in found if isinstance(one, Fault)} == {"decoder_crashed"}


def test_an_image_that_hangs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoders, "TICK_SECONDS", 0.05)

    def work(place: int) -> dict[str, Any]:
        if place == 3:
            time.sleep(60)
        return {}

    found = outcomes(10, work, image_seconds=0.2)
    assert [(place, one.code) for place, one in enumerate(found) if isinstance(one, Fault)] == [
        (3, "too_slow")
    ]


def test_a_file_of_nothing_but_crashes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoders, "CRASHES", 12)

    def work(place: int) -> dict[str, Any]:
        os._exit(1)

    with pytest.raises(Refused, match="More than 12 images made their decoder crash"):
        outcomes(40, work)


def test_a_disk_without_room_is_an_error_of_the_machine() -> None:
    def work(place: int) -> dict[str, Any]:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        outcomes(10, work)


def test_whoever_stops_listening_ends_the_decoders() -> None:
    stream = decode_all(1000, lambda place: {"place": place}, decoders=2)
    next(stream)
    stream.close()  # type: ignore[attr-defined]


def test_decoders_do_not_run_far_ahead_of_who_listens() -> None:
    stream = decode_all(100_000, lambda place: {"place": place}, decoders=2)
    next(stream)
    time.sleep(0.3)
    taken = next(stream)
    assert isinstance(taken, dict)
    assert taken["place"] == 1
    stream.close()  # type: ignore[attr-defined]
