"""What the kinds of blocks, the roles of columns and the fields of blocks are called."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

ROLES: dict[str, Promise] = {
    "time": _("Time"),
    "revenue": _("Revenue"),
    "spend": _("Spend"),
    "quantity": _("Quantity"),
    "price": _("Price"),
    "conversions": _("Conversions"),
    "clicks": _("Clicks"),
    "impressions": _("Impressions"),
    "measure": _("Another measure"),
    "customer": _("Customer"),
    "order": _("Order"),
    "item": _("Item"),
    "dimension": _("Dimension"),
    "step": _("Step"),
    "group": _("Test group"),
    "rating": _("Rating"),
    "account": _("Account"),
    "text": _("Text"),
    "id": _("Identifier"),
    "ignore": _("Left out"),
}
"""What a column may be for, in the order in which it is offered."""

OPERATORS: dict[str, Promise] = {
    "is": _("is one of"),
    "is_not": _("is none of"),
    "at_least": _("is at least"),
    "below": _("is below"),
}

WORDS = (
    gettext_noop("Key figures"),
    gettext_noop("Trend"),
    gettext_noop("Breakdown"),
    gettext_noop("Mix"),
    gettext_noop("Change"),
    gettext_noop("Ranking"),
    gettext_noop("Spread"),
    gettext_noop("Notes"),
    gettext_noop("The sentences that a reader should know, most important first."),
    gettext_noop("Measures in the latest period with their change against the one before."),
    gettext_noop("A measure over time."),
    gettext_noop("A measure by the largest segments of a dimension."),
    gettext_noop("How the shares of the largest segments went from period to period."),
    gettext_noop("Which segments made the change from the previous to the latest period."),
    gettext_noop("A table of the largest segments with several measures."),
    gettext_noop("How the values of a measure are spread over rows."),
    gettext_noop("What a reader should know about the data."),
    gettext_noop("A text of the team's own, with facts of the report as {placeholders}."),
    gettext_noop("Year over year"),
    gettext_noop("A measure over time beside itself a year before."),
    gettext_noop("Seasonality"),
    gettext_noop("What of a measure is its slow course, what returns each season, and what is left."),
    gettext_noop("Forecast"),
    gettext_noop(
        "A measure in the coming periods with an interval, and how often such intervals were right before."
    ),
    gettext_noop("Anomalies"),
    gettext_noop("Periods in which a measure was far from what was to be expected."),
    gettext_noop("Price volume"),
    gettext_noop("What price, quantity, mix, new and dropped items did to the change of revenue."),
    gettext_noop("Rate mix"),
    gettext_noop("Whether a ratio changed in its segments, or because the segments weigh differently."),
    gettext_noop("Funnel"),
    gettext_noop("How many go on from each step to the next."),
    gettext_noop("Cohorts"),
    gettext_noop("Customers by when they first came, and how many of them came back."),
    gettext_noop("Customer groups"),
    gettext_noop("Customers by how lately, how often and how much they bought."),
    gettext_noop("Concentration"),
    gettext_noop("How much of a measure the largest few bring in."),
    gettext_noop("Basket"),
    gettext_noop("Which items are bought together more often than by chance."),
    gettext_noop("Uplift"),
    gettext_noop("Whether groups differ from a first one, with intervals."),
    gettext_noop("Income"),
    gettext_noop("An income statement with its ratios."),
    gettext_noop("Market"),
    gettext_noop("Prices over time: returns, how much they swing, and how far they fell."),
    gettext_noop("Opinions"),
    gettext_noop("What people wrote: topics, whether they speak well or ill, and examples."),
)
