"""What the kinds of blocks, the roles of columns and the fields of blocks are called."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ROLES: dict[str, Promise] = {
    "time": _("Time"),
    "revenue": _("Revenue"),
    "spend": _("Spend"),
    "quantity": _("Quantity"),
    "price": _("Price"),
    "conversions": _("Conversions"),
    "clicks": _("Clicks"),
    "impressions": _("Impressions"),
    "outcome": _("Result"),
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
