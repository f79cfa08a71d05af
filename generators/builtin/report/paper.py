"""The report as a PDF: A4, tagged, PDF/UA, the same bytes for the same content."""

import json
from pathlib import Path
from typing import Any

import typst

from generators.builtin.report import charts, fonts
from generators.builtin.report.colours import Palette
from generators.builtin.report.document import Document, Passage
from generators.builtin.report.facts import Fact
from generators.builtin.report.look import PLAIN, Look
from generators.builtin.report.part import Figure, KeyFigure, Table, shares_of
from generators.builtin.report.sentence import Sentence, capitalised
from generators.errors import GeneratorError

LAYOUT = Path(__file__).parent / "layout"
WIDE, NARROW = 680, 328  # pixels; set at 172 mm and 82 mm, so that 12 pixels become about 8.6 points
MOST_ROWS, MOST_COLUMNS = 3, 7
"""What fits on paper of the rows behind a number."""
MONO = "DejaVu Sans Mono"


class NoFont(GeneratorError):
    """No installed font has the letters that a PDF needs."""

    code = "no_font"


def pdf(document: Document, palette: Palette, look: Look = PLAIN) -> bytes:
    """Return the report as a PDF.

    Raises:
        NoFont: If the text needs Chinese letters and no font with them is installed.
    """
    families, system, chinese = list(fonts.FAMILIES), False, ""
    if fonts.needs_chinese(repr(document)):
        found = fonts.chinese()
        if found is None:
            raise NoFont(
                f"The PDF has Chinese letters, and no font with them is installed. {fonts.NEXT_STEP}"
            )
        chinese, system = found
        families.insert(1, chinese)
    mono = [MONO, *families[1:]]
    if look.font and (of_package := fonts.has(look.font)) is not None:
        families.insert(0, look.font)
        system = system or not of_package
    typefaces = {"fonts": families, "mono": mono}
    content = _content(document, palette, chinese or charts.FONT)
    content["logo"] = look.logo and look.logo.svg
    inputs = {"document": json.dumps({**content, **typefaces}, ensure_ascii=False)}
    try:
        return _compiled(inputs, system, ["ua-1"])
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
        # A letter of the data, such as an emoji, is in no font: it becomes a box, which PDF/UA does not allow.
        return _compiled(inputs, system, [])


def _compiled(inputs: dict[str, str], system: bool, standards: list[Any]) -> bytes:
    compiled: bytes = typst.compile(
        LAYOUT / "report.typ",
        root=LAYOUT,
        font_paths=fonts.book(system=system),
        sys_inputs=inputs,
        pdf_standards=standards,
        timestamp=0,
    )
    return compiled


def _content(document: Document, palette: Palette, chart_font: str) -> dict[str, Any]:
    def pieces(sentence: Sentence) -> list[Any]:
        return [p if isinstance(p, str) else _piece(p, document) for p in capitalised(sentence)]

    def figure(figure: Figure, width: int) -> dict[str, Any]:
        return {
            "title": figure.title, "takeaway": pieces(figure.takeaway), "alt": figure.alt, "anchor": f"q-{figure.key}",
            "svg": charts.svg(figure.draw(palette, width), chart_font),
            "number": document.figure_name(figure),
        }  # fmt: skip

    def table(table: Table) -> dict[str, Any]:
        return {
            "title": table.title, "head": table.head, "rows": table.rows, "others": table.others,
            "shares": shares_of(table.head, table.rows),
            "takeaway": pieces(table.takeaway), "anchor": f"q-{table.key}", "name": document.table_name(table),
        }  # fmt: skip

    def piece(piece: tuple[Figure, ...] | Passage) -> dict[str, Any]:
        if isinstance(piece, tuple):
            return {"figures": [figure(f, WIDE if len(piece) == 1 else NARROW) for f in piece]}
        return {
            "figures": [], "title": piece.title, "missing": piece.missing, "lead": piece.kind == "summary",
            "key_heading": piece.key_heading,
            "key_figures": [_key_figure(key, document, palette) for key in piece.key_figures],
            "tables": [table(t) for t in piece.tables],
            "sentences": [pieces(sentence) for sentence in piece.sentences],
            "notes": [pieces(sentence) for sentence in piece.notes],
        }  # fmt: skip

    return {
        "language": document.language,
        "region": {"en": "GB", "zh": "CN"}[document.language],
        "colours": {name: getattr(palette, name) for name in ("accent", "ink", "muted", "line", "fall")},
        "words": document.words, "title": document.title, "subtitle": document.subtitle, "label": document.label,
        "source": document.source,
        "chapters": [{"heading": chapter.heading, "pieces": [piece(p) for p in chapter.flow()]}
                     for chapter in document.chapters],
        "proofs_head": document.evidence.head[:MOST_COLUMNS],
        "proofs": [{"where": one.where or document.words["all_rows"], "count": one.count,
                    "rows": [row[:MOST_COLUMNS] for row in one.first[:MOST_ROWS]]} for one in document.proofs],
        "origins": [{"anchor": o.anchor, "printed": o.printed, "about": o.about, "query": o.query, "rows": o.rows}
                    for o in document.origins],
    }  # fmt: skip


def _key_figure(key: KeyFigure, document: Document, palette: Palette) -> dict[str, Any]:
    drawn = sum(value is not None for value in key.course) > 1
    return {
        "name": key.name, "value": key.value.text, "to": document.anchors[key.value.id],
        "change": key.change and key.change.text, "change_to": key.change and document.anchors[key.change.id],
        "arrow": key.arrow, "tone": key.tone,
        "svg": charts.svg(charts.spark(key.course, palette)) if drawn else None,
    }  # fmt: skip


def _piece(fact: Fact, document: Document) -> dict[str, Any]:
    return {"text": fact.text, "to": document.anchors.get(fact.id)}
