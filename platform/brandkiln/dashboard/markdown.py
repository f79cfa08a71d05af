"""Markdown that came with something, as HTML that is safe on a page of the studio.

Whoever brings a checkpoint writes its note, so nothing in it is trusted: markup is shown as the characters it is made
of, pictures stand there as their description, since fetching one would tell its server who reads, and only links to
addresses of the web are links.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

TOP = 3
"""The level of the highest heading: the page's own titles stand above it."""
LONGEST = 100_000
"""Characters that are laid out; a longer text is shown as it was written."""
ADDRESSES = ("https://", "http://", "mailto:")
METADATA = re.compile(r"\A\s*---\n.*?\n---\s*(?:\n|\Z)", re.DOTALL)
"""What model hubs write above a card, for programs."""


def as_html(text: str) -> SafeString:
    """Return Markdown as HTML in which no markup, script or picture of its author's is alive."""
    text = METADATA.sub("", text.replace("\r\n", "\n"), count=1)
    if len(text) > LONGEST:
        return mark_safe(f'<pre class="code" tabindex="0">{escape(text)}</pre>')  # noqa: S308  escaped here
    rules = _rules()
    tokens = rules.parse(text)
    _arrange(tokens)
    html: str = rules.renderer.render(tokens, rules.options, {})
    return mark_safe(html)  # noqa: S308  markup is off: all is escaped


@cache
def _rules() -> MarkdownIt:
    rules = MarkdownIt("commonmark", {"html": False, "maxNesting": 40}).enable("table")
    rules.add_render_rule("image", _described)
    rules.add_render_rule("table_open", _table)
    rules.add_render_rule("table_close", _table_end)
    return rules


def _arrange(tokens: Sequence[Token]) -> None:
    """Fit the tokens to the page: lower headings, columns with their titles, safe links."""
    levels = [int(token.tag[1:]) for token in tokens if token.type == "heading_open"]
    lower = TOP - min(levels, default=TOP)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1:]) + lower)}"
        elif token.type == "th_open":
            token.attrSet("scope", "col")
        elif token.children:
            token.children = list(_linked(token.children))


def _linked(children: Sequence[Token]) -> Iterator[Token]:
    """Yield the parts of a line with the links that lead to the web; of others the words stay."""
    alive = True
    for token in children:
        if token.type == "link_open":
            alive = str(token.attrGet("href")).lower().startswith(ADDRESSES)
            token.attrs = {"href": token.attrs["href"], "rel": "noreferrer nofollow"}
        if alive or token.type not in ("link_open", "link_close"):
            yield token


def _described(renderer: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    return escape(tokens[at].content)


def _table(*_found: Any) -> str:
    """Return the beginning of a table that scrolls sideways on a phone, by the keyboard too."""
    label = escape(_("Table"))
    return f'<div class="table-box" role="region" tabindex="0" aria-label="{label}"><table class="table">'


def _table_end(*_found: Any) -> str:
    return "</table></div>"
