"""The brand's logo at the head of a report."""

import base64
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

from generators.errors import BadParams

TALLEST = 400
"""Pixels; a logo stands half an inch high, which needs no more."""


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo as PNG.

    Attributes:
        ratio: Its width as a multiple of its height.
        space: The room that is kept free around it, as a part of its height.
    """

    png: bytes
    ratio: float
    space: float

    @property
    def uri(self) -> str:
        """The picture as an address that holds it."""
        return f"data:image/png;base64,{base64.b64encode(self.png).decode()}"

    @property
    def svg(self) -> str:
        """The picture with its free room, 100 high."""
        room, high = 100 * self.space, 100
        width, height = high * self.ratio + room, high + 2 * room
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
            f'height="{height:g}"><image x="0" y="{room:g}" width="{high * self.ratio:g}" height="{high}" '
            f'href="{self.uri}"/></svg>'
        )


def read_logo(path: Path, space: float) -> Logo:
    """Return the logo in a file, small enough to stand in every format.

    Raises:
        BadParams: If the file is no picture.
    """
    try:
        with Image.open(path) as opened:
            picture = opened.convert("RGBA")
    except OSError as error:
        raise BadParams(f"The logo cannot be read: {error}. Set it again in the brand kit.") from error
    picture.thumbnail((6 * TALLEST, TALLEST))
    target = BytesIO()
    picture.save(target, "PNG")
    return Logo(target.getvalue(), picture.width / picture.height, space)
