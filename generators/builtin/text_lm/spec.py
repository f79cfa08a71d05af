"""What text-lm says of itself."""

from typing import Annotated, Literal

from pydantic import Field

from generators.params import Facts, Params, Seed, hint
from generators.spec import Needs, Spec


class SampleParams(Params):
    """What to write, about which product, and how freely."""

    format: Literal["product_description", "ad_headline", "social_post", "email"] = "product_description"
    """What is written. An ad headline has at most 30 characters."""
    product: Facts
    """What the product is: facts in your own words, or the fields of a catalogue row. Numbers come from here only."""
    brand_voice: Annotated[str, Field(max_length=2_000, json_schema_extra=hint(widget="textarea"))] = ""
    """How the brand sounds, in a sentence or two. The packaged network follows it only loosely."""
    language: Literal["en", "zh", "de", "es", "fr", "it", "ja", "pt"] = "en"
    """The language of the text. The packaged network writes English; for others set a network that knows them."""
    variants: Annotated[int, Field(ge=1, le=16)] = 3
    """How many texts to write. A variant stays the same when more are asked for."""
    grounding: Annotated[
        Literal["words", "numbers", "off"], Field(json_schema_extra=hint(group="Advanced"))
    ] = "words"
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


SPEC = Spec(
    name="text-lm",
    version="1.0.0",
    sdk=">=1,<2",
    title="Copywriter",
    summary="Product descriptions, ad headlines, social posts and e-mails from product facts.",
    modality="text",
    output="text/plain",
    train=None,
    sample=SampleParams,
    evaluates=True,
    package="generators.builtin.text_lm",
    needs=Needs(data=frozenset({"text"}), gpu="helps", memory_mb=3072),
    licence="Apache-2.0",
    source="https://arxiv.org/abs/2502.02737",
)
