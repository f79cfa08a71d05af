"""Web pages (HTML): the text that a reader of the page sees, each block a passage.

Dropped: scripts, styles, navigation, asides, footers, forms, pictures, hidden parts and comments.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from brandkiln.datasets.readers.encoding import find_encoding
from brandkiln.datasets.readers.limits import Limits, Refused
from brandkiln.datasets.readers.options import Options, known_encoding

LARGEST = 8 * 2**20
"""A parsed page takes up to 60 times its size in memory."""
DEPTH = 512
"""Open tags inside each other; time to parse grows with them."""
DROPPED = (
    "script", "style", "noscript", "template", "head", "nav", "aside", "footer", "form", "button", "select", "iframe",
    "object", "embed", "svg", "math", "canvas", "audio", "video", "picture",
)  # fmt: skip
DROPPED_ROLES = ("navigation", "banner", "contentinfo", "search")
DROPPED_PARTS = ", ".join(
    ["[hidden]", '[aria-hidden="true"]', *(f'[role="{role}"]' for role in DROPPED_ROLES)]
)
BLOCKS = (
    "address, article, blockquote, caption, center, dd, details, div, dl, dt, fieldset, figcaption, figure, "
    "h1, h2, h3, h4, h5, h6, header, hr, legend, li, main, ol, p, pre, section, summary, table, tr, ul"
)
MAIN = 'main, [role="main"]'
BLOCK, LINE, CELL = "\u2029", "\u2028", "\u241f"
"""What stands for the edge of a block, a line break and the edge of a cell while tags are taken away."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_CLOSES_BY_ITSELF = {
    "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "optgroup", "colgroup", "br", "hr",
    "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr", "html", "body", "head",
}  # fmt: skip
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)


def page_passages(
    path: Path, options: Options, limits: Limits
) -> tuple[dict[str, Any], Iterator[tuple[str, str]]]:
    """Return the passages of the page with where they stand.

    Raises:
        Refused: If it is no text, too large or nested too deep.
    """
    if path.stat().st_size > LARGEST:
        raise Refused(
            "file_too_large", f"A page may have {LARGEST // 2**20} MiB; split it or save it as text."
        )
    encoding = find_encoding(path, options.encoding or _declared(path))
    markup = path.read_text(encoding)
    _check_depth(markup)
    return {"encoding": encoding}, _passages(markup)


def _declared(path: Path) -> str | None:
    """Return the encoding that the page names, where the whole page is written in it."""
    with path.open("rb") as source:
        found = _CHARSET.search(source.read(4096))
    if not found:
        return None
    try:
        encoding = known_encoding(found[1].decode())
        return find_encoding(path, encoding)
    except Refused:
        return None


def _check_depth(markup: str) -> None:
    depth = 0
    for match in _TAG.finditer(markup):
        if match[2].casefold() not in _CLOSES_BY_ITSELF:
            depth = max(0, depth - 1) if match[1] else depth + 1
            if depth > DEPTH:
                raise Refused("too_deep", f"The page is nested deeper than {DEPTH} tags; save it as text.")


def _passages(markup: str) -> Iterator[tuple[str, str]]:
    from selectolax.lexbor import LexborHTMLParser

    for mark in (BLOCK, LINE, CELL):
        markup = markup.replace(mark, " ")
    page = LexborHTMLParser(markup)
    page.strip_tags(list(DROPPED))
    for node in page.css(DROPPED_PARTS):
        if node.tag not in ("html", "body"):
            node.decompose()
    for node in page.css("br"):
        node.insert_before(LINE)
    for node in page.css("td, th"):
        node.insert_after(CELL)
    for node in page.css(BLOCKS):
        node.insert_before(BLOCK)
        node.insert_after(BLOCK)
    mains = page.css(MAIN)
    root = mains[0] if len(mains) == 1 else page.body
    text = root.text() if root else ""
    number = 0
    for block in text.split(BLOCK):
        if passage := _tidy(block):
            number += 1
            yield f"block {number}", passage


def _tidy(block: str) -> str:
    cells = [" ".join(cell.split()) for cell in block.replace(LINE, "\n").split(CELL)]
    if len(cells) > 1:
        return " | ".join(cells).strip(" |")
    return "\n".join(line for line in (" ".join(one.split()) for one in block.split(LINE)) if line)
