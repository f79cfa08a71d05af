"""A report as data: which sections, which blocks, which texts in which language. The studio keeps and edits these.

Nothing heavy is imported here: the studio reads it.
"""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from generators.builtin.report.blocks import analysis_params as analyses
from generators.builtin.report.blocks import params as kinds
from generators.builtin.report.blocks.params import Id, Texts
from generators.params import Params

READY = Path(__file__).parent / "templates"

RoleName = Literal[
    "time", "measure", "dimension", "id", "text", "customer", "order", "item", "price", "quantity",
    "revenue", "spend", "conversions", "clicks", "impressions", "step", "group", "rating", "account", "outcome",
    "ignore",
]  # fmt: skip
"""What a column may be for. A column of a named amount, such as a price or revenue, is a measure too; so is an outcome,
yes or no, by its share of yes."""

AnyBlock = Annotated[
    kinds.Summary
    | kinds.KeyFigures
    | kinds.Trend
    | kinds.Breakdown
    | kinds.Mix
    | kinds.Change
    | kinds.Ranking
    | kinds.Spread
    | kinds.Notes
    | kinds.Text
    | kinds.Query
    | analyses.YearOverYear
    | analyses.Seasonality
    | analyses.Forecast
    | analyses.Anomalies
    | analyses.PriceVolume
    | analyses.RateMix
    | analyses.Funnel
    | analyses.Cohorts
    | analyses.CustomerGroups
    | analyses.Concentration
    | analyses.Basket
    | analyses.Uplift
    | analyses.Income
    | analyses.Market
    | analyses.Opinions,
    Field(discriminator="kind"),
]


class Section(Params):
    """Blocks under one heading."""

    id: Id
    """Names the section within its template."""
    heading: Texts = {}
    """Empty: none."""
    blocks: Annotated[tuple[AnyBlock, ...], Field(max_length=30)] = ()
    """What the section shows, in reading order."""


class ReportTemplate(Params):
    """What a report shows and in which order, whatever the table."""

    name: Id
    """Names the template."""
    version: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    """Which version of it."""
    title: Texts = {}
    """What the template is called."""
    summary: Texts = {}
    """What it is for, in a sentence."""
    needs: Annotated[tuple[RoleName, ...], Field(max_length=12)] = ()
    """The roles that a table must have a column for; without one, the blocks that need it say so."""
    heading: Texts = {}
    """The title of the report. Empty: the measure and the name of the dataset. {dataset} and {measure} may be used."""
    sections: Annotated[tuple[Section, ...], Field(min_length=1, max_length=20)]
    """The report from its beginning to its end."""

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        for what, ids in (
            ("section", [section.id for section in self.sections]),
            ("block", [block.id for section in self.sections for block in section.blocks]),
        ):
            twice = sorted({id for id in ids if ids.count(id) > 1})
            if twice:
                raise ValueError(
                    f"Two {what}s have the id {twice[0]!r}; each {what} of a template has one of its own."
                )
        return self


def text_of(texts: Texts, language: Literal["en", "zh"]) -> str:
    """Return a text in a language; in English where it has none there, and "" where it has none at all."""
    return texts.get(language) or texts.get("en", "")


@cache
def ready_template(name: str) -> ReportTemplate:
    """Return a template that comes with Brandkiln, such as "overview".

    Raises:
        KeyError: If there is none of that name.
    """
    path = READY / f"{name}.json"
    if name not in ready_names():
        raise KeyError(name)
    return ReportTemplate.model_validate_json(path.read_text("utf-8"))


@cache
def ready_names() -> tuple[str, ...]:
    """Return the names of the templates that come with Brandkiln."""
    return tuple(sorted(path.stem for path in READY.glob("*.json")))
