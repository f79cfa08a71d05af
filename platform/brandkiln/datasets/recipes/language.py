"""Keeping texts by their language."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from django.utils.translation import gettext_noop as _
from pydantic import Field

from brandkiln.datasets.checks.languages import language_of
from brandkiln.datasets.recipes.filters import WITH_TEXT
from brandkiln.datasets.recipes.line import Line
from brandkiln.datasets.recipes.step import Step, Work


class FilterLanguage(Step):
    """Keeps or drops texts by their language."""

    name: ClassVar[str] = "filter_language"
    title: ClassVar[str] = _("Keep texts by language")
    summary: ClassVar[str] = _("Chooses texts, or pictures and sounds by their captions, by language.")
    kinds: ClassVar[frozenset[str]] = WITH_TEXT

    languages: list[str] = Field(
        min_length=1,
        max_length=50,
        description=_("Codes of languages, such as en, de and zh."),
    )
    action: Literal["keep", "drop"] = Field("keep", description=_("Keep these languages, or drop them."))
    unsure: Literal["keep", "drop"] = Field(
        "keep", description=_("What becomes of texts that are too short to tell their language.")
    )

    def apply(self, lines: Iterator[Line], work: Work) -> Iterator[Line]:
        named = {language.strip().casefold() for language in self.languages}
        for line in lines:
            language = language_of(line.text)
            stays = (language in named) == (self.action == "keep") if language else self.unsure == "keep"
            if stays:
                yield line
