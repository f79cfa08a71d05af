"""The report as one HTML page, light and dark, wide and narrow; one script shows values, nothing asks for anything."""

import base64
import hashlib
from html import escape
from pathlib import Path
from string import Template

from generators.builtin.report import charts, markup
from generators.builtin.report.colours import Palette, mix
from generators.builtin.report.document import Document, Passage
from generators.builtin.report.evidence import RowSet
from generators.builtin.report.facts import Fact
from generators.builtin.report.hovering import with_places
from generators.builtin.report.look import PLAIN, Look
from generators.builtin.report.part import Figure, KeyFigure, Table
from generators.builtin.report.sentence import Sentence, capitalised
from generators.builtin.report.where import Where
from generators.interactive import SCRIPT, SCRIPT_SOURCE

STYLE = Path(__file__).parent / "layout" / "page.css"
MOST_ON_PHONES = 4  # columns of a table
WIDE, HALF, SMALL = 1024, 490, 354  # pixels of a chart alone, side by side, and on a phone


def page(document: Document, light: Palette, dark: Palette, look: Look = PLAIN) -> str:
    """Return the report as HTML. Its own policy allows nothing but its one style sheet and its one script."""
    style = _style(light, dark, look)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; script-src {SCRIPT_SOURCE}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    body = _Body(document, light)
    head = f'<img class="logo" src="{look.logo.uri}" alt="">' if look.logo else ""
    return f"""<!doctype html>
<html lang="{ {"en": "en", "zh": "zh-CN"}[document.language] }">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Brandkiln">
<title>{escape(document.title)}</title>
<style>{style}</style>
</head>
<body>
<header>{head}
<h1>{escape(document.title)}</h1>
<p class="sub">{escape(document.subtitle)}</p>
</header>
<main>
{body.chapters()}
{body.origins()}
{body.proofs()}
</main>
<footer><p>{escape(document.label)}</p></footer>
<script>{SCRIPT}</script>
</body>
</html>
"""


def _style(light: Palette, dark: Palette, look: Look) -> str:
    colours = {
        "brand": f'"{look.font}", ' if look.font else "",
        **{name: getattr(light, name) for name in ("accent", "fall", "ink", "muted", "line", "ground")},
        **{
            f"dark_{name}": getattr(dark, name)
            for name in ("accent", "fall", "ink", "muted", "line", "ground")
        },
        "raised": mix(light.ground, light.accent, 0.08),
        "dark_raised": mix(dark.ground, dark.accent, 0.16),
    }
    return Template(STYLE.read_text("utf-8")).substitute(colours) + _dark_charts(light, dark)


def _dark_charts(light: Palette, dark: Palette) -> str:
    """Return rules that give each colour of the charts its dark counterpart: rules win over SVG attributes."""
    pairs = dict(zip(_colours(light), _colours(dark), strict=True))
    rules = "".join(
        f'svg [{kind}="{one}"]{{{kind}:{other}}}'
        for one, other in pairs.items()
        for kind in ("fill", "stroke")
    )
    return f"@media (prefers-color-scheme: dark) {{{rules}}}"


def _colours(palette: Palette) -> tuple[str, ...]:
    return (
        palette.ground,
        palette.ink,
        palette.muted,
        palette.line,
        palette.fall,
        palette.accent,
        *palette.shades[1:],
    )


