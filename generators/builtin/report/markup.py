"""Pieces of the web page: tables, lists and drawings as markup, with all texts escaped."""

from collections.abc import Callable
from html import escape


def points(sentences: list[str]) -> str:
    points = "".join(f"<li>{sentence}</li>" for sentence in sentences)
    return f'<ul class="points">{points}</ul>' if points else ""


def _plain(row: int, text: str) -> str:
    return escape(text)


def table(
    label: str,
    head: tuple[str, ...],
    rows: tuple[tuple[str, ...], ...],
    cell: Callable[[int, str], str] = _plain,
    *,
    cards: bool = False,
) -> str:
    """Return a table that scrolls sideways; as cards, phones show each row as a list instead.

    `cell` gives the content of all but the first cell of a row.
    """
    labels = [f' data-label="{escape(title)}"' if cards else "" for title in head[1:]]
    titles = "".join(f'<th scope="col">{escape(title)}</th>' for title in head)
    body = "\n".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td{label}>{cell(i, text)}</td>" for label, text in zip(labels, row[1:], strict=True))
        + "</tr>"
        for i, row in enumerate(rows)
    )
    kind = ' class="cards"' if cards else ""
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(label)}">'
        f"<table{kind}><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def described(svg: str, alt: str, css_class: str) -> str:
    return svg.replace('class="marks"', f'class="{css_class}" role="img" aria-label="{escape(alt)}"', 1)


def hidden(svg: str) -> str:
    return svg.replace('class="marks"', 'aria-hidden="true"', 1)
