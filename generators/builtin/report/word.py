"""The report as a DOCX: numbers that lead to the appendix, charts and tables that Word can edit."""

from io import BytesIO
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Inches, Pt, RGBColor
from lxml import etree

from generators.builtin.report.colours import Palette
from generators.builtin.report.document import Document, Passage
from generators.builtin.report.look import PLAIN, Look
from generators.builtin.report.native_charts import chart_files
from generators.builtin.report.office import MOMENT, pieces, settled, told_by
from generators.builtin.report.part import Figure, KeyFigure, shares_of
from generators.builtin.report.sentence import Sentence
from generators.builtin.report.word_tables import fill

CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHARTS = "http://schemas.openxmlformats.org/drawingml/2006/chart"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WIDTH, HEIGHT = Cm(16.5), Cm(7)
MOST_ROWS, MOST_COLUMNS = 3, 7
"""What fits on paper of the rows behind a number."""
LOGO_POINTS = 34
KEYS_IN_ROW = 4
SEVERAL = 6
"""Columns from which on a table is set in small letters."""
SIZES = {"Normal": 10.5, "Title": 26, "Heading 1": 16, "Heading 2": 11.5}
SHARES = (0.14, 0.3, 0.46, 0.1)
"""Widths of the appendix's columns."""


def word(document: Document, palette: Palette, look: Look = PLAIN) -> bytes:
    """Return the document, in the order of the PDF."""
    paper = docx.Document()
    properties = paper.core_properties
    properties.title, properties.author, properties.language = document.title, "Brandkiln", document.language
    properties.created = properties.modified = MOMENT
    for section in paper.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.2)
        section.footer.paragraphs[0].text = document.label
    if look.logo:
        paragraph = paper.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(LOGO_POINTS * look.logo.space)
        paragraph.add_run().add_picture(BytesIO(look.logo.png), height=Pt(LOGO_POINTS))
    _Paper(paper, document, palette, look.typeface).write()
    target = BytesIO()
    paper.save(target)
    return settled(target.getvalue())


