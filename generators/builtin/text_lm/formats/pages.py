"""Parts of web pages: the landing page, what search engines show, and questions with answers."""

from generators.builtin.text_lm.formats.products import BOTTLE, HAMMOCK, SOAP
from generators.builtin.text_lm.formats.shape import Format, Part

GROUP = "Pages"

SEO = Format(
    name="seo",
    title="SEO title and meta description",
    summary="A title of 60 characters and a description of 155, as search engines cut them.",
    group=GROUP,
    view="search",
    task="You write what search engines show of a product page: a title and a description of one or two sentences.",
    request="Write the title and the description.",
    examples=(
        (
            SOAP,
            (
                "Meadow Hand Soap with Olive Oil and Lavender",
                "Meadow hand soap leaves skin soft with olive oil, oat milk and lavender. It comes in a 250 ml "
                "pump bottle without dyes.",
            ),
        ),
        (
            BOTTLE,
            (
                "Fjord Water Bottle in Stainless Steel",
                "The Fjord water bottle keeps drinks cold with its double wall and has a leakproof lid. It fits bike "
                "cages.",
            ),
        ),
    ),
    parts=(
        Part(name="title", title="Title", before="\nTitle: ", limit=60, counting="wide"),
        Part(
            name="description", title="Description", before="\nDescription: ", kind="sentences", most=2, limit=155,
            counting="wide", carries=True,
        ),
    ),
    max_tokens=100,
)  # fmt: skip

_BENEFITS = tuple(
    part
    for _ in range(3)
    for part in (
        Part(name="benefit", title="Benefit", before="\n\n", limit=40),
        Part(name="reason", title="Reason", before="\n", kind="sentences"),
    )
)

LANDING_PAGE = Format(
    name="landing_page",
    title="Landing page",
    summary="Headline, a line below it, three benefits with a sentence each, and a button.",
    group=GROUP,
    view="document",
    task="You write landing pages: a headline, a line below it, three benefits with one sentence each, and a button.",
    request="Write the landing page.",
    examples=(
        (
            SOAP,
            (
                "Soft Hands, Every Day",
                "Meadow hand soap with olive oil, oat milk and lavender.",
                "Soft skin",
                "Olive oil and oat milk leave your hands soft.",
                "A calm scent",
                "Lavender turns washing into a small pause.",
                "Nothing you do not need",
                "There are no dyes in the 250 ml pump bottle.",
                "Discover Meadow",
            ),
        ),
        (
            HAMMOCK,
            (
                "Relax Together",
                "The Drift hammock is made of cotton and holds two people.",
                "Room for two",
                "The hammock holds two people.",
                "Made of cotton",
                "Cotton feels good on the skin.",
                "Easy to take along",
                "It comes with a carry bag.",
                "See the hammock",
            ),
        ),
    ),
    parts=(
        Part(name="headline", title="Headline", before="\nHeadline: ", limit=60),
        Part(name="subheadline", title="Line below", before="\n", kind="sentences", limit=140, carries=True),
        *_BENEFITS,
        Part(name="button", title="Button", before="\n\nButton: ", limit=25),
    ),
    max_tokens=260,
)

FAQ = Format(
    name="faq",
    title="Questions and answers",
    summary="Three questions that buyers ask, each with an answer from the facts.",
    group=GROUP,
    view="dialogue",
    caution="The packaged network asks simple questions only. Check that each answer fits its question.",
    task="You write questions that buyers ask about a product, each with a short answer from the facts.",
    request="Write three questions with their answers.",
    examples=(
        (
            SOAP,
            (
                "What is it made of?",
                "Meadow hand soap is made with olive oil, oat milk and lavender.",
                "How big is the bottle?",
                "The pump bottle holds 250 ml.",
                "Are there any dyes in it?",
                "No, it is made with no dyes.",
            ),
        ),
        (
            BOTTLE,
            (
                "What is it made of?",
                "It has a double wall of stainless steel.",
                "How much does it hold?",
                "The capacity is 0.5 l.",
                "Can I take it on a bike ride?",
                "Yes, it fits bike cages, and the lid is leakproof.",
            ),
        ),
    ),
    parts=tuple(
        part
        for number in range(3)
        for part in (
            Part(name="question", title="Question", before="\n\nQ: ", kind="sentences", limit=90, ends="?"),
            Part(
                name="answer", title="Answer", before="\nA: ", kind="sentences", most=2, carries=number == 0,
            ),
        )
    ),
    max_tokens=220,
)  # fmt: skip

FORMATS = (LANDING_PAGE, SEO, FAQ)
