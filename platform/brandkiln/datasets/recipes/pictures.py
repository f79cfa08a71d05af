"""Pictures of one size and one kind of colour. Changed ones are new artifacts, measured again."""

import io
import os
from abc import abstractmethod
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar, Literal

from django.utils.translation import gettext_noop as _
from PIL import Image, ImageColor, ImageOps
from pydantic import Field

from brandkiln.artifacts import store
from brandkiln.artifacts.many import put_many
from brandkiln.artifacts.models import Artifact
from brandkiln.datasets.models import Kind
from brandkiln.datasets.readers.decode import Picture, picture_of
from brandkiln.datasets.recipes.line import Line
from brandkiln.datasets.recipes.step import Step, Work

BATCH = 32
THREADS = min(4, os.cpu_count() or 1)
"""Pillow lets go of the interpreter while it decodes, scales and encodes."""
IMAGES = frozenset({Kind.IMAGE.value})
GREY = ("1", "L", "I", "F")
"""How the names of Pillow's modes without colour begin."""
SCALING = Image.Resampling.LANCZOS


class PictureStep(Step):
    """The base of steps that give a record another picture."""

    kinds: ClassVar[frozenset[str]] = IMAGES
    may_drop: ClassVar[bool] = False

    @abstractmethod
    def is_right(self, facts: dict[str, Any]) -> bool:
        """Return whether a picture with these facts stays as it is, which saves decoding it."""

    @abstractmethod
    def foreseen(self, facts: dict[str, Any]) -> dict[str, Any]:
        """Return the facts that its picture will have, as far as they are known without drawing it."""

    @abstractmethod
    def drawn(self, image: Image.Image) -> Image.Image:
        """Return the new picture: 8-bit grey or RGB."""

    def apply(self, lines: Iterator[Line], work: Work) -> Iterator[Line]:
        if work.is_preview:
            yield from (line.changed(facts=line.facts | self.foreseen(line.facts)) for line in lines)
            return
        with ThreadPoolExecutor(THREADS) as pool:
            while batch := list(islice(lines, BATCH)):
                work.check()
                yield from _redrawn(batch, self, work, pool)


class Resize(PictureStep):
    """Gives all pictures one size."""

    name: ClassVar[str] = "resize"
    title: ClassVar[str] = _("Crop, pad or resize")
    summary: ClassVar[str] = _("Gives every picture the same width and height.")

    width: int = Field(256, ge=1, le=4096, description=_("In pixels."))
    height: int = Field(256, ge=1, le=4096, description=_("In pixels."))
    fit: Literal["cover", "contain", "stretch"] = Field(
        "cover",
        description=_(
            "Cover crops what stands out, contain pads what is missing, stretch bends the picture."
        ),
    )
    ground: str = Field(
        "#ffffff",
        pattern="^#[0-9a-fA-F]{6}$",
        description=_("The colour around a padded picture, as #rrggbb."),
    )

    def is_right(self, facts: dict[str, Any]) -> bool:
        return (facts.get("width"), facts.get("height")) == (self.width, self.height)

    def foreseen(self, facts: dict[str, Any]) -> dict[str, Any]:
        return {"width": self.width, "height": self.height}

    def drawn(self, image: Image.Image) -> Image.Image:
        size = (self.width, self.height)
        if self.fit == "stretch":
            return image.resize(size, SCALING)
        if self.fit == "cover":
            return ImageOps.fit(image, size, SCALING)
        colour = ImageColor.getcolor(self.ground, image.mode)
        return ImageOps.pad(image, size, SCALING, color=colour)


class Recolour(PictureStep):
    """Gives all pictures the same kind of colour."""

    name: ClassVar[str] = "recolour"
    title: ClassVar[str] = _("To colour or grey")
    summary: ClassVar[str] = _("Gives every picture three colours, or none.")

    mode: Literal["colour", "grey"] = Field(
        "colour", description=_("Colour gives grey pictures three channels, too.")
    )

    @property
    def _wanted(self) -> str:
        return "RGB" if self.mode == "colour" else "L"

    def is_right(self, facts: dict[str, Any]) -> bool:
        return False  # facts hold the mode of the file that was brought, not of the picture that is kept

    def foreseen(self, facts: dict[str, Any]) -> dict[str, Any]:
        is_grey = str(facts.get("mode", "")).startswith(GREY)
        return {} if is_grey == (self.mode == "grey") else {"mode": self._wanted}

    def drawn(self, image: Image.Image) -> Image.Image:
        return image if image.mode == self._wanted else image.convert(self._wanted)


def open_picture(artifact: Artifact) -> Image.Image:
    """Return the picture that an artifact holds; readers have made it, so it is a plain PNG."""
    with store.open_artifact(artifact) as source:
        image = Image.open(io.BytesIO(source.read()), formats=("PNG",))
        image.load()
        return image


def _redrawn(batch: list[Line], step: PictureStep, work: Work, pool: ThreadPoolExecutor) -> Iterator[Line]:
    wanted = [line for line in batch if line.artifact and not step.is_right(line.facts)]
    artifacts = Artifact.objects.in_bulk([line.artifact for line in wanted])
    by_id = {str(key): artifact for key, artifact in artifacts.items()}
    drawn: dict[int, Picture] = {}
    jobs: list[Callable[[], tuple[int, Picture | None]]] = [
        partial(_draw, step, line, by_id[str(line.artifact)]) for line in wanted
    ]
    for position, picture in pool.map(lambda job: job(), jobs):
        if picture:
            drawn[position] = picture
    kept = _keep(drawn, work)
    for line in batch:
        if line.position not in drawn:
            yield line
            continue
        picture = drawn[line.position]
        artifact, thumbnail = kept[line.position]
        yield line.changed(
            artifact=artifact, thumbnail=thumbnail, sha256=picture.sha256, facts=line.facts | picture.facts
        )


def _draw(step: PictureStep, line: Line, artifact: Artifact) -> tuple[int, Picture | None]:
    image = open_picture(artifact)
    drawn = step.drawn(image)
    if drawn is image:
        return line.position, None
    facts = line.facts
    picture = picture_of(
        drawn,
        format=facts.get("format", "PNG"),
        mode=facts.get("mode", image.mode),
        bytes_=facts.get("bytes", 0),
    )
    return line.position, picture


def _keep(drawn: dict[int, Picture], work: Work) -> dict[int, tuple[str, str | None]]:
    """Store the pictures and return the ids of their artifacts and of their smaller pictures."""
    files: list[tuple[Path, str]] = []
    for position, picture in drawn.items():
        files.append((_write(work.folder / f"{position}.png", picture.png), "image/png"))
        if picture.thumbnail:
            files.append((_write(work.folder / f"{position}.webp", picture.thumbnail), "image/webp"))
    if not files:
        return {}
    artifacts = iter(put_many(files, workspace=work.version.workspace, is_announced=True))
    kept = {
        position: (str(next(artifacts)), str(next(artifacts)) if picture.thumbnail else None)
        for position, picture in drawn.items()
    }
    for path, _media_type in files:
        path.unlink()
    return kept


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path