class _Paper:
    def __init__(self, paper: Any, document: Document, palette: Palette, typeface: str) -> None:
        self._paper, self._document, self._palette, self._typeface = paper, document, palette, typeface
        self._words, self._charts, self._marks = document.words, 0, 0
        for name, size in SIZES.items():
            style = paper.styles[name]
            style.font.name, style.font.size = typeface, Pt(size)
            style.font.bold = name != "Normal"
            properties = style.element.get_or_add_rPr().get_or_add_rFonts()
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                properties.attrib.pop(qn(f"w:{theme}"), None)
            style.font.color.rgb = _rgb(palette.accent if name == "Heading 1" else palette.ink)
        for line in paper.styles["Title"].element.findall(f".//{qn('w:pBdr')}"):
            line.getparent().remove(line)
        paper.styles["Heading 1"].paragraph_format.space_before = Pt(18)
        paper.styles["Heading 2"].paragraph_format.space_before = Pt(12)
        paper.styles["Heading 2"].paragraph_format.space_after = Pt(2)
        paper.styles["Normal"].paragraph_format.space_after = Pt(6)

    def write(self) -> None:
        document, words, paper = self._document, self._words, self._paper
        paper.add_heading(document.title, 0)
        self._quiet(document.subtitle)
        for chapter in document.chapters:
            if chapter.heading:
                paper.add_heading(chapter.heading, 1)
            for passage in chapter.passages:
                self._passage(passage)
        paper.add_heading(words["appendix"], 1)
        self._quiet(words["appendix_intro"])
        head, origins = document.appendix
        self._table(head, origins, anchors=tuple(o.anchor for o in document.origins), shares=SHARES, size=8)
        self._proofs()

    def _proofs(self) -> None:
        """Add the first rows behind the numbers of sentences and key figures."""
        words, proofs, head = self._words, self._document.proofs, self._document.evidence.head[:MOST_COLUMNS]
        if not proofs:
            return
        self._paper.add_heading(words["proofs"], 1)
        self._quiet(words["proofs_intro"])
        for one in proofs:
            self._quiet(f"{one.count} · {one.where or words['all_rows']}")
            rows = tuple(row[:MOST_COLUMNS] for row in one.first[:MOST_ROWS])
            self._table(head, rows, shares=(1 / len(head),) * len(head), size=7)

    def _passage(self, passage: Passage) -> None:
        if passage.title:
            self._paper.add_heading(passage.title, 2)
        if passage.key_figures:
            self._quiet(passage.key_heading)
            self._key_figures(passage.key_figures)
        for figure in passage.figures:
            self._figure(figure)
        for table in passage.tables:
            self._paper.add_heading(table.title, 2)
            self._sentence(table.takeaway)
            self._table(table.head, table.rows, size=8 if len(table.head) > SEVERAL else 9.5)
            parts = (self._document.table_name(table), self._document.source, table.others)
            self._quiet(" · ".join(filter(None, parts)))
        for sentence in told_by(passage, self._words):
            self._sentence(sentence)

    def _key_figures(self, keys: tuple[KeyFigure, ...]) -> None:
        """Add a grid of measures, each with its value and its change."""
        tones = {"good": self._palette.accent, "bad": self._palette.fall, "plain": self._palette.muted}
        for start in range(0, len(keys), KEYS_IN_ROW):
            table = self._paper.add_table(rows=1, cols=KEYS_IN_ROW)
            for cell, key in zip(table.rows[0].cells, keys[start : start + KEYS_IN_ROW], strict=False):
                lines = (
                    (key.name, 9, self._palette.muted, False),
                    (key.value.text, 18, self._palette.ink, True),
                    (key.printed_change, 9, tones[key.tone], True),
                )
                for place, (text, size, colour, bold) in enumerate(lines):
                    paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
                    paragraph.paragraph_format.space_after = Pt(8 if place == 2 else 0)
                    run = paragraph.add_run(text)
                    run.font.size, run.bold, run.font.color.rgb = Pt(size), bold, _rgb(colour)

    def _figure(self, figure: Figure) -> None:
        self._paper.add_heading(figure.title, 2)
        self._sentence(figure.takeaway, keep=True)
        drawn = chart_files(figure.plot, self._palette, self._typeface, HEIGHT / Inches(1))
        self._insert(*drawn, figure.alt)
        self._quiet(f"{self._document.figure_name(figure)} · {self._document.source}")

    def _insert(self, drawn: str, workbook: bytes, alt: str) -> None:
        """Add a chart with the workbook that holds its numbers, as Word keeps its own."""
        self._charts += 1
        package = self._paper.part.package
        book = Part(PackURI(f"/word/embeddings/chart{self._charts}.xlsx"), WORKBOOK, workbook, package)
        chart = Part(PackURI(f"/word/charts/chart{self._charts}.xml"), CHART, b"", package)
        data = chart.relate_to(book, RELATIONSHIP_TYPE.PACKAGE)
        root = etree.fromstring(drawn)
        external = etree.SubElement(root, f"{{{CHARTS}}}externalData", {f"{{{RELATIONS}}}id": data})
        etree.SubElement(external, f"{{{CHARTS}}}autoUpdate", val="0")
        chart._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        place = self._paper.part.relate_to(chart, RELATIONSHIP_TYPE.CHART)
        drawing = parse_xml(
            f"<w:drawing {nsdecls('w', 'wp', 'a', 'r')}>"
            f'<wp:inline><wp:extent cx="{WIDTH}" cy="{HEIGHT}"/><wp:docPr id="{self._charts}" name=""/>'
            f'<a:graphic><a:graphicData uri="{CHARTS}"><c:chart xmlns:c="{CHARTS}" r:id="{place}"/>'
            "</a:graphicData></a:graphic></wp:inline></w:drawing>"
        )
        described = drawing.find(f".//{qn('wp:docPr')}")
        described.set("name", f"Chart {self._charts}")
        described.set("descr", alt)
        paragraph = self._paper.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        paragraph.add_run()._r.append(drawing)

    def _sentence(self, sentence: Sentence, *, keep: bool = False) -> None:
        """Add a paragraph in which each number leads to its entry in the appendix.

        Args:
            keep: Whether it stays on the page of what follows.
        """
        if not sentence:
            return
        paragraph = self._paper.add_paragraph()
        paragraph.paragraph_format.keep_with_next = keep
        for text, fact in pieces(sentence):
            run = paragraph.add_run(text)
            if anchor := self._document.anchors.get(fact or ""):
                run.bold = True
                link = parse_xml(f'<w:hyperlink {nsdecls("w")} w:anchor="{anchor}"/>')
                run._r.addprevious(link)
                link.append(run._r)

    def _table(
        self,
        head: tuple[str, ...],
        rows: tuple[tuple[str, ...], ...],
        *,
        anchors: tuple[str, ...] = (),
        shares: tuple[float, ...] = (),
        size: float = 9.5,
    ) -> None:
        """Add a table whose head repeats on each page; without shares of its width, it is one of numbers."""
        table = self._paper.add_table(rows=0, cols=len(head))
        table.autofit = False
        widths = [WIDTH * share for share in shares or shares_of(head, rows)]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = int(width)
        begun, self._marks = self._marks, self._marks + len(anchors)
        marks = tuple((begun + place, anchor) for place, anchor in enumerate(anchors, start=1))
        fill(table, (head, *rows), widths, self._palette, size, right=not shares, marks=marks)

    def _quiet(self, text: str) -> None:
        run = self._paper.add_paragraph().add_run(text)
        run.font.size, run.font.color.rgb = Pt(9), _rgb(self._palette.muted)


def _rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour.removeprefix("#").upper())
