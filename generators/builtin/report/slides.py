"""The report as a PPTX deck: one message a slide, charts and tables that PowerPoint can edit, sources in the notes."""

from io import BytesIO
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Inches, Pt

from generators.builtin.report.colours import Palette
from generators.builtin.report.document import Document, Passage
from generators.builtin.report.look import PLAIN, Look
from generators.builtin.report.native_charts import TYPES, chart_data, dress, rgb, spark
from generators.builtin.report.office import (
    LINE,
    MOMENT,
    lines_of,
    origins_of,
    pieces,
    settled,
    told_by,
)
from generators.builtin.report.origins import Origin
from generators.builtin.report.part import Figure, shares_of
from generators.builtin.report.plots import Plot, Series
from generators.builtin.report.sentence import Sentence
from generators.builtin.report.slide_tables import fill

WIDTH, HEIGHT, MARGIN = Inches(13.333), Inches(7.5), Inches(0.75)
INSIDE = WIDTH - 2 * MARGIN
FLOOR = Inches(6.7)
"""Where a slide's content ends; below it stands the label."""
TITLE_ONLY = 5  # of the layouts of the library's own template
ROWS = 12
"""Rows of a table on a slide; further ones go on to the next."""
KEYS_IN_ROW = 4
TITLES = (40, 32, 28, 24, 20, 18, 16)
BESIDE, POINT = 14, 18  # points: sentences below a chart, and on a slide of their own
TALLEST_TITLE = 74
"""Points that a title takes."""
MOST_BESIDE = 4
"""Lines of sentences that a chart leaves room for."""


