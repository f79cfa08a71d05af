"""Posts for social networks, each within the limit of its own network."""

from dataclasses import replace

from generators.builtin.text_lm.formats.products import BOTTLE, HAMMOCK, INTRODUCTIONS, SOAP, UMBRELLA
from generators.builtin.text_lm.formats.shape import Format, Part
from generators.formats import Counting

GROUP = "Social"

POST = Format(
    name="social_post",
    title="Social post",
    summary="Two short sentences and a hashtag for any network.",
    group=GROUP,
    view="post",
    task="You write friendly social media posts for a brand: two short sentences.",
    request="Write the social media post.",
    examples=(
        (SOAP, ("Meet our Meadow hand soap. Olive oil, oat milk and lavender are here to treat your hands.",)),
        (
            BOTTLE,
            ("Say hello to our Fjord water bottle. It keeps drinks cold, fits bike cages and never leaks.",),
        ),
        (UMBRELLA, ("Our Nimbus umbrella opens with one button. Let the wind try!",)),
        (HAMMOCK, ("Discover our Drift hammock. It holds two people, so bring a friend!",)),
    ),
    parts=(
        Part(
            name="post", title="Post", kind="sentences", openings=INTRODUCTIONS, most=2, after=" {hashtag}",
            carries=True,
        ),
    ),
    max_tokens=100,
)  # fmt: skip


def _for(
    name: str,
    title: str,
    summary: str,
    *,
    limit: int,
    counting: Counting = "characters",
    most: int,
    after: str,
) -> Format:
    """Return a post for one network."""
    part = replace(POST.parts[0], limit=limit, counting=counting, least=min(2, most), most=most, after=after)
    return replace(POST, name=name, title=title, summary=summary, parts=(part,), max_tokens=60 + 45 * most)


X = _for("post_x", "Post on X", "280 characters; Chinese and emoji count as two.",
         limit=280, counting="weighted", most=2, after=" {hashtag}")  # fmt: skip
INSTAGRAM = _for("post_instagram", "Instagram caption", "2,200 characters, of which the first 125 are shown at once.",
                 limit=2200, most=3, after="\n\n{hashtag}")  # fmt: skip
FACEBOOK = _for("post_facebook", "Facebook post",
                "Three sentences, for short posts are read; 63,206 characters are the most.",
                limit=63206, most=3, after="")  # fmt: skip
LINKEDIN = _for("post_linkedin", "LinkedIn post", "3,000 characters, of which the first 210 are shown at once.",
                limit=3000, most=4, after="\n\n{hashtag}")  # fmt: skip
XIAOHONGSHU = replace(
    POST,
    name="post_xiaohongshu",
    title="Xiaohongshu note",
    summary="A title of 20 characters and a note of up to 1,000.",
    task="You write notes for a shopping network: a short title and a friendly note of two or three sentences.",
    request="Write the title and the note.",
    examples=tuple(
        (facts, (title, text))
        for title, (facts, (text,)) in zip(
            ("Soap for soft hands", "Cold all day long", "Let it rain", "Room for two"),
            POST.examples,
            strict=True,
        )
    ),
    parts=(
        Part(name="title", title="Title", before="\nTitle: ", limit=20),
        replace(
            POST.parts[0], name="note", title="Note", before="\n\n", limit=1000, most=3, after="\n\n{hashtag}"
        ),
    ),
    max_tokens=190,
)

FORMATS = (POST, X, INSTAGRAM, FACEBOOK, LINKEDIN, XIAOHONGSHU)
