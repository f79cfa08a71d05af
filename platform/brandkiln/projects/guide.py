"""What a brand asks of its pieces, as data: the rules that a program can test."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
LowerColour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
ColourName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Spelling(_Part):
    """How something is written, and how it is not."""

    wrong: Line
    right: Line


class Claim(_Part):
    """Something that the brand may say of its products, because it can be proved."""

    text: Line
    proof: Annotated[str, Field(max_length=400)] = ""
    """What proves it: a certificate's number, a test report, a page."""
    expires: date | None = None
    """The last day on which it may be said."""


class Limit(_Part):
    """The most characters that a channel gives a text, or a part of it."""

    channel: Line
    """The name of a format, such as "social_post"."""
    part: Annotated[str, Field(max_length=60)] = ""
    """The part of it, such as "headline"; empty for the whole text."""
    most: Annotated[int, Field(ge=1, le=20_000)]


class Pictures(_Part):
    """What pictures of the brand look like."""

    background: Colour | Literal[""] = ""
    """The colour that they stand on."""
    in_palette: bool = False
    """Whether strong colours are those of the brand."""
    least_width: Annotated[int, Field(ge=0, le=20_000)] = 0
    """In pixels."""
    least_height: Annotated[int, Field(ge=0, le=20_000)] = 0
    """In pixels."""
    least_contrast: Annotated[float, Field(ge=0, le=21)] = 0
    """Of what stands in the middle against the ground, as WCAG counts contrast, 1 to 21."""


class Guide(_Part):
    """The rules of a brand. One that is left out is not tested."""

    spellings: Annotated[tuple[Spelling, ...], Field(max_length=200)] = ()
    address: Literal["", "formal", "informal"] = ""
    """How readers are addressed in languages that know two ways: Sie or du, vous or tu, 您 or 你."""
    most_emoji: Annotated[int, Field(ge=0, le=20)] | None = None
    most_exclamation_marks: Annotated[int, Field(ge=0, le=20)] | None = None
    capitals: Literal["", "none"] = ""
    """Whether whole words may stand in capitals; names of up to four letters, such as USB, always may."""
    serial_comma: Literal["", "always", "never"] = ""
    """Whether a comma stands before the "and" of a list."""
    quotes: Literal["", "curly", "straight"] = ""
    tidy_punctuation: bool = False
    """No doubled marks, no space before a mark, no two spaces."""
    hardest_grade: Annotated[float, Field(ge=1, le=20)] | None = None
    """The most years of school that a text may ask for (Flesch-Kincaid, English)."""
    longest_sentence: Annotated[int, Field(ge=5, le=80)] | None = None
    """In words; a Chinese character counts as half a word."""
    claims_only: bool = False
    """Whether a text claims only what stands below."""
    claims: Annotated[tuple[Claim, ...], Field(max_length=200)] = ()
    limits: Annotated[tuple[Limit, ...], Field(max_length=60)] = ()
    pictures: Pictures = Pictures()
    colour_names: Annotated[dict[LowerColour, ColourName], Field(max_length=40)] = {}
    """What the brand calls its colours, by their codes in small letters."""
    logo_space: Annotated[float, Field(ge=0, le=3)] = 0.25
    """The room that is kept free around the logo, as a part of its height."""
