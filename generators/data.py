"""A dataset version as generators see it: a folder that the platform wrote.

dataset.json   {"format": 1, "kind", "name", "sha256", "labels": [...], "columns": [{"name", "type"}]}
records.jsonl  {"id", "position", "split", "path": absolute or null, "text", "label", "fields": {}, "name", "caption"}
               on each line
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from generators.errors import BadData, first_problem

SPLITS = ("train", "validation", "test")


@dataclass(frozen=True, slots=True)
class Record:
    """One example: an image file, a text or a row of a table."""

    id: str
    split: Literal["train", "validation", "test"]
    path: Path | None = None
    text: str | None = None
    label: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    position: int | None = None
    """Its place in the version, which names it there."""
    name: str = ""
    """What it is called: the path of its file, or its row."""
    caption: str | None = None
    """What people say of a picture or a sound."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table and what the platform takes its values for ("type" in dataset.json)."""

    name: str
    role: Annotated[str, Field(validation_alias=AliasChoices("type", "role"))] = "text"


class _Header(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1]
    kind: Literal["image", "text", "table", "audio"]
    name: str
    sha256: str
    labels: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()


_RECORD: TypeAdapter[Record] = TypeAdapter(Record)


@dataclass(frozen=True)
class TrainingData:
    """An immutable dataset version.

    Attributes:
        kind: "image", "text", "table" or "audio".
        name: What people call it, for error texts.
        sha256: The hash of its manifest; stored in each checkpoint trained on it.
        labels: All labels, in the order that gives them their numbers.
        columns: The columns of a table, in order.
        folder: Where it lies.
    """

    kind: Literal["image", "text", "table", "audio"]
    name: str
    sha256: str
    labels: tuple[str, ...]
    columns: tuple[Column, ...]
    folder: Path

    @classmethod
    def open(cls, folder: Path) -> "TrainingData":
        """Return the dataset version in a folder.

        Raises:
            BadData: If the folder does not hold one.
        """
        path = folder / "dataset.json"
        try:
            header = _Header.model_validate_json(path.read_bytes())
        except OSError as error:
            raise BadData(
                f"{folder} holds no dataset version: {path.name} cannot be read ({error.strerror})."
            ) from error
        except ValidationError as error:
            raise BadData(f"{path} does not describe a dataset version: {first_problem(error)}.") from error
        return cls(header.kind, header.name, header.sha256, header.labels, header.columns, folder)

    def records(self, split: str) -> Sequence[Record]:
        """Return the records of one split ("train", "validation" or "test") in their stored order.

        Raises:
            BadData: If the records cannot be read.
        """
        if split not in SPLITS:
            raise ValueError(f"A split is one of {', '.join(SPLITS)}, not {split!r}.")
        return self._by_split[split]

    def counts(self) -> dict[str, int]:
        """Return the number of records of each split."""
        return {split: len(self._by_split[split]) for split in SPLITS}

    def stream(self) -> Iterator[Record]:
        """Yield all records in order, each with its position, without holding them in memory.

        Raises:
            BadData: If the records cannot be read.
        """
        path = self.folder / "records.jsonl"
        number = 0
        try:
            with path.open("rb") as lines:
                for number, line in enumerate(lines, start=1):
                    record = _RECORD.validate_json(line)
                    yield record if record.position is not None else replace(record, position=number - 1)
        except OSError as error:
            raise BadData(
                f"The records of {self.name!r} cannot be read: {error.strerror}, {path}."
            ) from error
        except ValidationError as error:
            raise BadData(f"{path}, line {number}, is not a record: {first_problem(error)}.") from error

    @cached_property
    def _by_split(self) -> dict[str, tuple[Record, ...]]:
        found: dict[str, list[Record]] = {split: [] for split in SPLITS}
        for record in self.stream():
            found[record.split].append(record)
        return {split: tuple(records) for split, records in found.items()}
