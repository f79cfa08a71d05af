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
    "text": _("Text"),
    "id": _("Identifier"),
    "ignore": _("Left out"),
}
"""What a column may be for, in the order in which it is offered."""
AMOUNTS = ("measure", "revenue", "spend", "quantity", "price", "conversions", "clicks", "impressions")
"""Roles of columns that hold amounts."""

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
)
