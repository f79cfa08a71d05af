"""Tables of documents, written as XML at once: the library takes a second for a thousand cells."""

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from generators.builtin.report.colours import Palette
from generators.builtin.report.office import UNSEEN

EMU_PER_TWIP = 635
ROOM = 40
"""Twips above and below the text of a cell."""


def fill(
    table: Any,
    lines: Sequence[Sequence[str]],
    widths: Sequence[float],
    palette: Palette,
    size: float,
    *,
    right: bool,
    marks: Sequence[tuple[int, str]] = (),
) -> None:
    """Add the rows of a table that has as many columns; its head is repeated on each page.

    Args:
        table: The table of the document, without rows.
        lines: The texts; the first line is the head.
        widths: Of the columns, in English Metric Units.
        palette: The colours.
        size: Of the texts, in points.
        right: Whether all columns but the first are numbers.
        marks: A bookmark for each line but the head: its number and its name.
    """
    written = []
    for place, cells in enumerate(lines):
        mark = marks[place - 1] if place and marks else None
        twips = [round(width / EMU_PER_TWIP) for width in widths]
        drawn = []
        for column, (text, width) in enumerate(zip(cells, twips, strict=True)):
            look = {"head": place == 0, "right": bool(column and right)}
            drawn.append(_cell(text, width, palette, size, mark=None if column else mark, **look))
        head = "<w:tblHeader/>" if place == 0 else ""
        written.append(f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{''.join(drawn)}</w:tr>")
    for row in parse_xml(f"<w:tbl {nsdecls('w')}>{''.join(written)}</w:tbl>").findall(qn("w:tr")):
        table._tbl.append(row)


def _cell(
    text: str,
    width: int,
    palette: Palette,
    size: float,
    *,
    mark: tuple[int, str] | None,
    head: bool,
    right: bool,
) -> str:
    """Return a cell as XML."""
    colour, strong = (palette.muted, 8) if head else (palette.line, 4)
    border = f'<w:bottom w:val="single" w:sz="{strong}" w:color="{colour[1:]}"/>'
    aligned = '<w:jc w:val="right"/>' if right else ""
    bold = "<w:b/>" if head else ""
    marked = (
        f'<w:bookmarkStart w:id="{mark[0]}" w:name="{mark[1]}"/><w:bookmarkEnd w:id="{mark[0]}"/>'
        if mark
        else ""
    )
    points = round(2 * size)
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:tcBorders>{border}</w:tcBorders></w:tcPr>'
        f'<w:p><w:pPr><w:spacing w:before="{ROOM}" w:after="{ROOM}"/>{aligned}</w:pPr>{marked}'
        f'<w:r><w:rPr>{bold}<w:sz w:val="{points}"/><w:szCs w:val="{points}"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(UNSEEN.sub("", text))}</w:t></w:r></w:p></w:tc>'
    )
