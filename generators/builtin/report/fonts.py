"""The fonts that a PDF embeds: from installed packages, so that every machine sets the same pages."""

import unicodedata
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import typst
import vl_convert

TEXT_PACKAGE = "font_source_sans_pro"
CHINESE_PACKAGE = "justmytype_intl_cjk"
CHINESE_FAMILIES = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Sans SC", "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei", "Droid Sans Fallback", "LXGW WenKai", "Microsoft YaHei", "PingFang SC",
)  # fmt: skip
FAMILIES = ("Source Sans Pro", "Libertinus Serif")
NEXT_STEP = (
    "Install the system package fonts-noto-cjk or the Python package justmytype-intl-cjk for the worker, "
    "or ask for html only."
)


@cache
def folders() -> tuple[Path, ...]:
    """Return the folders of the font packages that are installed."""
    found = []
    for package in (TEXT_PACKAGE, CHINESE_PACKAGE):
        spec = find_spec(package)
        if spec and spec.origin:
            found.append(Path(spec.origin).parent)
    return tuple(found)


@cache
def register_for_charts() -> None:
    """Let charts measure their labels in the typeface of the text, whichever formats are made."""
    for folder in folders():
        vl_convert.register_font_directory(str(folder))


@cache
def book(*, system: bool) -> typst.Fonts:
    """Return the fonts of the packages and of typst itself, and those of the system where asked; read once."""
    return typst.Fonts(include_system_fonts=system, font_paths=list(folders()))


@cache
def chinese() -> tuple[str, bool] | None:
    """Return a family with Chinese letters and whether it is one of the system's; None where there is none.

    The system's come first: they are static, and the text of a chart knows only the default weight of a variable font.
    """
    packaged, installed = set(book(system=False).families()), set(book(system=True).families())
    return next(((f, f not in packaged) for f in CHINESE_FAMILIES if f in installed), None)


@cache
def has(family: str) -> bool | None:
    """Return whether a family is one of the packages' (True) or the system's (False); None where it is not there."""
    if family in book(system=False).families():
        return True
    return False if family in book(system=True).families() else None


def needs_chinese(text: str) -> bool:
    """Return whether a text holds letters of Chinese, Japanese or Korean."""
    return any(
        unicodedata.east_asian_width(c) in "WF" and unicodedata.category(c) != "So"
        for c in set(text)
        if ord(c) > 0x2E7F
    )
