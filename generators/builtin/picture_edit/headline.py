"""Words set into the room that was left for them."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from generators.builtin.picture_edit.channels import Box
from generators.contrast import Rgb

FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts")
FALLBACK = ("font_source_sans_pro", "SourceSansPro-Semibold")
CHINESE = "justmytype_intl_cjk"
LARGEST, SMALLEST = 0.34, 10  # of the room's height; pixels
SPACING = 1.15  # of lines


def find_font(name: str, text: str) -> tuple[Path | None, bool]:
    """Return a font's file and whether it is the wanted one; None where this machine has not even the usual ones."""
    if any(ord(letter) > 0x2E7F for letter in text):
        found = _in_package(CHINESE, "")
        if found:
            return found, False
    wanted = _plain(name)
    if wanted:
        files = [path for path in _installed() if _plain(path.stem).startswith(wanted)]
        ranked = sorted(files, key=lambda path: (_rank(path.stem), len(path.stem)))
        if ranked:
            return ranked[0], True
        if _plain(FALLBACK[1]).startswith(wanted):
            return _in_package(*FALLBACK), True
    return _in_package(*FALLBACK), not wanted


def set_headline(picture: Image.Image, text: str, room: Box, font_file: Path | None, colour: Rgb) -> int:
    """Write the text into its room, as large as it fits, and return the size of the letters in pixels."""
    draw = ImageDraw.Draw(picture)
    size, lines = _fitting(draw, text, room, font_file)
    font = _font(font_file, size)
    top = room.top + (room.height - len(lines) * size * SPACING) / 2
    for number, line in enumerate(lines):
        draw.text((room.left, top + number * size * SPACING), line, fill=colour, font=font)
    return size


def _fitting(
    draw: ImageDraw.ImageDraw, text: str, room: Box, font_file: Path | None
) -> tuple[int, list[str]]:
    low, high = SMALLEST, max(SMALLEST, round(LARGEST * room.height))
    best = low, _wrapped(draw, text, room.width, _font(font_file, low))
    while low <= high:
        size = (low + high) // 2
        font = _font(font_file, size)
        lines = _wrapped(draw, text, room.width, font)
        is_fitting = len(lines) * size * SPACING <= room.height and all(
            draw.textlength(line, font=font) <= room.width for line in lines
        )
        if is_fitting:
            best, low = (size, lines), size + 1
        else:
            high = size - 1
    return best


def _wrapped(draw: ImageDraw.ImageDraw, text: str, width: int, font: ImageFont.FreeTypeFont) -> list[str]:
    """Break a text at spaces, and one without spaces between letters."""
    words = text.split() if " " in text.strip() else list(text.strip())
    joint, lines = (" " if " " in text.strip() else ""), [""]
    for word in words:
        longer = f"{lines[-1]}{joint}{word}" if lines[-1] else word
        if lines[-1] and draw.textlength(longer, font=font) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _font(file: Path | None, size: int) -> ImageFont.FreeTypeFont:
    found = ImageFont.load_default(size) if file is None else ImageFont.truetype(str(file), size)
    assert isinstance(found, ImageFont.FreeTypeFont)
    return found


@cache
def _installed() -> tuple[Path, ...]:
    found: list[Path] = []
    for folder in FONT_FOLDERS:
        found += sorted(
            path for path in Path(folder).expanduser().rglob("*") if path.suffix in (".ttf", ".otf")
        )
    return tuple(found)


@cache
def _in_package(package: str, stem: str) -> Path | None:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return None
    files = sorted(path for path in Path(spec.origin).parent.rglob("*") if path.suffix in (".ttf", ".otf"))
    return next((path for path in files if path.stem == stem), files[0] if files else None)


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _rank(stem: str) -> int:
    """Put bolder faces first, slanted ones last."""
    low = stem.lower()
    if "italic" in low or "oblique" in low:
        return 3
    return next((rank for rank, word in enumerate(("semibold", "bold", "medium")) if word in low), 2)
