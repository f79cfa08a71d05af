"""What text-lm says of itself."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from generators.blank import says_a_word
from generators.builtin.text_lm.formats import FORMATS
from generators.params import EvaluateParams, Facts, Params, Seed, hint
from generators.spec import Needs, Spec
from generators.texts.presets import writing_presets

ADVANCED = hint(group="Advanced")
BRAND = hint(group="Brand")
Term = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^\n\r\t]+$")
]
"""A word or a few, as a brand kit lists them."""
Proven = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
"""Something that the brand can prove."""
Kept = Annotated[str, StringConstraints(max_length=2_000)]
"""What a part says that is kept; empty where it is written."""
FormatName = Literal[
    "product_description", "product_description_short", "product_bullets", "product_description_long",
    "ad_headline", "search_ad", "slogan",
    "social_post", "post_x", "post_instagram", "post_facebook", "post_linkedin", "post_xiaohongshu",
    "email", "customer_reply", "landing_page", "seo", "faq",
    "press_release", "blog_outline", "blog_article", "video_script",
    "rewrite", "summary", "translation", "variations",
]  # fmt: skip


class TrainParams(Params):
    """What to learn from the texts of a data set, and for how long. The defaults take minutes on a CPU."""

    learn: Literal["texts", "product_description", "ad_headline", "social_post", "email", "preferences"] = (
        "texts"
    )
    """What is learnt: how the texts read, or to write one of the formats from the other columns and the label. With
    "preferences", which of two texts people preferred: the columns prompt, chosen and rejected."""
    ktokens: float = Field(default=60, gt=0, le=1_000_000)
    """Duration, in thousands of tokens read; a token is about four letters. Reading all texts twice or three times is
    enough."""
    seed: Seed = 0
    """The same seed, data and params give the same weights on the same machine."""
    learning_rate: float = Field(default=1e-3, gt=0, le=0.1, json_schema_extra=ADVANCED)
    """Highest step size of AdamW; it rises at first and then falls along a cosine."""
    batch_tokens: int = Field(default=1024, ge=64, le=262_144, json_schema_extra=ADVANCED)
    """Tokens per step. They are read in rows, whose gradients add up."""
    context_length: int = Field(default=512, ge=32, le=1024, json_schema_extra=ADVANCED)
    """Most tokens in a row; longer texts are cut. Memory grows with it."""
    lora_rank: int = Field(default=8, ge=1, le=256, json_schema_extra=ADVANCED)
    """Rank of the adapters: how much they can learn. The checkpoint grows with it."""
    lora_alpha: float = Field(default=16, gt=0, le=1024, json_schema_extra=ADVANCED)
    """Strength of the adapters, divided by their rank."""
    lora_dropout: float = Field(default=0, ge=0, le=0.9, json_schema_extra=ADVANCED)
    """Share of each adapter's inputs that a step leaves out, against learning by heart; drawing it takes time."""
    targets: Literal["attention", "all"] = Field(default="all", json_schema_extra=ADVANCED)
    """The layers beside which adapters lie: those of the attention, or the feed-forward ones as well."""
    warmup_ratio: float = Field(default=0.1, ge=0, le=0.5, json_schema_extra=ADVANCED)
    """Share of the duration in which the step size rises."""
    weight_decay: float = Field(default=0.01, ge=0, le=1, json_schema_extra=ADVANCED)
    """How strongly AdamW pulls the adapters towards nothing."""
    dpo_beta: float = Field(default=0.1, gt=0, le=10, json_schema_extra=ADVANCED)
    """For preferences: how strongly the network is held to what it wrote before; less changes it more."""
    patience: int = Field(default=3, ge=0, le=100, json_schema_extra=ADVANCED)
    """Stop when held-out texts were predicted no better so many times in a row (of 8 in all); 0 never stops."""


