"""Rules for pictures: what they stand on, their colours, size and contrast. Pictures are looked at 96 pixels wide."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from colorsys import rgb_to_hsv
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.utils.translation import gettext_noop as _
from PIL import Image

from brandkiln.brand.rules.rule import Finding, Known
from generators.contrast import Rgb, contrast, rgb_of

WIDTH = 96
NEAR = 40
"""How far apart two colours may be to count as alike: Euclidean, in 8-bit red, green and blue."""
STRONG = 0.35
"""From this saturation on (0 to 1, with a value of at least 0.2) a colour is one of the picture's own."""
FEW = 0.12
"""The share of a picture that may be in other strong colours: skin, wood and food are no brand's."""
Region = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its size in pixels, and a small copy of it, row by row, shape (height, WIDTH)."""

    width: int
    height: int
    rows: tuple[tuple[Rgb, ...], ...]


@dataclass(frozen=True, slots=True)
class PictureRule:
    """A rule for pictures; see `TextRule`."""

    name: str
    title: str
    applies: Callable[[Picture, Known], bool]
    findings: Callable[[Picture, Known], Iterable[Finding]]


def read_picture(source: Any) -> Picture:
    """Return a picture on white where it is see-through.

    Raises:
        OSError: If the file is none that can be read.
    """
    with Image.open(source) as opened:
        width, height = opened.size
        picture = opened.convert("RGBA")
    flat = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")
    small = flat.resize((WIDTH, max(1, round(WIDTH * height / width))), Image.Resampling.BOX)
    pixels = small.tobytes()
    line = 3 * WIDTH
    rows = tuple(
        tuple((pixels[at], pixels[at + 1], pixels[at + 2]) for at in range(start, start + line, 3))
        for start in range(0, len(pixels), line)
    )
    return Picture(width, height, rows)


def _background(picture: Picture, known: Known) -> Iterator[Finding]:
    wanted = rgb_of(known.guide.pictures.background)
    edge = _edge(picture)
    off = [(x, y) for x, y in edge if _apart(picture.rows[y][x], wanted) > NEAR]
    if len(off) > 0.1 * len(edge):
        values: dict[str, str | int | float] = {
            "share": round(100 * len(off) / len(edge)),
            "colour": known.guide.pictures.background,
        }
        why = _("%(share)s %% of the edge is not in %(colour)s.")
        yield Finding(0, 0, why, values, region=_around(picture, off))


def _palette(picture: Picture, known: Known) -> Iterator[Finding]:
    hues = [rgb_to_hsv(*(c / 255 for c in rgb_of(colour))) for colour in known.palette]
    ours = [hue for hue, saturation, _value in hues if saturation >= STRONG / 2]
    foreign: Counter[int] = Counter()
    places: dict[int, list[tuple[int, int]]] = {}
    for y, row in enumerate(picture.rows):
        for x, colour in enumerate(row):
            hue, saturation, value = rgb_to_hsv(*(c / 255 for c in colour))
            if saturation < STRONG or value < 0.2 or any(_turn(hue, one) < 0.07 for one in ours):
                continue
            foreign[int(hue * 12)] += 1
            places.setdefault(int(hue * 12), []).append((x, y))
    share = foreign.total() / (len(picture.rows) * WIDTH)
    if share > FEW:
        where = places[foreign.most_common(1)[0][0]]
        why = _("%(share)s %% of the picture is in strong colours that are not the brand's.")
        yield Finding(0, 0, why, {"share": round(100 * share)}, region=_around(picture, where))


def _size(picture: Picture, known: Known) -> Iterator[Finding]:
    least = known.guide.pictures
    for found, wanted, why in (
        (picture.width, least.least_width, _("It is %(found)s pixels wide; at least %(least)s are wanted.")),
        (
            picture.height,
            least.least_height,
            _("It is %(found)s pixels high; at least %(least)s are wanted."),
        ),
    ):
        if found < wanted:
            yield Finding(0, 0, why, {"found": found, "least": wanted})


def _faint(picture: Picture, known: Known) -> Iterator[Finding]:
    ground = _median([picture.rows[y][x] for x, y in _edge(picture)])
    high, left = len(picture.rows), WIDTH // 4
    middle = [
        (x, y)
        for y in range(high // 4, max(high // 4 + 1, high - high // 4))
        for x in range(left, WIDTH - left)
    ]
    apart = [place for place in middle if _apart(picture.rows[place[1]][place[0]], ground) > NEAR]
    shown = _median([picture.rows[y][x] for x, y in apart or middle])
    found, least = contrast(ground, shown), known.guide.pictures.least_contrast
    if found < least:
        values: dict[str, str | int | float] = {"contrast": round(found, 1), "least": least}
        why = _(
            "What stands in the middle has a contrast of %(contrast)s with its ground; at least %(least)s is wanted."
        )
        yield Finding(0, 0, why, values, region=_around(picture, apart or middle))


def _edge(picture: Picture) -> list[tuple[int, int]]:
    high = len(picture.rows)
    wide = max(1, WIDTH // 24)
    return [
        (x, y)
        for y in range(high)
        for x in range(WIDTH)
        if x < wide or x >= WIDTH - wide or y < wide or y >= high - wide
    ]


def _apart(one: Rgb, other: Rgb) -> float:
    return float(sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5)


def _turn(one: float, other: float) -> float:
    """Return how far apart two hues are, 0 to 0.5 of the circle."""
    apart = abs(one - other)
    return min(apart, 1 - apart)


def _median(colours: list[Rgb]) -> Rgb:
    red, green, blue = (int(median(colour[channel] for colour in colours)) for channel in range(3))
    return red, green, blue


def _around(picture: Picture, places: list[tuple[int, int]]) -> Region:
    high = len(picture.rows)
    across, down = [x for x, _y in places], [y for _x, y in places]
    return (min(across) / WIDTH, min(down) / high, (max(across) + 1) / WIDTH, (max(down) + 1) / high)


RULES = (
    PictureRule(
        "background", _("Background"), lambda p, known: bool(known.guide.pictures.background), _background
    ),
    PictureRule(
        "palette",
        _("Colours"),
        lambda p, known: known.guide.pictures.in_palette and bool(known.palette),
        _palette,
    ),
    PictureRule(
        "size",
        _("Size"),
        lambda p, known: bool(known.guide.pictures.least_width or known.guide.pictures.least_height),
        _size,
    ),
    PictureRule("contrast", _("Contrast"), lambda p, known: known.guide.pictures.least_contrast > 0, _faint),
)
