"""Parts of web pages: the landing page, what search engines show, and questions with answers."""

from generators.builtin.text_lm.formats.products import BOTTLE, HAMMOCK, SOAP, TOLD
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
    for opening in ("So you can", "You can", "It is made for")
    for part in (
        Part(name="benefit", title="Benefit", before="\n\n", limit=40),
        Part(name="reason", title="Reason", before="\n", kind="sentences", limit=100, openings=(opening,)),
    )
)

LANDING_PAGE = Format(
    name="landing_page",
    title="Landing page",
    caution=TOLD,
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
                "Pump bottle",
                "So you can wash your hands with one touch.",
                "Lavender",
                "You can enjoy a calm scent every day.",
                "No dyes",
                "It is made for hands that need care.",
                "Discover Meadow",
            ),
        ),
        (
            HAMMOCK,
            (
                "Relax Together",
                "The Drift hammock is made of cotton and holds two people.",
                "Holds two people",
                "So you can relax together with a friend.",
                "Carry bag",
                "You can take it anywhere you go.",
                "Made of cotton",
                "It is made for long afternoons in the garden.",
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
    caution=TOLD,
    task="You write questions that buyers ask about a product, each with a short answer from the facts.",
    request="Write three questions with their answers.",
    examples=(
        (
            SOAP,
            (
                "What is special about it?",
                "It has a pump bottle, and there are no dyes in it.",
                "What is it made of?",
                "It is made with olive oil, oat milk and lavender.",
                "What is the size?",
                "The size is 250 ml.",
            ),
        ),
        (
            BOTTLE,
            (
                "What is special about it?",
                "It has a leakproof lid, and it keeps drinks cold.",
                "What is the capacity?",
                "The capacity is 0.5 l.",
                "What does it do?",
                "It keeps drinks cold and fits bike cages.",
            ),
        ),
        (
            HAMMOCK,
            (
                "What is special about it?",
                "It has room for two people, and it comes with a carry bag.",
                "What is it made of?",
                "It is made of cotton.",
                "What does it do?",
                "It holds two people.",
            ),
        ),
    ),
    parts=tuple(
        part
        for number in range(3)
        for part in (
            Part(
                name="question", title="Question", before="\n\nQ: ", kind="sentences", limit=90, ends="?",
                kept="" if number else "What is special about it?", easy=50,
            ),
            Part(
                name="answer", title="Answer", before="\nA: ", kind="sentences", most=1 + (number > 0),
                limit=0 if number else 90, easy=50, carries=number == 0, openings=("",) if number else ("It has",),
            ),
        )
    ),
    max_tokens=220,
)  # fmt: skip

FORMATS = (LANDING_PAGE, SEO, FAQ)
