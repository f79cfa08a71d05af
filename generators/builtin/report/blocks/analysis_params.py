"""What the kinds of blocks take that need a customer, an order, a price, a text and the like, or look ahead in time.

Nothing heavy is imported here: the studio reads it.
"""

from typing import Annotated, Literal

from pydantic import Field

from generators.builtin.report.blocks.params import Block, Column

Name = Annotated[str, Field(max_length=200)]


class YearOverYear(Block):
    """A measure over time beside itself a year before."""

    kind: Literal["year_over_year"] = "year_over_year"
    measure: Column = ""


class Seasonality(Block):
    """What of a measure is its slow course, what returns each season, and what is left."""

    kind: Literal["seasonality"] = "seasonality"
    measure: Column = ""


class Forecast(Block):
    """A measure in the coming periods with an interval, and how often such intervals were right before."""

    kind: Literal["forecast"] = "forecast"
    measure: Column = ""
    periods: Annotated[int, Field(ge=0, le=52)] = 0
    """How many periods ahead; 0 for what suits their length."""
    level: Annotated[float, Field(ge=0.5, le=0.99)] = 0.8
    """How often the interval is to hold the value."""


class Anomalies(Block):
    """Periods in which a measure was far from what was to be expected."""

    kind: Literal["anomalies"] = "anomalies"
    measure: Column = ""


class PriceVolume(Block):
    """What price, quantity, mix, new and dropped items did to the change of revenue."""

    kind: Literal["price_volume"] = "price_volume"
    item: Column = "@item"
    quantity: Column = "@quantity"
    revenue: Column = "@revenue"


class RateMix(Block):
    """Whether a ratio changed in its segments, or because the segments weigh differently."""

    kind: Literal["rate_mix"] = "rate_mix"
    measure: Column = "@second"
    """A ratio, such as "@conversion_rate"."""
    dimension: Column = ""


class Funnel(Block):
    """How many go on from each step to the next."""

    kind: Literal["funnel"] = "funnel"
    step: Column = "@step"
    visitor: Column = "@customer"
    """Who takes the steps. Where the table has no steps, impressions, clicks and conversions are the steps."""
    order: Annotated[tuple[Name, ...], Field(max_length=12)] = ()
    """The steps in their order. Empty: the step with most visitors first."""


class Cohorts(Block):
    """Customers by when they first came, and how many of them came back."""

    kind: Literal["cohorts"] = "cohorts"
    customer: Column = "@customer"


class CustomerGroups(Block):
    """Customers by how lately, how often and how much they bought."""

    kind: Literal["customer_groups"] = "customer_groups"
    customer: Column = "@customer"
    measure: Column = ""


class Concentration(Block):
    """How much of a measure the largest few bring in."""

    kind: Literal["concentration"] = "concentration"
    of: Column = "@customer"
    measure: Column = ""


class Basket(Block):
    """Which items are bought together more often than by chance."""

    kind: Literal["basket"] = "basket"
    order: Column = "@order"
    item: Column = "@item"
    support: Annotated[float, Field(gt=0, le=1)] = 0.005
    """The share of all orders that a pair must be in."""
    top_n: Annotated[int, Field(ge=1, le=50)] = 10


class Uplift(Block):
    """Whether groups differ from a first one, with intervals."""

    kind: Literal["uplift"] = "uplift"
    group: Column = "@group"
    measure: Column = ""
    """A column of numbers for means, or of two names, such as yes and no, for rates."""
    control: Name = ""
    """The group that others are held against. Empty: control, or else the largest."""
    success: Name = ""
    """Of a column of two names, the one that is wanted. Empty: yes, true or the like."""


class Income(Block):
    """An income statement with its ratios."""

    kind: Literal["income"] = "income"
    account: Column = "@account"
    """The column of the accounts' names. Where there is none, each column of numbers is an account."""
    amount: Column = ""


class Market(Block):
    """Prices over time: returns, how much they swing, and how far they fell."""

    kind: Literal["market"] = "market"
    price: Column = "@price"
    dimension: Column = ""
    """What is traded. Empty: the first column of repeated names, where there is one."""


class Opinions(Block):
    """What people wrote: topics, whether they speak well or ill, and examples."""

    kind: Literal["opinions"] = "opinions"
    text: Column = "@text"
    rating: Column = "@rating"
    """A column that says how content the writer was. Without one, the words tell."""
