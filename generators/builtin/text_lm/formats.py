"""The formats as data: what each asks for, shows, allows and limits."""

from dataclasses import dataclass, replace

from generators.builtin.text_lm.facts import hashtag


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of a reply that the network writes, after a text that is given."""

    before: str = ""
    """Fixed text before it."""
    openings: tuple[str, ...] = ("",)
    """How it may start; variants take turns. {name} is the product's name."""
    max_tokens: int
    sentences: int = 0
    """The part is complete after so many sentences; 0 does not count them."""
    stops: tuple[str, ...] = ("\n",)
    """Strings that end the part; they do not belong to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One kind of text that text-lm writes."""

    task: str
    """What the writer is told to do."""
    request: str
    """How the request ends, after the product facts."""
    examples: tuple[tuple[str, str], ...]
    """Product facts and the reply to them, shown before the real product."""
    parts: tuple[Part, ...]
    """What the network writes, in order."""
    closing: str = ""
    """Fixed text at the end. {hashtag} is made of the product's name."""
    never: str = '[]{}<>|*_\\"“”@#'
    """Characters that no reply holds: small networks use them for placeholders."""
    max_characters: int | None = None
    """Longest reply; longer candidates are dropped, never cut."""
    repetition_penalty: float = 1.12

    def about(self, name: str, turn: int) -> "Format":
        """Return the format for one variant: with the product's name filled in and one opening for each part.

        Args:
            name: The product's name; without one ("") the network starts each part as it likes.
            turn: The number of the variant; openings take turns.
        """
        parts = [
            replace(
                part,
                openings=(part.openings[turn % len(part.openings)].replace("{name}", name) if name else "",),
            )
            for part in self.parts
        ]
        return replace(self, parts=tuple(parts), closing=self.closing.replace("{hashtag}", hashtag(name)))

    def learnt(self) -> "Format":
        """Return the format for a network that was trained to write it: it opens texts as the house does."""
        return replace(self, parts=tuple(replace(part, openings=("",)) for part in self.parts))

    @property
    def max_tokens(self) -> int:
        """The most tokens a reply can have; a character of fixed text is at most a token."""
        return sum(part.max_tokens + len(part.before) + max(map(len, part.openings)) for part in self.parts)


_SOAP = """Name: Meadow hand soap
Ingredients: olive oil, oat milk, lavender
Size: 250 ml
Details: pump bottle, no dyes"""
_BOTTLE = """Name: Fjord water bottle
Material: stainless steel, double wall
Capacity: 0.5 l
Details: keeps drinks cold, leakproof lid, fits bike cages"""
_CHAIR = "Oak dining chair, woven paper cord seat, made by hand, stackable"

_INTRODUCTIONS = ("Meet our {name},", "Our {name}", "Say hello to our {name},", "Discover our {name},")
_INVITATIONS = ("With {name}, you can", "Choose {name}", "Enjoy {name}", "You will love {name}")

LANGUAGES = {
    "en": "English",
    "zh": "Simplified Chinese",
    "de": "German",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "ja": "Japanese",
    "pt": "Portuguese",
}

FORMATS: dict[str, Format] = {
    "product_description": Format(
        task="You write product descriptions for an online shop: a paragraph of three sentences, using only the facts.",
        request="Write the product description.",
        examples=(
            (
                _SOAP,
                "Meadow hand soap turns washing your hands into a small pause in the day. Olive oil and oat milk leave "
                "skin soft, while lavender adds a calm, natural scent. The 250 ml pump bottle is free of dyes and "
                "looks at home beside any sink.",
            ),
            (
                _BOTTLE,
                "Take cold water anywhere with the Fjord water bottle. Its double wall of stainless steel keeps drinks "
                "cool for the whole ride, and the leakproof lid means your bag stays dry. At 0.5 l it slips into bike "
                "cages and is always within reach.",
            ),
        ),
        parts=(Part(openings=_INTRODUCTIONS, max_tokens=100, sentences=3),),
    ),
    "ad_headline": Format(
        task="You write ad headlines. A headline has three to five words and names the product and its best point.",
        request="Write a short ad headline.",
        examples=(
            (_SOAP, "Lavender Soap for Soft Hands"),
            (_BOTTLE, "Fjord Bottle Keeps Drinks Cold"),
            (_CHAIR, "Handmade Oak Dining Chair"),
            (
                "Name: Drift hammock\nMaterial: cotton\nDetails: holds two people, carry bag",
                "Relax Together in Drift",
            ),
            (
                "Name: Nimbus umbrella\nDetails: opens with one button, stands strong wind",
                "Nimbus Umbrella Loves Wind",
            ),
        ),
        parts=(Part(max_tokens=14),),
        never='[]{}<>|*_\\"“”@#!,.:;?',
        max_characters=30,
    ),
    "social_post": Format(
        task="You write friendly social media posts for a brand: two short sentences and a hashtag.",
        request="Write the social media post.",
        examples=(
            (
                _SOAP,
                "Your sink called, it wants something nicer. Meadow hand soap with olive oil, oat milk and lavender is "
                "here to treat your hands. #MeadowHandSoap",
            ),
            (
                _BOTTLE,
                "Hot day, long ride, still cold. The Fjord water bottle fits your bike cage and never leaks in your "
                "bag. #FjordWaterBottle",
            ),
        ),
        parts=(Part(openings=_INTRODUCTIONS, max_tokens=70, sentences=2),),
        closing=" {hashtag}",
    ),
    "email": Format(
        task="You write short marketing e-mails: a subject line, a greeting and two short paragraphs.",
        request="Write the e-mail.",
        examples=(
            (
                _SOAP,
                "Subject: Say hello to softer hands\n\nHello,\n\nWashing your hands should feel good. Meadow hand "
                "soap is made with olive oil, oat milk and lavender, so skin stays soft wash after wash.\n\nThe 250 ml "
                "pump bottle has no dyes and suits kitchen and bathroom alike. Put one beside every sink and feel the "
                "difference.\n\nWarm regards",
            ),
            (
                _BOTTLE,
                "Subject: Cold drinks for every ride\n\nHello,\n\nMeet the Fjord water bottle. Its double wall of "
                "stainless steel keeps drinks cold, however long the road.\n\nThe leakproof lid keeps your bag dry, "
                "and at 0.5 l it fits your bike cage. Take it along on your next trip.\n\nWarm regards",
            ),
        ),
        parts=(
            Part(before="Subject:", max_tokens=14),
            Part(before="\n\nHello,\n\n", openings=_INTRODUCTIONS, max_tokens=60, sentences=2),
            Part(
                before="\n\n",
                openings=_INVITATIONS,
                max_tokens=60,
                sentences=2,
            ),
        ),
        closing="\n\nWarm regards",
    ),
}
