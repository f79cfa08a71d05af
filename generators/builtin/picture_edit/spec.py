"""What `picture-edit` says of itself."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from generators.params import Params, Picture, hint
from generators.spec import Needs, Spec

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
Channel = Literal["square", "story", "portrait", "landscape", "banner", "marketplace", "original"]
ADVANCED = hint(group="Advanced")


class SampleParams(Params):
    """What to make of each picture, and for which channels."""

    pictures: tuple[Picture, ...] = Field(
        min_length=1, max_length=100, json_schema_extra=hint(widget="picture")
    )
    """The pictures to work on, all in one job. Each should show its product before a plain ground."""
    background: Literal["brand", "colour", "white", "transparent", "keep"] = "brand"
    """What comes behind the product: the first brand colour, a colour of your own, white, nothing, or what is there."""
    colour: Colour = Field(default="#ffffff", json_schema_extra=hint(only="background=colour|brand"))
    """The colour where the background is a colour of your own, such as #f4ede4."""
    channels: tuple[Channel, ...] = Field(default=("square",), min_length=1, max_length=7)
    """The sizes to make: square 1080, story 1080 x 1920, portrait 1080 x 1350, landscape 1200 x 628,
    banner 1920 x 640, marketplace 2000 on white, or the size that it has."""
    text_area: Literal["none", "auto", "left", "right", "top", "bottom"] = "none"
    """Where room stays for words: the product moves aside and the ground there stays calm."""
    headline: str = Field(default="", max_length=120)
    """Words to set there, in the brand's font and a colour that can be read on the ground; may be empty."""
    shadow: float = Field(default=0.5, ge=0, le=1, json_schema_extra=hint(widget="slider"))
    """Strength of the soft shadow below the product; 0 draws none."""
    fill: float = Field(default=0.72, ge=0.2, le=0.98, json_schema_extra=hint(widget="slider"))
    """Share of its room that the product fills. Marketplaces mostly ask for 0.85."""
    brand_colours: tuple[Colour, ...] = Field(default=(), max_length=12)
    """The brand's colours, the first one for grounds; filled in from the project's brand kit."""
    brand_font: str = Field(default="", max_length=80)
    """The font of the headline; filled in from the brand kit. Without it, Source Sans is set."""
    tolerance: float = Field(
        default=0.5, ge=0, le=1, json_schema_extra=hint(widget="slider", group="Advanced")
    )
    """How far a colour may be from the ground's to count as ground. Lower it where parts of the product vanish."""
    holes: bool = Field(default=True, json_schema_extra=ADVANCED)
    """Whether ground that is seen through the product, as in a handle, is cut out too."""


SPEC = Spec(
    name="picture-edit",
    version="1.0.0",
    sdk=">=1,<2",
    title="Product pictures",
    summary="Cuts products out of plain grounds, sets them on your colours and lays them out for each channel.",
    modality="image",
    output="image/png",
    train=None,
    sample=SampleParams,
    evaluates=False,
    package="generators.builtin.picture_edit",
    needs=Needs(memory_mb=3072),
    licence="Apache-2.0",
    source="https://doi.org/10.1109/TPAMI.2012.213",
)
