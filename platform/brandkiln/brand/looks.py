"""Rules on colours, type, pictures and the logo that a sentence of a guide seems to ask for."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext_noop as _

from brandkiln.brand.guide_lines import NOT
from brandkiln.brand.proposal import Proposal

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")
_RGB = re.compile(r"\brgb\s*[:(]?\s*(\d{1,3})\s*[,/ ]\s*(\d{1,3})\s*[,/ ]\s*(\d{1,3})\b", re.IGNORECASE)
_NAME = r"(?:[A-Z][\w-]+)(?:\s+[A-Z][\w-]+){0,3}"
_FONT = re.compile(rf"\b(?:typeface|font|set in|字体)s?\b(?:\s+(?:is|are|family))?\s*[:：]?\s*({_NAME})")
_FONT_OF = re.compile(
    rf"(?:[Hh]eadlines?|[Hh]eadings?|[Bb]ody(?: text| copy)?|标题|正文)\s*[:：]\s*({_NAME})\.?"
)
_PICTURE = re.compile(
    r"\b(?:pictures?|photo(?:graph)?s?|images?|shots?|packshots?)\b|图片|照片", re.IGNORECASE
)
_GROUND = re.compile(
    r"\b(white|black)\b[^.]{0,20}\b(?:back)?ground\b|\bbackground\b[^.]{0,20}?\b(white|black)\b"
    r"|(白|黑)色?背景|背景[^。]{0,6}(白|黑)色",
    re.IGNORECASE,
)
_WIDE = re.compile(
    r"(?:at least|minimum(?: of)?|no(?:t)? (?:less|smaller|narrower) than|至少)\s*(\d[\d,]{2,5})"
    r"(?:\s*[x×]\s*(\d[\d,]{2,5}))?\s*(?:pixels|px|像素)(?:\s*(?:in\s+)?(high|tall|height|高))?",
    re.IGNORECASE,
)
_SPACE = re.compile(r"\b(half|quarter|(?:whole|full|its) height)\b", re.IGNORECASE)
_SPACES = {"quarter": (0.25, "¼"), "half": (0.5, "½")}


def looks(sentence: str) -> Iterator[Proposal]:
    """Yield what a sentence says of colours, type, pictures and the logo."""
    colours = [colour.lower() for colour in _COLOUR.findall(sentence)]
    if not colours:
        triples = (tuple(map(int, triple)) for triple in _RGB.findall(sentence))
        colours = ["#{:02x}{:02x}{:02x}".format(*triple) for triple in triples if max(triple) <= 255]
    for colour in colours:
        yield Proposal("colours", [colour], _("Colour %(value)s"), colour, sentence)
    fonts = _FONT.findall(sentence)
    if of := _FONT_OF.fullmatch(sentence):
        fonts.append(of.group(1))
    for font in fonts:
        yield Proposal("fonts", [font], _("Font %(value)s"), font, sentence)
    yield from _pictures(sentence)


def _pictures(sentence: str) -> Iterator[Proposal]:
    if _PICTURE.search(sentence) and (ground := _GROUND.search(sentence)) and not NOT.search(sentence):
        name = next(filter(None, ground.groups())).lower()
        value = "#ffffff" if name in ("white", "白") else "#000000"
        yield Proposal(
            "guide.pictures.background", value, _("Background of pictures: %(value)s"), value, sentence
        )
    if _PICTURE.search(sentence) and (size := _WIDE.search(sentence)):
        first, second = (int(side.replace(",", "")) if side else 0 for side in size.group(1, 2))
        width, height = (0, first) if size.group(3) and not second else (first, second)
        if width:
            title = _("Pictures at least %(value)s pixels wide")
            yield Proposal("guide.pictures.least_width", width, title, str(width), sentence)
        if height:
            title = _("Pictures at least %(value)s pixels high")
            yield Proposal("guide.pictures.least_height", height, title, str(height), sentence)
    if re.search(r"\blogo\b", sentence, re.IGNORECASE) and (space := _SPACE.search(sentence)):
        part, shown = _SPACES.get(space.group(1).lower(), (1.0, "1"))
        title = _("Room around the logo: %(value)s of its height")
        yield Proposal("guide.logo_space", part, title, shown, sentence)
