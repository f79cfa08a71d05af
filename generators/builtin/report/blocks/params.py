"""What the kinds of blocks that every table can have take: which measure, by what, of which rows, compared with what.

Each empty choice is inferred from the roles of the columns. A column is named by its name in the data, or by its role:
"@price", "@customer", "@second" (a second measure, best a ratio). Nothing heavy is imported here: the studio reads it.
"""

from typing import Annotated, Literal

from pydantic import Field

from generators.params import Params, hint

Column = Annotated[str, Field(max_length=200, json_schema_extra=hint(widget="column"))]
"""The name of a column, a role such as "@price", or "" for what is inferred."""
Texts = Annotated[dict[Literal["en", "zh"], Annotated[str, Field(max_length=2_000)]], Field(max_length=2)]
"""A text in each language of reports; one that is missing is taken from English."""
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Grain = Literal["auto", "day", "week", "month", "quarter", "year"]


class Filter(Params):
    """A condition that rows meet. Several conditions must all be met."""

    column: Annotated[str, Field(min_length=1, max_length=200)]
    """The column, by its name or its role."""
    op: Literal["is", "is_not", "at_least", "below"] = "is"
    """How values compare. "is" and "is_not" take any of several; "at_least" and "below" take a number or a date."""
    values: Annotated[tuple[Annotated[str, Field(max_length=200)], ...], Field(min_length=1, max_length=100)]
    """What is compared with: names, or one number or date as text. An empty text stands for a missing value."""


class Block(Params):
    """One place of a report: what is shown there, and of which rows."""

    id: Id
    """Names the block within its template; it stays when the block is moved or changed."""
    title: Texts = {}
    """A title of one's own. Empty: what is shown."""
    note: Texts = {}
    """A text below the block. It may hold facts of the block as {placeholders}; numbers of its own are refused."""
    filters: Annotated[tuple[Filter, ...], Field(max_length=10)] = ()
    """Which rows the block is about. Empty: all."""
    period: Grain = "auto"
    """How long the periods are. Auto: as the report."""
    optional: bool = False
    """Whether the block is left out without a word where the data has nothing for it."""


class Summary(Block):
    """The sentences that a reader should know, most important first."""

    kind: Literal["summary"] = "summary"
    blocks: Annotated[tuple[Id, ...], Field(max_length=20)] = ()
    """The blocks whose main sentence is told, in this order. Empty: all, in the order of the template."""
    most: Annotated[int, Field(ge=1, le=20)] = 12
    """How many sentences at most."""
    totals: bool = True
    """Whether it begins with the main measure: its total, and how the latest period compares."""


class KeyFigures(Block):
    """Measures in the latest period with their change against the one before."""

    kind: Literal["key_figures"] = "key_figures"
    measures: Annotated[tuple[Column, ...], Field(max_length=12)] = ()
    most: Annotated[int, Field(ge=1, le=12)] = 8


class Trend(Block):
    """A measure over time."""

    kind: Literal["trend"] = "trend"
    measure: Column = ""


class Breakdown(Block):
    """A measure by the largest segments of a dimension."""

    kind: Literal["breakdown"] = "breakdown"
    measure: Column = ""
    dimension: Column = ""
    place: Annotated[int, Field(ge=0, le=5)] = 0
    """Which of the inferred dimensions, 0 the first; for where no dimension is named."""
    top_n: Annotated[int, Field(ge=0, le=50)] = 0
    """How many segments; 0 as the report."""


class Mix(Block):
    """How the shares of the largest segments went from period to period."""

    kind: Literal["mix"] = "mix"
    measure: Column = ""
    dimension: Column = ""


class Change(Block):
    """Which segments made the change from the previous to the latest period."""

    kind: Literal["change"] = "change"
    measure: Column = ""
    dimension: Column = ""
    top_n: Annotated[int, Field(ge=0, le=25)] = 0
    """How many segments; 0 as the report."""


class Ranking(Block):
    """A table of the largest segments with several measures."""

    kind: Literal["ranking"] = "ranking"
    dimension: Column = ""
    """Empty: the finest."""
    measures: Annotated[tuple[Column, ...], Field(max_length=8)] = ()
    top_n: Annotated[int, Field(ge=0, le=100)] = 0


class Spread(Block):
    """How the values of a measure are spread over rows."""

    kind: Literal["spread"] = "spread"
    measure: Column = ""
    alone: bool = False
    """Whether it is left out where the table has a dimension, whose breakdown says more."""


class Notes(Block):
    """What a reader should know about the data."""

    kind: Literal["notes"] = "notes"


class Text(Block):
    """A text of the team's own, with facts of the report as {placeholders}."""

    kind: Literal["text"] = "text"
    text: Texts = {}


class Query(Block):
    """Measures by a dimension or by period: compared, shared out and smoothed, as a table and a chart."""

    kind: Literal["query"] = "query"
    measures: Annotated[tuple[Column, ...], Field(max_length=6)] = ()
    """The first is drawn and orders the rows. Empty: the main one."""
    by: Column = ""
    """A dimension, or "@time" for the periods. Empty: the first dimension, or the periods where there is none."""
    top_n: Annotated[int, Field(ge=0, le=100)] = 0
    """How many segments, the largest; 0 as the report."""
    last: Annotated[int, Field(ge=0, le=400)] = 0
    """How many periods, the latest; 0 for all."""
    share: bool = False
    """Whether the first measure's shares of the whole are shown."""
    compare: Literal["none", "previous", "year"] = "none"
    """Growth: the change against the period before, or against the same period a year before (of days and weeks: the
    one that began 364 days before). By a dimension, segments are measured in the latest period then."""
    moving_average: Annotated[int, Field(ge=0, le=60)] = 0
    """Over how many periods the first measure is averaged; 0 for none. The first periods have no average yet."""
    show: Literal["both", "table", "chart"] = "both"
