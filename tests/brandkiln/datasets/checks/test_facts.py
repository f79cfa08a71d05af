"""What is measured of pictures, against closed forms and against the definition written out."""

import math
import random

import pytest
from brandkiln.datasets.checks.facts import dhash, picture_facts, text_facts
from PIL import Image, ImageFilter


def noise(width: int, height: int, seed: int = 0) -> Image.Image:
    return Image.frombytes("L", (width, height), random.Random(seed).randbytes(width * height))


def test_brightness_and_contrast_are_mean_and_standard_deviation() -> None:
    pixels = list(noise(31, 17).tobytes())
    mean = sum(pixels) / len(pixels)
    deviation = math.sqrt(sum((value - mean) ** 2 for value in pixels) / len(pixels))
    facts = picture_facts(noise(31, 17))
    assert facts["brightness"] == pytest.approx(mean, abs=0.01)
    assert facts["contrast"] == pytest.approx(deviation, abs=0.01)


def test_sharpness_is_the_variance_of_the_laplacian() -> None:
    image = noise(16, 12).filter(ImageFilter.GaussianBlur(2))
    at = image.load()
    values = [
        at[x - 1, y] + at[x + 1, y] + at[x, y - 1] + at[x, y + 1] - 4 * at[x, y]
        for y in range(1, 11)
        for x in range(1, 15)
    ]
    mean = sum(values) / len(values)
    variance = sum((value - mean) ** 2 for value in values) / len(values)
    assert picture_facts(image)["sharpness"] == pytest.approx(variance, abs=0.01)


def test_a_blurred_picture_is_less_sharp() -> None:
    sharp = noise(64, 64)
    blurred = sharp.filter(ImageFilter.GaussianBlur(3))
    assert picture_facts(blurred)["sharpness"] < 30 < 1000 < picture_facts(sharp)["sharpness"]


@pytest.mark.parametrize(
    ("colour", "saturation"), [("red", 1.0), ("white", 0.0), ((255, 128, 128), 127 / 255), ("black", 0.0)]
)
def test_saturation_is_that_of_hsv(colour: object, saturation: float) -> None:
    assert picture_facts(Image.new("RGB", (8, 8), colour))["saturation"] == pytest.approx(
        saturation, abs=0.004
    )


def test_one_plain_tone_has_no_contrast_and_no_edges() -> None:
    facts = picture_facts(Image.new("L", (1, 1), 200))
    assert facts == {
        "dhash": "0000000000000000",
        "grid": "c8" * 64,
        "tone": "c8c8c8",
        "sharpness": 0.0,
        "brightness": 200.0,
        "contrast": 0.0,
        "saturation": 0.0,
    }


def test_a_hash_has_a_bit_for_each_rise_from_left_to_right() -> None:
    image = noise(9, 8)
    at = image.load()
    bits = "".join("1" if at[x, y] < at[x + 1, y] else "0" for y in range(8) for x in range(8))
    assert dhash(image) == f"{int(bits, 2):016x}"


def test_look_alikes_differ_in_few_bits_and_others_in_many() -> None:
    image = Image.frombytes("L", (7, 7), random.Random(1).randbytes(49)).resize((90, 80), 3)
    other = Image.frombytes("L", (7, 7), random.Random(2).randbytes(49)).resize((90, 80), 3)
    smaller = image.resize((45, 40), 3).point(lambda value: value * 0.9 + 5)

    def distance(one: Image.Image, two: Image.Image) -> int:
        return (int(dhash(one), 16) ^ int(dhash(two), 16)).bit_count()

    assert distance(image, smaller) <= 4
    assert distance(image, other) >= 16


def test_texts_are_counted_in_characters_and_words() -> None:
    assert text_facts("A  shoe,\nand a bag") == {"characters": 18, "words": 5}
