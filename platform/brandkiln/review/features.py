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
EVEN = 12
"""Levels of 255 by which an edge may differ from its mean and still be even."""
WORD = "word:"
_WORDS = re.compile(r"[^\W\d_]{3,}")

NAMES: dict[str, tuple[str | Promise, str | Promise]] = {
    "brand": (
        _("keeps more of the brand's rules than usual"),
        _("breaks more of the brand's rules than usual"),
    ),
    "unsupported": (_("says more that the facts do not"), _("says less that the facts do not")),
    "length": (_("longer than usual"), _("shorter than usual")),
    "sentence": (_("longer sentences than usual"), _("shorter sentences than usual")),
    "grade": (_("harder to read than usual"), _("easier to read than usual")),
    "exclaims": (_("more exclamation marks than usual"), _("fewer exclamation marks than usual")),
    "asks": (_("more questions than usual"), _("fewer questions than usual")),
    "figures": (_("more figures than usual"), _("fewer figures than usual")),
    "capitals": (_("more capitals than usual"), _("fewer capitals than usual")),
    "facts": (_("a high score for facts"), _("a low score for facts")),
    "coverage": (_("a high score for saying enough"), _("a low score for saying enough")),
    "fluency": (_("a high score for reading naturally"), _("a low score for reading naturally")),
    "novelty": (_("a high score for being new"), _("a low score for being new")),
    "brightness": (_("brighter than usual"), _("darker than usual")),
    "contrast": (_("more contrast than usual"), _("less contrast than usual")),
    "colour": (_("more colourful than usual"), _("less colourful than usual")),
    "detail": (_("more detail than usual"), _("less detail than usual")),
    "plain_edge": (_("a more even background than usual"), _("a less even background than usual")),
    "wide": (_("wider than usual"), _("narrower than usual")),
}
"""What more and less of each feature is called. Stars are none of them: they are given together with the decision."""


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
    found = of_words(prose_of(asset))
    found["unsupported"] = float(sum(len(part.get("findings", ())) for part in parts_of(asset)))
    scores: dict[str, Any] = (asset.receipt.get("details") or {}).get("scores") or {}
    return found | {
        name: float(scores[name]) for name in ("facts", "coverage", "fluency", "novelty") if name in scores
    }


def of_words(text: str) -> dict[str, float]:
    """Return what the words of a text tell by themselves."""
    words = [word.lower() for word in _WORDS.findall(text)]
    count = max(len(words), 1)
    found: dict[str, float] = {
        "length": len(text) ** 0.5,
        "exclaims": 100 * (text.count("!") + text.count("！")) / count,
        "asks": 100 * (text.count("?") + text.count("？")) / count,
        "figures": 100 * sum(letter.isdigit() for letter in text) / max(len(text), 1),
        "capitals": 100 * sum(letter.isupper() for letter in text) / max(len(text), 1),
    }
    if counts := counts_of(text):
        found |= {"sentence": counts.words / counts.sentences, "grade": grade(counts)}
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
    levels, edges = ImageStat.Stat(light), ImageStat.Stat(light.filter(ImageFilter.FIND_EDGES))
    border = _border(light.tobytes(), light.width)
    middle = sum(border) / len(border)
    return {
        "brightness": levels.mean[0] / 255,
        "contrast": levels.stddev[0] / 255,
        "colour": ImageStat.Stat(picture.convert("HSV")).mean[1] / 255,
        "detail": edges.mean[0] / 255,
        "plain_edge": sum(abs(level - middle) < EVEN for level in border) / len(border),
        "wide": wide,
    }


def _border(levels: bytes, width: int) -> list[int]:
    """Return the levels of brightness along the four sides of a picture that is kept row by row."""
    return [*levels[:width], *levels[-width:], *levels[::width], *levels[width - 1 :: width]]
