"""What looks alike is found, what does not is left alone, and a crowd of look-alikes does not take for ever."""

import io
import random
from itertools import combinations

import pytest
from brandkiln.datasets.checks.groups import RADIUS, Groups, Look, alike_pictures, difference
from PIL import Image

from tests.brandkiln.datasets.checks.versions import facts_of, picture


def look(image: Image.Image) -> Look:
    found = Look.of(facts_of(image))
    assert found is not None
    return found


def groups(looks: list[Look]) -> list[list[int]]:
    joined = Groups()
    joined.join(alike_pictures(looks))
    return list(joined)


def saved(image: Image.Image, quality: int) -> Image.Image:
    held = io.BytesIO()
    image.save(held, "JPEG", quality=quality)
    return Image.open(held)


def test_copies_saved_anew_or_resized_are_found_and_nothing_else() -> None:
    originals = [picture(seed) for seed in range(60)]
    copies = [saved(image, 60) for image in originals[:10]]
    copies += [image.resize((150, 150)) for image in originals[10:20]]
    found = groups([look(image) for image in originals + copies])
    assert found == [[number, 60 + number] for number in range(20)]


def test_the_same_drawing_in_another_colour_is_another_picture() -> None:
    red, blue = (Image.new("RGB", (64, 64), "white") for _ in range(2))
    red.paste((200, 30, 30), (16, 16, 48, 48))
    blue.paste((30, 30, 200), (16, 16, 48, 48))
    assert groups([look(red), look(blue)]) == []


def test_hashes_within_the_radius_always_meet() -> None:
    draw = random.Random(0)
    grid, tone = bytes(range(0, 256, 4)), (90, 90, 90)
    for _ in range(200):
        own = draw.getrandbits(64)
        other = own
        for bit in draw.sample(range(64), RADIUS):
            other ^= 1 << bit
        looks = [
            Look(own, grid, tone, 90.0, 0.0, 0.0, 0.0, 0.0, 2.0),
            Look(other, grid, tone, 90.0, 0.0, 0.0, 0.0, 0.0, 2.0),
        ]
        assert groups(looks) == [[0, 1]]
        beyond = other ^ next(1 << bit for bit in range(64) if not (own ^ other) >> bit & 1)
        assert groups([looks[0], Look(beyond, grid, tone, 90.0, 0.0, 0.0, 0.0, 0.0, 2.0)]) == []


def test_what_is_alike_in_a_chain_is_one_group() -> None:
    joined = Groups()
    joined.join([(5, 3, 0.9), (9, 7, 0.8), (3, 9, 0.95), (1, 2, 1.0)])
    assert list(joined) == [[1, 2], [3, 5, 7, 9]]
    assert (joined.alike(3), joined.alike(7)) == (0.95, 0.8)


def test_a_crowd_that_shares_its_hash_costs_a_bounded_number_of_comparisons() -> None:
    crowd = [
        Look(0, bytes([number % 7]) * 64, (0, 0, 0), float(number % 7), 0.0, 0.0, 0.0, 0.0, 0.0)
        for number in range(300)
    ]
    links = list(alike_pictures(crowd))
    assert len(links) <= 300 * 32
    assert len(groups(crowd)) == 7


def test_the_difference_of_grids_is_a_metric() -> None:
    grids = [bytes(random.Random(seed).randbytes(64)) for seed in range(4)]
    for one, other in combinations(grids, 2):
        assert difference(one, other) == difference(other, one) > 0 == difference(one, one)
    a, b, c, _ = grids
    assert difference(a, c) <= difference(a, b) + difference(b, c)
    assert difference(bytes([0, 10]), bytes([4, 0])) == 7


@pytest.mark.parametrize(
    "facts", [{}, {"dhash": "0", "grid": "00"}, {"dhash": "x", "grid": "00", "tone": "000000"}]
)
def test_a_picture_that_was_not_measured_has_no_look(facts: dict[str, object]) -> None:
    assert Look.of(facts) is None
