"""Texts for a shop: descriptions of a product in three lengths and as bullets."""

from generators.builtin.text_lm.formats.products import (
    BOTTLE,
    CHAIR,
    HAMMOCK,
    INTRODUCTIONS,
    INVITATIONS,
    LONG,
    SOAP,
    TOLD,
    UMBRELLA,
)
from generators.builtin.text_lm.formats.shape import Format, Part

GROUP = "Shop"

DESCRIPTION = Format(
    name="product_description",
    title="Product description",
    summary="A paragraph of three sentences.",
    group=GROUP,
    caution=TOLD,
    task="You write product descriptions for an online shop: a paragraph of three sentences, using only the facts.",
    request="Write the product description.",
    examples=(
        (
            SOAP,
            (
                "Meet our Meadow hand soap. It is made with olive oil and oat milk to leave skin soft, and lavender "
                "gives it a calm scent. The pump bottle holds 250 ml and has no dyes in it.",
            ),
        ),
        (
            CHAIR,
            (
                "Our oak dining chair is made by hand, with a seat of woven paper cord. It is stackable, so you can "
                "keep a few of them ready for guests.",
            ),
        ),
        (
            BOTTLE,
            (
                "Discover our Fjord water bottle. Its double wall of stainless steel keeps drinks cold, and the "
                "leakproof lid keeps your bag dry. It holds 0.5 l and fits bike cages.",
            ),
        ),
        (
            HAMMOCK,
            (
                "Say hello to our Drift hammock. It is made of cotton and holds two people, so there is room for a "
                "friend. It comes with a carry bag, and you can take it anywhere.",
            ),
        ),
    ),
    parts=(
        Part(
            name="description", title="Description", kind="sentences", openings=INTRODUCTIONS, least=2, most=3,
            easy=90, carries=True, once=True,
        ),
    ),
    candidates=2,
)  # fmt: skip

SHORT = Format(
    name="product_description_short",
    title="Short description",
    summary="One or two sentences of 160 characters for a list of products.",
    group=GROUP,
    caution=TOLD,
    task="You write short product descriptions for an online shop: one sentence, using only the facts.",
    request="Write the short description.",
    examples=(
        (SOAP, ("Meadow hand soap with olive oil, oat milk and lavender, in a 250 ml pump bottle without dyes.",)),
        (CHAIR, ("This oak dining chair is made by hand, with a seat of woven paper cord, and it is stackable, too.",)),
        (HAMMOCK, ("The Drift hammock is made of cotton, holds two people and comes with a carry bag.",)),
        (BOTTLE, ("The Fjord water bottle keeps drinks cold, fits bike cages and has a leakproof lid.",)),
        (UMBRELLA, ("The Nimbus umbrella opens with one button and stands strong wind.",)),
    ),
    parts=(
        Part(name="description", title="Description", kind="sentences", limit=160, most=2, carries=True, once=True),
    ),
    candidates=2,
    max_tokens=70,
)  # fmt: skip

BULLETS = Format(
    name="product_bullets",
    title="Bullet points",
    summary="Four points of up to 80 characters each.",
    group=GROUP,
    task="You write four short bullet points about a product, using only the facts. Each names one good point.",
    request="Write the four bullet points.",
    examples=(
        (
            SOAP,
            (
                "Olive oil and oat milk leave skin soft",
                "Lavender gives a calm scent",
                "Pump bottle holds 250 ml",
                "Made with no dyes",
            ),
        ),
        (
            BOTTLE,
            (
                "Double wall of stainless steel keeps drinks cold",
                "Leakproof lid keeps your bag dry",
                "Capacity of 0.5 l for the whole ride",
                "Fits bike cages",
            ),
        ),
        (
            UMBRELLA + ", light and small\nColours: red, blue",
            ("Opens with one button", "Stands strong wind", "Light and small", "Comes in red and blue"),
        ),
        (
            CHAIR,
            (
                "Made of oak, by hand",
                "Seat of woven paper cord",
                "Stackable when you need room",
                "For your dining table",
            ),
        ),
    ),
    parts=tuple(
        Part(name="bullet", title="Point", before="\n- ", limit=80, carries=number == 0)
        for number in range(4)
    ),
    candidates=2,
)

LENGTHY = Format(
    name="product_description_long",
    title="Long description",
    summary="Three paragraphs of two or three sentences each.",
    group=GROUP,
    caution=LONG,
    wants_larger=True,
    task="You write long product descriptions for an online shop: three short paragraphs, using only the facts.",
    request="Write the long product description in three paragraphs.",
    examples=(
        (
            SOAP,
            (
                "Meadow hand soap turns washing your hands into a small pause in the day. It is made for everyone who "
                "wants a little calm between tasks.",
                "Olive oil and oat milk leave skin soft. Lavender adds a calm scent that stays with you for a moment.",
                "The pump bottle holds 250 ml and is free of dyes. Put one beside every sink and enjoy it every day.",
            ),
        ),
    ),
    parts=(
        Part(
            name="paragraph", title="Opening", kind="sentences", openings=INTRODUCTIONS, least=2, most=2, carries=True
        ),
        Part(name="paragraph", title="Details", kind="sentences", before="\n\n", least=2, most=3),
        Part(name="paragraph", title="Close", kind="sentences", before="\n\n", openings=INVITATIONS, most=2),
    ),
    max_tokens=260,
)  # fmt: skip

FORMATS = (DESCRIPTION, SHORT, BULLETS, LENGTHY)
