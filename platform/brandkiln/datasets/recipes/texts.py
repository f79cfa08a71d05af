"""Texts as they were meant: spaces, Unicode, control characters, and encodings that went wrong."""

import re
import unicodedata
from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from django.utils.translation import gettext_noop as _
from pydantic import Field

from brandkiln.datasets.checks.facts import text_facts
from brandkiln.datasets.models import Kind
from brandkiln.datasets.recipes.line import Line
from brandkiln.datasets.recipes.step import Column, Step, Work, find_column

BLANKS = re.compile(r"[^\S\n]+")
EMPTY_LINES = re.compile(r"\n{3,}")
_BREAK = re.compile(r"\s*</?(?:br|p|div|li|h[1-6]|tr)(?:\s[^<>]*)?/?>\s*", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:a|b|big|blockquote|center|code|em|font|hr|i|img|ol|pre|s|small|span|strong|sub|sup|table|tbody|td|th|thead|u|ul)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
"""Names are listed, so that "a < b > c" and <3 stay."""
KEPT_CONTROLS = "\n\t"
JOINERS = "\u200c\u200d"
"""Marks without width that scripts and emoji need."""


class TextStep(Step):
    """The base of steps that write texts anew: the text of a record, and its columns of text."""

    columns: list[str] = Field(
        default=[],
        max_length=100,
        description=_("The columns to work on; none means the text and all columns of text."),
    )

    @abstractmethod
    def written(self, text: str) -> str:
        """Return the text as it should be."""

    def apply(self, lines: Iterator[Line], work: Work) -> Iterator[Line]:
        named = set(self.columns)
        texts = {column["name"] for column in work.columns if column["type"] == "text"}
        for line in lines:
            values: dict[str, Any] = {}
            if not named and line.text:
                values["text"] = self.written(line.text)
            if line.fields:
                values["fields"] = {
                    name: self.written(value)
                    if isinstance(value, str)
                    and (name in named or (not named and (name in texts or not texts)))
                    else value
                    for name, value in line.fields.items()
                }
            if work.kind == Kind.TEXT and values.get("text") == "":
                continue  # a text without a character is no record
            if work.kind == Kind.TEXT and values.get("text", line.text) != line.text:
                values["facts"] = line.facts | text_facts(values["text"])
            yield line.changed(**values)

    def columns_after(self, columns: list[Column]) -> list[Column]:
        if columns:
            for name in self.columns:
                find_column(columns, name)
        return columns


class NormaliseText(TextStep):
    """Trims and normalises."""

    name: ClassVar[str] = "normalise_text"
    title: ClassVar[str] = _("Trim and normalise text")
    summary: ClassVar[str] = _("One form for each character, no stray blanks, no control characters.")

    unicode: bool = Field(
        True,
        description=_(
            "Write accented letters as one character (Unicode NFC), so that equal texts are equal."
        ),
    )
    blanks: Literal["collapse", "trim", "keep"] = Field(
        "collapse", description=_("Collapse makes one blank of several; trim only cuts those at the ends.")
    )
    controls: bool = Field(True, description=_("Remove control characters and marks that nobody sees."))
    tags: bool = Field(
        False, description=_("Take HTML tags out; those of breaks and paragraphs become line breaks.")
    )

    def written(self, text: str) -> str:
        if self.tags:
            text = _TAG.sub("", _BREAK.sub("\n", text))
        if self.unicode:
            text = unicodedata.normalize("NFC", text)
        if self.controls:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
            text = "".join(letter for letter in text if not _is_control(letter))
        if self.blanks == "collapse":
            lines = (BLANKS.sub(" ", line).strip() for line in text.split("\n"))
            text = EMPTY_LINES.sub("\n\n", "\n".join(lines))
        return text if self.blanks == "keep" else text.strip()


class FixEncoding(TextStep):
    """Mends texts that were read in the wrong encoding."""

    name: ClassVar[str] = "fix_encoding"
    title: ClassVar[str] = _("Fix encodings")
    summary: ClassVar[str] = _('Turns "schÃ¶n" back into "schön", and "&amp;" into "&" where asked.')

    entities: bool = Field(
        True, description=_('Write "&amp;" and "&eacute;" as the characters that they stand for.')
    )
    quotes: bool = Field(False, description=_("Make curly quotation marks straight."))

    def written(self, text: str) -> str:
        import ftfy  # 0.07 s that only this step is to cost, not each process that knows of it

        return ftfy.fix_text(
            text,
            unescape_html=self.entities,
            uncurl_quotes=self.quotes,
            fix_encoding=True,
            restore_byte_a0=True,
            replace_lossy_sequences=True,
            decode_inconsistent_utf8=True,
            fix_c1_controls=True,
            remove_terminal_escapes=False,
            fix_latin_ligatures=False,
            fix_character_width=False,
            fix_line_breaks=False,
            fix_surrogates=False,
            remove_control_chars=False,
            normalization=None,
            explain=False,
        )


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co"} and letter not in KEPT_CONTROLS + JOINERS