def slides(document: Document, palette: Palette, look: Look = PLAIN) -> bytes:
    """Return the deck: title, summary, key figures, a slide for each figure, ranking, and where numbers come from."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    properties = deck.core_properties
    properties.title, properties.author, properties.language = document.title, "Brandkiln", document.language
    properties.created = properties.modified = MOMENT
    _Deck(deck, document, palette, look).make()
    target = BytesIO()
    deck.save(target)
    return settled(target.getvalue())


class _Deck:
    def __init__(self, deck: Any, document: Document, palette: Palette, look: Look) -> None:
        self._deck, self._document, self._palette, self._look = deck, document, palette, look
        self._words = document.words
        self._free: tuple[Any, int, list[Origin]] | None = None
        """The slide that has room left, from where on, and what its notes tell."""

    def make(self) -> None:
        self._cover()
        for chapter in self._document.chapters:
            for passage in chapter.passages:
                self._passage(passage, passage.title or chapter.heading or self._document.title)
        head, rows = self._document.appendix
        self._table(self._words["appendix"], head, rows, size=10, shares=(0.16, 0.3, 0.44, 0.1))

    def _passage(self, passage: Passage, title: str) -> None:
        told = told_by(passage, self._words)
        if passage.key_figures:
            self._key_figures(passage, title)
        for place, figure in enumerate(passage.figures):
            last = place == len(passage.figures) - 1 and not passage.tables
            self._figure(figure, min(MOST_BESIDE, lines_of(told, BESIDE, INSIDE)) if last else 0)
        for table in passage.tables:
            self._table(table.title, table.head, table.rows)
        if told and not self._beside(passage, told, title):
            self._points(passage, told, title)

    def _cover(self) -> None:
        slide = self._slide(self._document.title, top=Inches(2.4), size=40)
        if self._look.logo:
            slide.shapes.add_picture(BytesIO(self._look.logo.png), MARGIN, MARGIN, height=Inches(0.6))
        bar = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, MARGIN, Inches(2.1), Inches(0.8), Inches(0.09))
        bar.fill.solid()
        bar.fill.fore_color.rgb = rgb(self._palette.accent)
        bar.line.fill.background()
        self._text(slide, self._document.subtitle, Inches(3.75), 18, self._palette.muted)
        self._free = (slide, Inches(4.5), [])

    def _beside(self, passage: Passage, told: list[Sentence], title: str) -> bool:
        """Write a few sentences below what the last slide shows, and return whether there is room for them.

        Of another passage only a lone sentence, or what is said of the data, belongs there.
        """
        if self._free is None:
            return False
        slide, top, known = self._free
        own = bool(passage.figures or passage.tables)
        if not own and (len(told) > 1 or known) and passage.kind != "notes":
            return False
        size = POINT if slide == self._deck.slides[0] else BESIDE
        headed = 0 if own or passage.kind == "summary" else 1
        if top + (lines_of(told, size, INSIDE) + headed) * Pt(size * LINE) > FLOOR:
            return False
        top += headed * Pt(size)
        frame = self._frame(slide, top, FLOOR - top)
        if headed:
            self._write(frame.paragraphs[0], title, size, self._palette.accent, bold=True)
        bottom = self._sentences(frame, told, size, size, begun=bool(headed))
        self._notes(slide, [*known, *self._origins(told)])
        self._free = (slide, top + bottom + headed * Pt(size * LINE), [*known, *self._origins(told)])
        return True

    def _points(self, passage: Passage, told: list[Sentence], title: str) -> None:
        """Write sentences on as many slides as they take."""
        lead = 24 if passage.kind == "summary" else POINT
        while told:
            top = Inches(1.7)
            room, kept = FLOOR - top, 0
            while kept < len(told):
                room -= lines_of(told[kept : kept + 1], lead if kept == 0 else POINT, INSIDE) * Pt(
                    POINT * LINE
                )
                if room < 0 and kept:
                    break
                kept += 1
            slide = self._slide(title)
            bottom = self._sentences(self._frame(slide, top, FLOOR - top), told[:kept], lead, POINT)
            self._notes(slide, self._origins(told[:kept]))
            self._free = (slide, top + bottom + Pt(POINT), self._origins(told[:kept]))
            told = told[kept:]

    def _sentences(
        self, frame: Any, told: list[Sentence], lead: int, size: int, *, begun: bool = False
    ) -> int:
        """Write sentences, the first in a size of its own, and return how high they stand."""
        for place, sentence in enumerate(told):
            first = place == 0 and not begun
            paragraph = frame.paragraphs[0] if first else frame.add_paragraph()
            paragraph.space_after = Pt(0.7 * size)
            for text, fact in pieces(sentence):
                run = paragraph.add_run()
                run.text, run.font.bold = text, fact is not None
                run.font.size, run.font.name = Pt(lead if place == 0 else size), self._look.typeface
                run.font.color.rgb = rgb(self._palette.ink)
        return int(lines_of(told, size, INSIDE) * Pt(size * LINE))

    def _origins(self, told: list[Sentence]) -> list[Origin]:
        facts = {fact for sentence in told for _, fact in pieces(sentence) if fact}
        anchors = {self._document.anchors[fact] for fact in facts}
        return [o for o in self._document.origins if o.anchor in anchors]

    def _key_figures(self, passage: Passage, title: str) -> None:
        keys = passage.key_figures
        slide = self._slide(title)
        self._text(slide, passage.key_heading, Inches(1.3), 14, self._palette.muted)
        columns = KEYS_IN_ROW if len(keys) != 3 else 3
        rows = -(-len(keys) // columns)
        width, height = Emu(INSIDE // columns), Inches(2.35 if rows > 1 else 3.2)
        tones = {"good": self._palette.accent, "bad": self._palette.fall, "plain": self._palette.muted}
        for place, key in enumerate(keys):
            row, column = divmod(place, columns)
            left, top = MARGIN + column * width, Inches(2.0) + row * height
            frame = self._frame(slide, top, Inches(1.4), left, width - Inches(0.2))
            lines = (
                (key.name, 14, self._palette.muted, False),
                (key.value.text, 32 if rows > 1 else 36, self._palette.ink, True),
                (key.printed_change, 14, tones[key.tone], True),
            )
            for number, (text, size, colour, bold) in enumerate(lines):
                paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
                self._write(paragraph, text, size, colour, bold=bold)
            if sum(value is not None for value in key.course) > 1:
                drawn = Plot("line", ("",) * len(key.course), (Series(key.name, key.course),), key.code)
                box = (left, top + Inches(1.35), width - Inches(0.4), height - Inches(1.5))
                shape = slide.shapes.add_chart(TYPES["line"], *box, chart_data(drawn))
                spark(shape.chart, self._palette)
        facts = {key.value.id for key in keys} | {key.change.id for key in keys if key.change}
        anchors = {self._document.anchors[fact] for fact in facts}
        self._notes(slide, [o for o in self._document.origins if o.anchor in anchors])
        self._free = None

    def _figure(self, figure: Figure, room: int) -> None:
        """Add the slide of a figure; `room` lines below it are left free."""
        message = "".join(text for text, _ in pieces(figure.takeaway)).rstrip("。.")
        slide = self._slide(message or figure.title, size=24)
        if message:
            self._text(slide, figure.title, Inches(1.55), 14, self._palette.muted)
        plot, top = figure.plot, Inches(2.0)
        height = Emu(FLOOR - top - int(room * Pt(BESIDE * LINE)))
        shape = slide.shapes.add_chart(TYPES[plot.kind], MARGIN, top, INSIDE, height, chart_data(plot))
        shape._element.nvGraphicFramePr.cNvPr.set("descr", figure.alt)
        dress(shape.chart, plot, self._palette, self._look.typeface, height / Inches(1))
        sources = origins_of(self._document, figure)
        self._notes(slide, sources)
        self._free = (slide, top + height, sources) if room else None

    def _table(
        self,
        title: str,
        head: tuple[str, ...],
        rows: tuple[tuple[str, ...], ...],
        *,
        size: int = 0,
        shares: tuple[float, ...] = (),
    ) -> None:
        """Add a table on as many slides as it takes; without shares of its width, it is one of numbers."""
        size = size or (16 if len(rows) <= 7 and len(head) <= 6 else 12)
        for start in range(0, len(rows), ROWS):
            part = rows[start : start + ROWS]
            slide = self._slide(title)
            top, height = Inches(1.55), Pt(2.15 * size) * (len(part) + 1)
            shape = slide.shapes.add_table(len(part) + 1, len(head), MARGIN, top, INSIDE, height)
            table = shape.table
            for column, share in enumerate(shares or shares_of(head, rows)):
                table.columns[column].width = Emu(int(INSIDE * share))
            look = (self._palette, self._look.typeface, size)
            fill(table, (head, *part), *look, right=not shares)
            slide.notes_slide.notes_text_frame.text = self._document.source
            self._free = (slide, top + height + Inches(0.25), [])

    def _slide(self, title: str, *, top: int = Inches(0.5), size: int = 28) -> Any:
        slide = self._deck.slides.add_slide(self._deck.slide_layouts[TITLE_ONLY])
        shape = slide.shapes.title
        shape.left, shape.top, shape.width, shape.height = MARGIN, top, INSIDE, Inches(1.0)
        shape.text_frame.word_wrap = True
        shape.text_frame.vertical_anchor = MSO_ANCHOR.TOP
        sizes = [one for one in TITLES if one <= size]
        most = 1.2 * size * 2 if size == TITLES[0] else TALLEST_TITLE
        tall = {one: 1.2 * one * lines_of([(title,)], one, INSIDE, bold=True) for one in sizes}
        fitting = next((one for one in sizes if tall[one] <= most), sizes[-1])
        self._write(shape.text_frame.paragraphs[0], title, fitting, self._palette.ink, bold=True)
        footer = f"{self._document.label}  ·  {self._document.source}"
        self._text(slide, footer, Inches(6.95), 10, self._palette.muted)
        return slide

    def _frame(self, slide: Any, top: int, height: int, left: int = MARGIN, width: int = INSIDE) -> Any:
        frame = slide.shapes.add_textbox(left, top, width, height).text_frame
        frame.word_wrap = True
        return frame

    def _text(self, slide: Any, text: str, top: int, size: int, colour: str) -> None:
        self._write(self._frame(slide, top, Inches(0.4)).paragraphs[0], text, size, colour)

    def _notes(self, slide: Any, origins: list[Origin]) -> None:
        """Say in the slide's notes where its numbers come from."""
        lines = [f"{o.printed} · {o.about} · {o.query} · {o.rows} {self._words['rows']}" for o in origins]
        slide.notes_slide.notes_text_frame.text = "\n".join(
            (self._words["appendix"], self._document.source, *dict.fromkeys(lines))
        )

    def _write(self, paragraph: Any, text: str, size: int, colour: str, *, bold: bool = False) -> None:
        paragraph.alignment = PP_ALIGN.LEFT  # the template's titles are centred
        run = paragraph.add_run()
        run.text, run.font.size, run.font.bold = text, Pt(size), bold
        run.font.name, run.font.color.rgb = self._look.typeface, rgb(colour)