class SampleParams(Params):
    """What to write, about which product, and how freely."""

    format: FormatName = "product_description"
    """What is written. Each format has parts and limits of its own, which hold while it is written."""
    product: Facts
    """What the product is: facts in your own words, or the fields of a catalogue row. Numbers come from here only."""
    locked: Annotated[tuple[Kept, ...], Field(max_length=40, json_schema_extra=hint(widget="hidden"))] = ()
    """Parts that stay word for word while the others are written anew: a text for each part, empty where it is
    written."""
    source: Annotated[str, Field(max_length=8_000, json_schema_extra=hint(widget="textarea"))] = ""
    """The text to rewrite, sum up, translate or vary, or the customer's message to answer."""
    change: Literal["shorter", "longer", "simpler", "tone"] = "shorter"
    """How the text is rewritten."""
    tone: Literal["neutral", "friendly", "formal", "playful", "confident"] = "neutral"
    """How it sounds."""
    brand_voice: Annotated[
        str, Field(max_length=2_000, json_schema_extra=hint(widget="textarea", group="Brand"))
    ] = ""
    """How the brand sounds, in a sentence or two. The packaged network follows it only loosely."""
    audience: Annotated[str, Field(max_length=400, json_schema_extra=BRAND)] = ""
    """Who reads it, in a few words."""
    required_terms: Annotated[tuple[Term, ...], Field(max_length=8, json_schema_extra=BRAND)] = ()
    """Words that each text says, exactly so. Begins with those of the brand."""
    banned_terms: Annotated[tuple[Term, ...], Field(max_length=64, json_schema_extra=BRAND)] = ()
    """Words that no text says. Begins with those of the brand."""
    proven_claims: Annotated[
        tuple[Proven, ...], Field(max_length=200, json_schema_extra=hint(widget="hidden"))
    ] = ()
    """What the brand can prove: the claims of its kit. A superlative ("best", "number one") needs one even where the
    facts say it; else it is marked."""
    language: Literal[
        "auto", "en", "zh", "de", "es", "fr", "it", "ja", "pt", "nl", "pl", "tr", "ru", "ar", "he", "hi", "ko"
    ] = "auto"
    """The language of the text; "auto" keeps that of the facts. The packaged network writes English; for others set a
    network that knows them. A text in another language than this is marked."""
    variants: Annotated[int, Field(ge=1, le=16)] = 3
    """How many texts to write. A variant stays the same when more are asked for."""
    candidates: Annotated[int, Field(ge=1, le=8, json_schema_extra=ADVANCED)] = 2
    """How many are written for each variant, of which the best is kept; headlines and other short texts take more."""
    unsupported: Annotated[Literal["regenerate", "mark", "drop"], Field(json_schema_extra=ADVANCED)] = (
        "regenerate"
    )
    """What happens to a text that says what the facts do not: it is written anew twice and then marked, only marked, or
    written anew and then left out."""
    grounding: Annotated[Literal["words", "numbers", "off"], Field(json_schema_extra=ADVANCED)] = "words"
    """What must come from the facts: all but plain English words, numbers and currency signs only, or nothing.
    In other languages than English, "words" means "numbers"."""
    temperature: Annotated[
        float, Field(ge=0, le=2, json_schema_extra=hint(widget="slider", group="Advanced"))
    ] = 0.5
    """How daring the choice of words is; 0 always takes the most probable one, which makes all variants the same."""
    top_p: Annotated[float, Field(gt=0, le=1, json_schema_extra=hint(widget="slider", group="Advanced"))] = (
        0.9
    )
    """The share of probability among which each word is chosen; less is safer."""
    seed: Seed = 0
    """The same seed and the same params write the same texts on the same machine."""

    @model_validator(mode="after")
    def _needs_source(self) -> Self:
        if "source" in FORMATS[self.format].uses and not says_a_word(self.source):
            raise ValueError(
                f"A {FORMATS[self.format].title.lower()} starts from a text, and source is empty. Put the text in."
            )
        parts = FORMATS[self.format].parts
        if self.locked and (len(self.locked) != len(parts) or all(self.locked)):
            raise ValueError(
                f"locked has {len(self.locked)} texts, {sum(map(bool, self.locked))} of them not empty; a "
                f"{FORMATS[self.format].title.lower()} has {len(parts)} parts, of which at least one is left empty."
            )
        if both := {term.lower() for term in self.required_terms} & {
            term.lower() for term in self.banned_terms
        }:
            raise ValueError(f'"{min(both)}" is both required and banned. Take it out of one of the two.')
        return self


class LmEvaluateParams(EvaluateParams):
    """What to measure, and how much is written for it."""

    texts: int = Field(default=0, ge=0, le=1000, json_schema_extra=ADVANCED)
    """Texts to write about held-out records and compare with them; 0 only reads, which is quicker."""
    max_tokens: int = Field(default=64, ge=8, le=1000, json_schema_extra=ADVANCED)
    """Longest of them, in tokens."""
    pieces: int = Field(default=0, ge=0, le=1000)
    """Pieces to write about held-out records as a bulk writes them, with all rules, checks and the choice of the best;
    the records need columns beside their text. About two seconds each on a processor."""
    format: FormatName = "product_description_short"
    """What those pieces are."""


SPEC = Spec(
    name="text-lm",
    version="1.4.0",
    sdk=">=1,<2",
    title="Copywriter",
    summary="Copy in 26 formats from product facts: ads, posts, e-mails, pages; each number checked against the facts.",
    modality="text",
    output="text/plain",
    train=TrainParams,
    presets=writing_presets(
        quick={"ktokens": 15},
        good={"ktokens": 60},
        best={"ktokens": 600, "lora_rank": 16, "lora_alpha": 32, "lora_dropout": 0.05},
        quick_is="A first trace of how your texts sound, after a minute or two on a processor.",
        good_is="Texts that sound like yours, after some minutes on a processor.",
        best_is="As close to your texts as adapters come; an hour on a processor, minutes on a GPU.",
    ),
    sample=SampleParams,
    formats=tuple(FORMATS.values()),
    evaluates=True,
    shares=True,
    evaluation=LmEvaluateParams,
    chats=True,
    package="generators.builtin.text_lm",
    needs=Needs(
        data=frozenset({"text"}), minimum_records=20, recommended_records=200, gpu="helps", memory_mb=4096
    ),
    licence="Apache-2.0",
    source="https://arxiv.org/abs/2502.02737",
)
