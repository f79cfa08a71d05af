"""The report as one HTML page: no script, no request to anywhere, light and dark, wide and narrow."""

import base64
import hashlib
from html import escape
from pathlib import Path
from string import Template

from generators.builtin.report import charts
from generators.builtin.report.colours import Palette, mix
from generators.builtin.report.document import Document, KeyFigure
from generators.builtin.report.facts import Fact
from generators.builtin.report.figures import Figure, in_rows
from generators.builtin.report.narrative import Sentence, capitalised

STYLE = Path(__file__).parent / "layout" / "page.css"
WIDE, HALF, SMALL = 1024, 490, 354  # pixels of a chart alone, side by side, and on a phone


def page(document: Document, light: Palette, dark: Palette) -> str:
    """Return the report as HTML. Its own policy allows nothing but its one style sheet."""
    style = _style(light, dark)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    body = _Body(document, light)
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
<header>
<h1>{escape(document.title)}</h1>
<p class="sub">{escape(document.subtitle)}</p>
</header>
<main>
{body.summary()}
{body.key_figures()}
{body.figures()}
{body.ranking()}
{body.notes()}
{body.origins()}
</main>
<footer><p>{escape(document.label)}</p></footer>
</body>
</html>
"""


def _style(light: Palette, dark: Palette) -> str:
    colours = {
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

    def summary(self) -> str:
        first, *rest = [self._sentence(sentence) for sentence in self._document.narrative.summary] or [""]
        return self._section("summary", f'<p class="lead">{first}</p>\n{_points(rest)}' if first else "")

    def key_figures(self) -> str:
        keys = "\n".join(self._key_figure(key) for key in self._document.key_figures)
        period = f'<p class="quiet">{escape(self._document.key_heading)}</p>'
        return self._section("key_figures", f'{period}\n<dl class="keys">{keys}</dl>' if keys else "")

    def figures(self) -> str:
        rows = [
            f'<div class="row{" two" if len(row) == 2 else ""}">{"".join(self._figure(f, len(row)) for f in row)}</div>'
            for row in in_rows(self._document.figures)
        ]
        return self._section("figures", "\n".join(rows))

    def ranking(self) -> str:
        ranking = self._document.ranking
        if ranking is None:
            return ""
        takeaway = self._sentence(self._document.narrative.takeaways.get("ranking", ()))
        link = f'<a href="#q-ranking">{escape(self._words["table"])}</a>'
        caption = " · ".join(
            part for part in (link, escape(self._document.source), escape(ranking.others)) if part
        )
        table = _table(self._words["table"], ranking.head, ranking.rows)
        content = f'<p class="quiet">{takeaway}</p>\n{table}\n<p class="caption">{caption}</p>'
        return self._section("ranking", content, ranking.title)

    def notes(self) -> str:
        return self._section("notes", _points([self._sentence(s) for s in self._document.narrative.notes]))

    def origins(self) -> str:
        words = self._words
        head = "".join(
            f'<th scope="col">{escape(words[key])}</th>' for key in ("printed", "about", "query", "rows")
        )
        rows = "\n".join(
            f'<tr id="{o.anchor}"><td>{escape(o.printed)}</td><td>{escape(o.about)}</td>'
            f"<td><code>{escape(o.query)}</code></td><td>{escape(o.rows)}</td></tr>"
            for o in self._document.origins
        )
        table = f'<table class="origins"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        return self._section("appendix", f'<p class="quiet">{escape(words["appendix_intro"])}</p>\n{table}')

    def _section(self, key: str, content: str, heading: str = "") -> str:
        if not content:
            return ""
        title = f'<h2 id="{key}">{escape(heading or self._words[key])}</h2>'
        return f'<section aria-labelledby="{key}">{title}\n{content}</section>'

    def _key_figure(self, key: KeyFigure) -> str:
        change = f"{key.arrow} {self._link(key.change)}" if key.change else ""
        drawn = sum(value is not None for value in key.course) > 1
        course = _hidden(charts.svg(charts.spark(key.course, self._palette))) if drawn else ""
        return (
            f'<div><dt>{escape(key.name)}</dt><dd class="value">{self._link(key.value)}</dd>'
            f'<dd class="change {key.tone}">{change}</dd>{f"<dd>{course}</dd>" if course else ""}</div>'
        )

    def _figure(self, figure: Figure, in_row: int) -> str:
        widths = {"large": WIDE if in_row == 1 else HALF, "small": SMALL}
        drawn = [
            _described(charts.svg(figure.draw(self._palette, width)), figure.alt, size)
            for size, width in widths.items()
        ]
        link = f'<a href="#q-{figure.key}">{escape(self._document.figure_name(figure))}</a>'
        return (
            f"<figure><h3>{escape(figure.title)}</h3><p>{self._sentence(figure.takeaway)}</p>{''.join(drawn)}\n"
            f"<figcaption>{link} · {escape(self._document.source)}</figcaption>\n"
            f"<details><summary>{escape(self._words['data_table'])}</summary>"
            f"{_table(figure.title, figure.head, figure.rows)}</details></figure>"
        )

    def _sentence(self, sentence: Sentence) -> str:
        return "".join(escape(p) if isinstance(p, str) else self._link(p) for p in capitalised(sentence))

    def _link(self, fact: Fact) -> str:
        anchor = self._document.anchors.get(fact.id)
        if anchor is None:
            return escape(fact.text)
        return f'<a class="number" href="#{anchor}">{escape(fact.text)}</a>'


def _points(sentences: list[str]) -> str:
    points = "".join(f"<li>{sentence}</li>" for sentence in sentences)
    return f'<ul class="points">{points}</ul>' if points else ""


def _table(label: str, head: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> str:
    titles = "".join(f'<th scope="col">{escape(title)}</th>' for title in head)
    body = "\n".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in row[1:])}</tr>'
        for row in rows
    )
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(label)}">'
        f"<table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _described(svg: str, alt: str, css_class: str) -> str:
    return svg.replace('class="marks"', f'class="{css_class}" role="img" aria-label="{escape(alt)}"', 1)


def _hidden(svg: str) -> str:
    return svg.replace('class="marks"', 'aria-hidden="true"', 1)
