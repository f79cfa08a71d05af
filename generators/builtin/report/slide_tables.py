"""Tables of slides, written as XML at once: the library takes a second for a thousand cells."""

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Inches

from generators.builtin.report.colours import Palette
from generators.builtin.report.formats import shorten
from generators.builtin.report.office import UNSEEN

LONGEST_CELL = 90
MARGIN_OF_CELL = Inches(0.03)


def fill(
    table: Any, lines: Sequence[Sequence[str]], palette: Palette, typeface: str, size: int, *, right: bool
) -> None:
    """Write the cells of a table that has as many rows and columns.

    Args:
        table: The table of the slide.
        lines: The texts; the first line is the head.
        palette: The colours.
        typeface: Of the texts.
        size: Of the texts, in points.
        right: Whether all columns but the first are numbers.
    """
    for place, (row, cells) in enumerate(zip(table._tbl.tr_lst, lines, strict=True)):
        for cell in row.tc_lst:
            row.remove(cell)
        drawn = [
            _cell(
                shorten(text, LONGEST_CELL),
                palette,
                typeface,
                size,
                head=place == 0,
                right=bool(column and right),
            )
            for column, text in enumerate(cells)
        ]
        for cell in parse_xml(f"<a:tr {nsdecls('a')}>{''.join(drawn)}</a:tr>").findall(qn("a:tc")):
            row.append(cell)


def _cell(text: str, palette: Palette, typeface: str, size: int, *, head: bool, right: bool) -> str:
    """Return a cell as XML."""
    ground, ink = (palette.accent, palette.ground) if head else (palette.ground, palette.ink)
    ground, ink = (
        f'<a:solidFill><a:srgbClr val="{colour[1:].upper()}"/></a:solidFill>' for colour in (ground, ink)
    )
    return (
        f'<a:tc><a:txBody><a:bodyPr/><a:lstStyle/><a:p><a:pPr algn="{"r" if right else "l"}"/><a:r>'
        f'<a:rPr sz="{100 * size}" b="{int(head)}">{ink}<a:latin typeface={quoteattr(typeface)}/></a:rPr>'
        f"<a:t>{escape(UNSEEN.sub('', text))}</a:t></a:r></a:p></a:txBody>"
        f'<a:tcPr anchor="ctr" marT="{MARGIN_OF_CELL}" marB="{MARGIN_OF_CELL}">{ground}</a:tcPr></a:tc>'
    )
