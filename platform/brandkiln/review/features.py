"""What a program can tell of a piece in a moment and without a network: the ranker's features, with their names."""

import re
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageFilter, ImageStat

from brandkiln.artifacts import store
from brandkiln.brand.models import Verdict
from brandkiln.brand.services import prose_of
from brandkiln.library.models import Asset
from brandkiln.library.revisions import parts_of
from generators.metrics.readability import counts_of, grade

MOST_WORDS = 80
SIDE = 96
"""Pixels of the longer side of what is measured of a picture."""
LARGEST_PICTURE = 40 * 2**20
WORD = "word:"
_WORDS = re.compile(r"[^\W\d_]{3,}")

NAMES: dict[str, str | Promise] = {
    "brand": _("keeps the brand's rules"),
    "unsupported": _("says what the facts do not"),
    "length": _("is long"),
    "sentence": _("has long sentences"),
    "grade": _("is hard to read"),
    "exclaims": _("exclaims"),
    "asks": _("asks questions"),
    "figures": _("has figures"),
    "capitals": _("has capitals"),
    "facts": _("facts, as the generator scored them"),
    "coverage": _("says enough, as the generator scored it"),
    "fluency": _("reads naturally, as the generator scored it"),
    "novelty": _("is new, as the generator scored it"),
    "brightness": _("is bright"),
    "contrast": _("has contrast"),
    "colour": _("is colourful"),
    "detail": _("has much detail"),
    "plain_edge": _("has an even background"),
    "wide": _("is wide"),
}
"""What a high value of each means. Stars are none of them: they are given together with the decision."""


def features_of(asset: Asset) -> dict[str, float]:
    """Return the features of a text or a picture as it is now; nothing for other pieces."""
    if asset.media_type.startswith("text/plain"):
        found = _of_text(asset)
    elif asset.media_type in ("image/png", "image/jpeg", "image/webp"):
        found = _of_picture(asset)
    else:
        return {}
    verdict = Verdict.objects.filter(asset=asset).first()
    if verdict and verdict.tested:
        found["brand"] = verdict.passed / verdict.tested
    return {name: round(value, 4) for name, value in found.items()}


def about(asset: Asset) -> str:
    """Return which ranker learns from the piece; "" for none."""
    kind = asset.media_type.split("/")[0]
    return kind if kind in ("text", "image") and asset.media_type != "text/html" else ""


def _of_text(asset: Asset) -> dict[str, float]:
    text = prose_of(asset)
    words = [word.lower() for word in _WORDS.findall(text)]
    count = max(len(words), 1)
    found: dict[str, float] = {
        "length": len(text) ** 0.5,
        "exclaims": 100 * (text.count("!") + text.count("！")) / count,
        "asks": 100 * (text.count("?") + text.count("？")) / count,
        "figures": 100 * sum(letter.isdigit() for letter in text) / max(len(text), 1),
        "capitals": 100 * sum(letter.isupper() for letter in text) / max(len(text), 1),
        "unsupported": float(sum(len(part.get("findings", ())) for part in parts_of(asset))),
    }
    if counts := counts_of(text):
        found |= {"sentence": counts.words / counts.sentences, "grade": grade(counts)}
    scores: dict[str, Any] = (asset.receipt.get("details") or {}).get("scores") or {}
    found |= {
        name: float(scores[name]) for name in ("facts", "coverage", "fluency", "novelty") if name in scores
    }
    return found | {f"{WORD}{word}": 1.0 for word in sorted(set(words))[:MOST_WORDS]}


def _of_picture(asset: Asset) -> dict[str, float]:
    if asset.artifact.size > LARGEST_PICTURE:
        return {}
    try:
        with (
            store.open_artifact(asset.artifact) as source,
            Image.open(source, formats=("PNG", "JPEG", "WEBP")) as full,
        ):
            wide = full.width / max(full.height, 1)
            full.draft("RGB", (SIDE, SIDE))
            full.thumbnail((SIDE, SIDE))
            picture = full.convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError):
        return {}
    light = picture.convert("L")
    level, edges = ImageStat.Stat(light), ImageStat.Stat(light.filter(ImageFilter.FIND_EDGES))
    border = [light.getpixel((x, y)) for x, y in _border(light.size)]
    middle = sum(border) / len(border)  # type: ignore[arg-type]
    return {
        "brightness": level.mean[0] / 255,
        "contrast": level.stddev[0] / 255,
        "colour": ImageStat.Stat(picture.convert("HSV")).mean[1] / 255,
        "detail": edges.mean[0] / 255,
        "plain_edge": sum(abs(value - middle) < 12 for value in border) / len(border),  # type: ignore[operator]
        "wide": wide,
    }


def _border(size: tuple[int, int]) -> list[tuple[int, int]]:
    width, height = size
    rows = [(x, y) for x in range(width) for y in (0, height - 1)]
    return rows + [(x, y) for y in range(height) for x in (0, width - 1)]
