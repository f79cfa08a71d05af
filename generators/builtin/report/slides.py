"""The report as a PPTX deck: one message a slide, charts and tables that PowerPoint can edit, sources in the notes."""

from io import BytesIO
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Inches, Pt

from generators.builtin.report.colours import Palette
from generators.builtin.report.document import Document, Passage
from generators.builtin.report.formats import shorten
from generators.builtin.report.logo import Logo
from generators.builtin.report.native_charts import TYPES, chart_data, dress, rgb
from generators.builtin.report.office import MOMENT, origins_of, pieces, settled
from generators.builtin.report.origins import Origin
from generators.builtin.report.part import Figure
from generators.builtin.report.sentence import Sentence

WIDTH, HEIGHT, MARGIN = Inches(13.333), Inches(7.5), Inches(0.75)
INSIDE = WIDTH - 2 * MARGIN
TITLE_ONLY = 5  # of the layouts of the library's own template
ROWS = 12
"""Rows of a table on a slide; further ones go on to the next."""
KEYS_IN_ROW = 4
LONGEST_CELL = 90


def slides(document: Document, palette: Palette, logo: Logo | None = None) -> bytes:
    """Return the deck: title, summary, key figures, a slide for each figure, ranking, and where numbers come from."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    properties = deck.core_properties
    properties.title, properties.author, properties.language = document.title, "Brandkiln", document.language
    properties.created = properties.modified = MOMENT
    _Deck(deck, document, palette, logo).make()
    target = BytesIO()
    deck.save(target)
    return settled(target.getvalue())


class _Deck:
    def __init__(self, deck: Any, document: Document, palette: Palette, logo: Logo | None) -> None:
        self._logo = logo
        self._deck, self._document, self._palette = deck, document, palette
        self._words = document.words

    def make(self) -> None:
        self._cover()
        for chapter in self._document.chapters:
            for passage in chapter.passages:
                self._passage(passage, passage.title or chapter.heading or self._document.title)
        head, rows = self._document.appendix
        self._table(self._words["appendix"], head, rows, size=10, shares=(0.16, 0.3, 0.44, 0.1))

    def _passage(self, passage: Passage, title: str) -> None:
        if passage.key_figures:
            self._key_figures(passage, title)
        for figure in passage.figures:
            self._figure(figure)
        for table in passage.tables:
            self._table(table.title, table.head, table.rows)
        if passage.sentences or passage.missing:
            self._points(passage, title)

    def _cover(self) -> None:
        slide = self._slide(self._document.title, top=Inches(2.4), size=40)
        if self._logo:
            slide.shapes.add_picture(BytesIO(self._logo.png), MARGIN, MARGIN, height=Inches(0.6))
        bar = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, MARGIN, Inches(2.1), Inches(0.8), Inches(0.09))
        bar.fill.solid()
        bar.fill.fore_color.rgb = rgb(self._palette.accent)
        bar.line.fill.background()
        self._text(slide, self._document.subtitle, Inches(4.3), 18, self._palette.muted)

    def _points(self, passage: Passage, title: str) -> None:
        slide = self._slide(title)
        frame = slide.shapes.add_textbox(MARGIN, Inches(1.7), INSIDE, Inches(4.9)).text_frame
        frame.word_wrap = True
        missing = f"{self._words['not_shown']}: {passage.missing}"
        told: list[Sentence] = [(missing,)] if passage.missing else list(passage.sentences)
        for place, sentence in enumerate(told):
            paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
            paragraph.space_after = Pt(14)
            for text, fact in pieces(sentence):
                run = paragraph.add_run()
                run.text, run.font.bold = text, fact is not None
                run.font.size = Pt(24 if place == 0 and passage.kind == "summary" else 18)
                run.font.color.rgb = rgb(self._palette.ink)
        facts = {fact for sentence in told for _, fact in pieces(sentence) if fact}
        anchors = {self._document.anchors[fact] for fact in facts}
        self._notes(slide, [o for o in self._document.origins if o.anchor in anchors])

    def _key_figures(self, passage: Passage, title: str) -> None:
        keys = passage.key_figures
        slide = self._slide(title)
        self._text(slide, passage.key_heading, Inches(1.45), 14, self._palette.muted)
        width = Emu(INSIDE // KEYS_IN_ROW)
        tones = {"good": self._palette.accent, "bad": self._palette.fall, "plain": self._palette.muted}
        for place, key in enumerate(keys):
            row, column = divmod(place, KEYS_IN_ROW)
            left, top = MARGIN + column * width, Inches(2.2) + row * Inches(2.1)
            frame = slide.shapes.add_textbox(left, top, width - Inches(0.2), Inches(1.7)).text_frame
            frame.word_wrap = True
            lines = (
                (key.name, 13, self._palette.muted, False),
                (key.value.text, 30, self._palette.ink, True),
                (key.printed_change, 13, tones[key.tone], True),
            )
            for number, (text, size, colour, bold) in enumerate(lines):
                paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
                _write(paragraph, text, size, colour, bold=bold)
        facts = {key.value.id for key in keys} | {key.change.id for key in keys if key.change}
        anchors = {self._document.anchors[fact] for fact in facts}
        self._notes(slide, [o for o in self._document.origins if o.anchor in anchors])

    def _figure(self, figure: Figure) -> None:
        message = "".join(text for text, _ in pieces(figure.takeaway)).rstrip("。.")
        slide = self._slide(message or figure.title, size=24)
        if message:
            self._text(slide, figure.title, Inches(1.6), 14, self._palette.muted)
        plot = figure.plot
        data = chart_data(plot)
        shape = slide.shapes.add_chart(TYPES[plot.kind], MARGIN, Inches(2.05), INSIDE, Inches(4.6), data)
        shape._element.nvGraphicFramePr.cNvPr.set("descr", figure.alt)
        dress(shape.chart, plot, self._palette)
        self._notes(slide, origins_of(self._document, figure))

    def _table(
        self,
        title: str,
        head: tuple[str, ...],
        rows: tuple[tuple[str, ...], ...],
        *,
        size: int = 12,
        shares: tuple[float, ...] = (),
    ) -> None:
        """Add a table on as many slides as it takes; without shares of its width, it is one of numbers."""
        for start in range(0, len(rows), ROWS):
            part = rows[start : start + ROWS]
            slide = self._slide(title)
            height = Inches(0.36) * (len(part) + 1)
            shape = slide.shapes.add_table(len(part) + 1, len(head), MARGIN, Inches(1.55), INSIDE, height)
            table = shape.table
            rest = 0.75 / max(1, len(head) - 1)
            for column, share in enumerate(shares or (0.25, *[rest] * (len(head) - 1))):
                table.columns[column].width = Emu(int(INSIDE * share))
            for row, cells in enumerate((head, *part)):
                for column, cell in enumerate(cells):
                    place = table.cell(row, column)
                    place.margin_top = place.margin_bottom = Inches(0.03)
                    place.fill.solid()
                    place.fill.fore_color.rgb = rgb(
                        self._palette.accent if row == 0 else self._palette.ground
                    )
                    colour = self._palette.ground if row == 0 else self._palette.ink
                    paragraph = place.text_frame.paragraphs[0]
                    _write(paragraph, shorten(cell, LONGEST_CELL), size, colour, bold=row == 0)
                    if column and not shares:
                        paragraph.alignment = PP_ALIGN.RIGHT

    def _slide(self, title: str, *, top: int = Inches(0.55), size: int = 28) -> Any:
        slide = self._deck.slides.add_slide(self._deck.slide_layouts[TITLE_ONLY])
        shape = slide.shapes.title
        shape.left, shape.top, shape.width, shape.height = MARGIN, top, INSIDE, Inches(1.0)
        shape.text_frame.word_wrap = True
        shape.text_frame.vertical_anchor = MSO_ANCHOR.TOP
        _write(shape.text_frame.paragraphs[0], title, size, self._palette.ink, bold=True)
        footer = f"{self._document.label}  ·  {self._document.source}"
        self._text(slide, footer, Inches(6.95), 10, self._palette.muted)
        return slide

    def _text(self, slide: Any, text: str, top: int, size: int, colour: str) -> None:
        frame = slide.shapes.add_textbox(MARGIN, top, INSIDE, Inches(0.4)).text_frame
        frame.word_wrap = True
        _write(frame.paragraphs[0], text, size, colour)

    def _notes(self, slide: Any, origins: list[Origin]) -> None:
        """Say in the slide's notes where its numbers come from."""
        lines = [f"{o.printed} · {o.about} · {o.query} · {o.rows} {self._words['rows']}" for o in origins]
        slide.notes_slide.notes_text_frame.text = "\n".join(
            (self._words["appendix"], self._document.source, *lines)
        )


def _write(paragraph: Any, text: str, size: int, colour: str, *, bold: bool = False) -> None:
    paragraph.alignment = PP_ALIGN.LEFT  # the template's titles are centred
    run = paragraph.add_run()
    run.text, run.font.size, run.font.bold = text, Pt(size), bold
    run.font.color.rgb = rgb(colour)
