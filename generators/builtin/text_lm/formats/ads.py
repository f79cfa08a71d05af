"""Ads: headlines, responsive search ads and slogans, within the limits of ad platforms."""

from generators.builtin.text_lm.formats.products import BOTTLE, CHAIR, HAMMOCK, SOAP, UMBRELLA
from generators.builtin.text_lm.formats.shape import Format, Part

GROUP = "Ads"
_NEVER = '[]{}<>|*_\\"“”@#!'

HEADLINE = Format(
    name="ad_headline",
    title="Ad headline",
    summary="One headline of 30 characters; wide characters count as two.",
    group=GROUP,
    view="ad",
    task="You write ad headlines. A headline has three to five words and names the product and its best point.",
    request="Write a short ad headline.",
    examples=(
        (SOAP, ("Lavender Soap for Soft Hands",)),
        (BOTTLE, ("Fjord Bottle Keeps Drinks Cold",)),
        (CHAIR, ("Handmade Oak Dining Chair",)),
        (HAMMOCK, ("Relax Together in Drift",)),
        (UMBRELLA, ("Nimbus Umbrella Loves Wind",)),
    ),
    parts=(Part(name="headline", title="Headline", limit=30, counting="wide", carries=True),),
    never=_NEVER + ",.:;?",
    max_tokens=24,
    candidates=3,
)

SEARCH_AD = Format(
    name="search_ad",
    title="Search ad",
    summary="Three headlines of 30 and two descriptions of 90 characters, as Google and Bing count.",
    group=GROUP,
    view="ad",
    task="You write search ads: three short headlines and two descriptions of one sentence, using only the facts.",
    request="Write the search ad.",
    examples=(
        (
            SOAP,
            (
                "Lavender Soap for Soft Hands",
                "Olive Oil and Oat Milk",
                "Meadow Hand Soap",
                "Meadow hand soap leaves skin soft with olive oil and oat milk.",
                "Enjoy the calm scent of lavender. Pump bottle with no dyes.",
            ),
        ),
        (
            BOTTLE,
            (
                "Fjord Bottle Keeps Drinks Cold",
                "Leakproof on Every Ride",
                "Made to Fit Bike Cages",
                "The Fjord water bottle keeps drinks cold for the whole ride.",
                "The leakproof lid keeps your bag dry, and it fits bike cages.",
            ),
        ),
        (
            CHAIR,
            (
                "Oak Dining Chair",
                "Made by Hand",
                "Seat of Woven Paper Cord",
                "An oak dining chair, made by hand, with a seat of woven paper cord.",
                "It is stackable, so there is room for every guest.",
            ),
        ),
        (
            HAMMOCK,
            (
                "The Drift Hammock",
                "Room for Two People",
                "Cotton, with a Carry Bag",
                "The Drift hammock is made of cotton and holds two people.",
                "It comes with a carry bag, so you can take it anywhere.",
            ),
        ),
    ),
    parts=(
        *(
            Part(name="headline", title="Headline", before="\nHeadline: ", limit=30, counting="wide")
            for _ in range(3)
        ),
        *(
            Part(
                name="description", title="Description", before="\nDescription: ", kind="sentences", most=2,
                limit=90, counting="wide", carries=number == 0,
            )
            for number in range(2)
        ),
    ),
    never=_NEVER,
    max_tokens=130,
    candidates=2,
)  # fmt: skip

SLOGAN = Format(
    name="slogan",
    title="Slogan",
    summary="A line of three to seven words, 45 characters at most.",
    group=GROUP,
    task="You write slogans: a short line of three to seven words that people remember.",
    request="Write a slogan.",
    examples=(
        (SOAP, ("A small pause for your hands",)),
        (BOTTLE, ("Cold water for the whole ride",)),
        (CHAIR, ("A good seat at every table",)),
        (UMBRELLA, ("Let the wind try",)),
    ),
    parts=(Part(name="slogan", title="Slogan", limit=45, carries=True),),
    never=_NEVER + ":;",
    max_tokens=24,
    candidates=3,
)

FORMATS = (HEADLINE, SEARCH_AD, SLOGAN)
