"""Mail: the marketing e-mail and the answer to a customer."""

from generators.builtin.text_lm.formats.products import BOTTLE, HAMMOCK, INTRODUCTIONS, INVITATIONS, SOAP
from generators.builtin.text_lm.formats.shape import Format, Part

GROUP = "Mail"

EMAIL = Format(
    name="email",
    title="Email",
    summary="Subject of 60 characters, preheader of 90, two paragraphs and a button of 25.",
    group=GROUP,
    view="email",
    task="You write short marketing e-mails: a subject line, a preheader, two short paragraphs and a button.",
    request="Write the e-mail.",
    examples=(
        (
            SOAP,
            (
                "Say hello to softer hands",
                "Olive oil, oat milk and a calm scent of lavender",
                "Meet our Meadow hand soap. It is made with olive oil, oat milk and lavender, so skin stays soft.",
                "With Meadow hand soap, you can turn washing your hands into a small pause.",
                "Discover Meadow",
            ),
        ),
        (
            BOTTLE,
            (
                "Cold drinks for every ride",
                "A bottle that fits your bike cage and never leaks",
                "Say hello to our Fjord water bottle. Its double wall of stainless steel keeps drinks cold.",
                "Choose Fjord water bottle for your next trip. It fits your bike cage, and the lid does not leak.",
                "See the bottle",
            ),
        ),
        (
            HAMMOCK,
            (
                "Time to relax together",
                "A cotton hammock with room for two",
                "Discover our Drift hammock. It is made of cotton and holds two people.",
                "You will love Drift hammock on a slow afternoon. It comes with a carry bag.",
                "See the hammock",
            ),
        ),
    ),
    parts=(
        Part(name="subject", title="Subject", before="\nSubject: ", limit=60),
        Part(name="preheader", title="Preheader", before="\nPreheader: ", limit=90),
        Part(
            name="body", title="Body", before="\n\nHello,\n\n", kind="sentences", openings=INTRODUCTIONS, most=2,
            carries=True,
        ),
        Part(name="body", title="Body", before="\n\n", kind="sentences", openings=INVITATIONS, most=2),
        Part(name="button", title="Button", before="\n\nButton: ", limit=25),
    ),
    closing="\n\nWarm regards",
    max_tokens=230,
)  # fmt: skip

_THANKS = ("Thank you for your message about our {name}.", "Thank you for writing to us about our {name}.")

REPLY = Format(
    name="customer_reply",
    title="Customer reply",
    summary="An answer to a customer's message: thanks, what the facts say to it, and what comes next.",
    group=GROUP,
    uses=frozenset({"source"}),
    caution="It says the product facts that are nearest to the message; where none is, it only promises an answer. Put "
    "what customers ask for, such as delivery and returns, into the facts.",
    task="You answer messages of customers in two friendly sentences, using only the facts of the product.",
    request="Write the reply.",
    examples=(
        (
            SOAP + "\n\nMessage: Is there any colour in the soap? My son has delicate skin.",
            (
                "Thank you for your message about our Meadow hand soap. It has no dyes, and it is made with olive oil, "
                "oat milk and lavender.",
            ),
        ),
        (
            BOTTLE + "\n\nMessage: I ride a lot. Will it fit?",
            (
                "Thank you for your message about our Fjord water bottle. Yes, it fits bike cages, and the lid does "
                "not leak.",
            ),
        ),
    ),
    parts=(
        Part(
            name="reply", title="Reply", before="\nHello,\n\n", kind="sentences", openings=_THANKS, least=2, most=2,
            carries=True, easy=60,
        ),
    ),
    closing="\n\nWarm regards",
    candidates=2,
    max_tokens=110,
)  # fmt: skip

FORMATS = (EMAIL, REPLY)
