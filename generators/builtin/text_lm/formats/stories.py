"""Long forms: press release, blog outline and article, video script."""

from generators.builtin.text_lm.formats.products import BOTTLE, INTRODUCTIONS, INVITATIONS, LONG, SOAP
from generators.builtin.text_lm.formats.shape import Format, Part

GROUP = "Stories"

PRESS_RELEASE = Format(
    name="press_release",
    title="Press release",
    summary="Headline of 90 characters, a lead, two paragraphs. It quotes nobody: a quotation has to be real.",
    group=GROUP,
    view="document",
    caution=LONG,
    wants_larger=True,
    task="You write press releases without quotations, using only the facts: a headline, a lead and two paragraphs.",
    request="Write the press release.",
    examples=(
        (
            SOAP,
            (
                "Meadow hand soap is here",
                "Today we introduce Meadow hand soap, made with olive oil, oat milk and lavender.",
                "Olive oil and oat milk leave skin soft, and lavender adds a calm scent. The pump bottle holds 250 ml.",
                "Meadow hand soap is made with no dyes. It suits kitchen and bathroom alike.",
            ),
        ),
    ),
    parts=(
        Part(name="headline", title="Headline", before="\n", limit=90),
        Part(
            name="lead", title="Lead", before="\n\n", kind="sentences", most=2, carries=True,
            openings=("Today we introduce the {name},",),
        ),
        Part(name="paragraph", title="Paragraph", before="\n\n", kind="sentences", least=2, most=2),
        Part(name="paragraph", title="Paragraph", before="\n\n", kind="sentences", openings=INVITATIONS, most=2),
    ),
    max_tokens=240,
)  # fmt: skip

_POINTS = tuple(
    part
    for _ in range(3)
    for part in (
        Part(name="heading", title="Heading", before="\n\n", limit=60),
        Part(name="point", title="Point", before="\n- ", limit=80),
        Part(name="point", title="Point", before="\n- ", limit=80),
    )
)

OUTLINE = Format(
    name="blog_outline",
    title="Blog outline",
    summary="A title of 70 characters and three headings with two points each.",
    group=GROUP,
    view="document",
    caution=LONG,
    wants_larger=True,
    task="You write outlines of blog articles: a title and three headings with two points each.",
    request="Write the outline.",
    examples=(
        (
            SOAP,
            (
                "A small pause at the sink",
                "Why soft hands matter",
                "What water does to skin",
                "How olive oil and oat milk help",
                "The scent of a calm day",
                "Lavender in the morning",
                "A moment for yourself",
                "One bottle beside every sink",
                "What 250 ml is enough for",
                "Why there are no dyes in it",
            ),
        ),
    ),
    parts=(Part(name="title", title="Title", before="\nTitle: ", limit=70, carries=True), *_POINTS),
    max_tokens=220,
)

_SECTIONS = tuple(
    part
    for _ in range(2)
    for part in (
        Part(name="heading", title="Heading", before="\n\n", limit=60),
        Part(name="paragraph", title="Paragraph", before="\n", kind="sentences", least=2, most=3),
    )
)

ARTICLE = Format(
    name="blog_article",
    title="Blog article",
    summary="A title, an opening, two sections with headings and a close.",
    group=GROUP,
    view="document",
    caution=LONG,
    wants_larger=True,
    task="You write short blog articles: a title, an opening, two sections with headings, and a close.",
    request="Write the article.",
    examples=(
        (
            BOTTLE,
            (
                "Cold water for long rides",
                "A long ride is easier with cold water. That is why we made the Fjord water bottle.",
                "Cold for the whole ride",
                "The bottle has a double wall of stainless steel. It keeps drinks cold while you ride.",
                "Made for your bike",
                "At 0.5 l it fits bike cages. The leakproof lid keeps your bag dry.",
                "Take it along on your next ride and feel the difference.",
            ),
        ),
    ),
    parts=(
        Part(name="title", title="Title", before="\nTitle: ", limit=70),
        Part(
            name="paragraph", title="Opening", before="\n\n", kind="sentences", openings=INTRODUCTIONS, least=2, most=2,
            carries=True,
        ),
        *_SECTIONS,
        Part(name="paragraph", title="Close", before="\n\n", kind="sentences", openings=INVITATIONS, most=2),
    ),
    max_tokens=320,
)  # fmt: skip

_SCENES = tuple(
    part
    for number in range(1, 4)
    for part in (
        Part(name="picture", title="Picture", before=f"\n\nScene {number}: ", limit=90),
        Part(
            name="voice", title="Voice", before="\nVoice: ", kind="sentences", limit=140, carries=number == 1
        ),
    )
)

VIDEO = Format(
    name="video_script",
    title="Video script",
    summary="Three scenes of about ten seconds, each with its picture and what the voice says.",
    group=GROUP,
    view="dialogue",
    caution=LONG,
    wants_larger=True,
    task="You write scripts of short videos: three scenes, each with what is seen and one sentence that is said.",
    request="Write the script.",
    examples=(
        (
            SOAP,
            (
                "Hands under warm water beside a bright window",
                "Take a small pause with Meadow hand soap.",
                "A pump bottle of 250 ml on a wooden shelf",
                "Olive oil and oat milk leave your hands soft.",
                "Someone smiles and breathes in the scent",
                "A calm day begins with lavender.",
            ),
        ),
    ),
    parts=_SCENES,
    max_tokens=230,
)

FORMATS = (PRESS_RELEASE, OUTLINE, ARTICLE, VIDEO)