class _Body:
    """The sections of the page; one that has nothing to say is empty."""

    def __init__(self, document: Document, palette: Palette) -> None:
        self._document = document
        self._words = document.words
        self._palette = palette

    def chapters(self) -> str:
        return "\n".join(
            self._section(f"s-{chapter.id}", chapter.heading, "\n".join(map(self._piece, chapter.flow())))
            for chapter in self._document.chapters
        )

    def _piece(self, piece: tuple[Figure, ...] | Passage) -> str:
        if isinstance(piece, tuple):
            figures = "".join(self._figure(figure, len(piece)) for figure in piece)
            return f'<div class="row{" two" if len(piece) == 2 else ""}">{figures}</div>'
        keys = "\n".join(self._key_figure(key) for key in piece.key_figures)
        first, *rest = [self._sentence(sentence) for sentence in piece.sentences] or [""]
        if piece.kind != "summary":
            first, rest = "", [first, *rest] if first else []
        parts = (
            f"<h3>{escape(piece.title)}</h3>" if piece.title else "",
            f'<p class="missing">{escape(self._words["not_shown"])}: {escape(piece.missing)}</p>'
            if piece.missing
            else "",
            f'<p class="quiet">{escape(piece.key_heading)}</p>\n<dl class="keys">{keys}</dl>' if keys else "",
            *(self._titled(table) for table in piece.tables),
            f'<p class="lead">{first}</p>' if first else "",
            markup.points(rest),
            *(f'<p class="quiet">{self._sentence(note)}</p>' for note in piece.notes),
        )
        return "\n".join(filter(None, parts))

    def _titled(self, table: Table) -> str:
        link = f'<a href="#q-{table.key}">{escape(self._document.table_name(table))}</a>'
        parts = (link, escape(self._document.source), escape(table.others))
        printed = self._numbers(table)
        return (
            f"<h3>{escape(table.title)}</h3>"
            + (f'<p class="quiet">{self._sentence(table.takeaway)}</p>\n' if table.takeaway else "")
            + f'{printed}\n<p class="caption">{" · ".join(filter(None, parts))}</p>'
        )

    def origins(self) -> str:
        words = self._words
        head = "".join(
            f'<th scope="col">{escape(words[key])}</th>' for key in ("printed", "about", "query", "rows")
        )
        rows = "\n".join(
            f'<tr id="{o.anchor}"><td>{escape(o.printed)}</td><td>{escape(o.about)}</td>'
            f"<td><code>{escape(o.query)}</code></td><td>{self._proof(o.where, o.rows)}</td></tr>"
            for o in self._document.origins
        )
        table = f'<table class="origins"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        intro = f'<p class="quiet">{escape(words["appendix_intro"])}</p>'
        return self._section("appendix", words["appendix"], f"{intro}\n{table}")

    def proofs(self) -> str:
        """Return the rows behind the numbers, folded; a link to one unfolds it."""
        evidence, words = self._document.evidence, self._words

        def rows(one: RowSet) -> str:
            return markup.table(one.where, evidence.head, one.first) if one.first else ""

        sets = "\n".join(
            f"<details><summary>{escape(one.count)} · <code>{escape(one.where or words['all_rows'])}</code></summary>"
            f'<div id="{one.anchor}">{rows(one)}</div></details>'
            for one in evidence.sets
        )
        intro = f'<p class="quiet">{escape(words["proofs_intro"])}</p>'
        return self._section("proofs", words["proofs"], f'{intro}\n<div class="proofs">{sets}</div>')

    def _proof(self, where: Where, printed: str) -> str:
        """Return a number as a link to the rows behind it."""
        anchor = self._document.evidence.anchors.get(where)
        return f'<a href="#{anchor}">{escape(printed)}</a>' if anchor else escape(printed)

    def _numbers(self, of: Figure | Table) -> str:
        """Return a table whose numbers lead to the rows behind them."""
        wheres = dict(enumerate(of.wheres))

        def cell(row: int, text: str) -> str:
            return self._proof(wheres[row], text) if row in wheres else escape(text)

        return markup.table(of.title, of.head, of.rows, cell, cards=len(of.head) > MOST_ON_PHONES)

    def _section(self, key: str, heading: str, content: str) -> str:
        if not heading:
            return f"<section>{content}</section>"
        return f'<section aria-labelledby="{key}"><h2 id="{key}">{escape(heading)}</h2>\n{content}</section>'

    def _key_figure(self, key: KeyFigure) -> str:
        change = f"{key.arrow} {self._link(key.change)}" if key.change else ""
        drawn = sum(value is not None for value in key.course) > 1
        course = markup.hidden(charts.svg(charts.spark(key.course, self._palette))) if drawn else ""
        return (
            f'<div><dt>{escape(key.name)}</dt><dd class="value">{self._link(key.value)}</dd>'
            f'<dd class="change {key.tone}">{change}</dd>{f"<dd>{course}</dd>" if course else ""}</div>'
        )

    def _figure(self, figure: Figure, in_row: int) -> str:
        widths = {"large": WIDE if in_row == 1 else HALF, "small": SMALL}
        drawn = [
            markup.described(
                charts.svg(with_places(figure.draw(self._palette, width), figure)), figure.alt, size
            )
            for size, width in widths.items()
        ]
        link = f'<a href="#q-{figure.key}">{escape(self._document.figure_name(figure))}</a>'
        return (
            f"<figure><h3>{escape(figure.title)}</h3><p>{self._sentence(figure.takeaway)}</p>{''.join(drawn)}\n"
            f"<figcaption>{link} · {escape(self._document.source)}</figcaption>\n"
            f"<details><summary>{escape(self._words['data_table'])}</summary>"
            f"{self._numbers(figure)}</details></figure>"
        )

    def _sentence(self, sentence: Sentence) -> str:
        return "".join(escape(p) if isinstance(p, str) else self._link(p) for p in capitalised(sentence))

    def _link(self, fact: Fact) -> str:
        anchor = self._document.anchors.get(fact.id)
        if anchor is None:
            return escape(fact.text)
        return f'<a class="number" href="#{anchor}">{escape(fact.text)}</a>'
