"""What a cleaning step is. To add one, write a class like those beside this file and name it in registry.py."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from brandkiln.core.errors import Unprocessable
from brandkiln.datasets.models import DatasetVersion, Kind
from brandkiln.datasets.recipes.line import Line
from generators.params import Params

Column = dict[str, str]
"""A column of the records: its "name" and "type" (text, whole, decimal, flag or date)."""
EVERY_KIND = frozenset(Kind.values)


class Held:
    """Records kept in a file, so that a step can go through them more than once without holding them in memory."""

    def __init__(self, path: Path, count: int) -> None:
        self._path = path
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Line]:
        with self._path.open(encoding="utf-8") as source:
            for text in source:
                yield Line.from_json(text)


@dataclass
class Work:
    """What a step may use beside the records."""

    version: DatasetVersion
    """The parent: its findings and annotations are read by the position of each record."""
    folder: Path
    """Scratch space, removed when the version is made."""
    columns: list[Column]
    """The columns as the steps before left them."""
    counts: Counter[str] = field(default_factory=Counter)
    """What a step counts of its own; records in, out, dropped and changed are counted for it."""
    is_preview: bool = False
    """Whether only counts are wanted: pictures need not be drawn."""
    check: Callable[[], None] = lambda: None
    """To be called now and then in long loops that yield nothing: it raises when the work has to stop."""

    @property
    def kind(self) -> str:
        return self.version.dataset.kind

    def hold(self, lines: Iterator[Line]) -> Held:
        """Return the records in a form that can be gone through again and again."""
        count = 0
        with tempfile.NamedTemporaryFile(
            "w", dir=self.folder, suffix=".jsonl", encoding="utf-8", delete=False
        ) as target:
            for line in lines:
                target.write(line.to_json() + "\n")
                count += 1
        return Held(Path(target.name), count)


class Step(Params):
    """The base of every step: params as fields, and ``apply``.

    Texts are marked for translation where they stand and said in the reader's language when a page is drawn.
    """

    name: ClassVar[str]
    """The word in a recipe: ``{"step": name, ...params}``."""
    title: ClassVar[str]
    summary: ClassVar[str]
    """What it does, in a sentence."""
    kinds: ClassVar[frozenset[str]] = EVERY_KIND
    """The kinds of data that it is for."""
    may_drop: ClassVar[bool] = True
    """Whether it can leave records out."""
    do_not_call_in_templates: ClassVar[bool] = True
    """Pages name the class; Django would make an instance of it."""

    def apply(self, lines: Iterator[Line], work: Work) -> Iterator[Line]:
        """Yield the records that stay, in their order, changed with ``line.changed(...)``."""
        yield from lines

    def columns_after(self, columns: list[Column]) -> list[Column]:
        """Return the columns that the step leaves.

        Raises:
            Unprocessable: If the step names a column that is not there.
        """
        return columns

    def needs(self, version: DatasetVersion) -> str:
        """Return what has to be done before the step can work on the version, or "" where nothing is."""
        return ""

    def known_drops(self, version: DatasetVersion) -> int | None:
        """Return how many records of the version it would drop, where that is known without looking at each."""
        return None if self.may_drop else 0

    def dumped(self) -> dict[str, Any]:
        """Return the step as a recipe holds it."""
        return {"step": self.name, **self.model_dump(mode="json")}


def find_column(columns: list[Column], name: str) -> Column:
    """Return the column of this name, or raise Unprocessable with those that there are."""
    for column in columns:
        if column["name"] == name:
            return column
    shown = ", ".join(column["name"] for column in columns[:12]) or "-"
    message = _('There is no column "%(name)s" at this step; there are: %(columns)s.') % {
        "name": name,
        "columns": shown,
    }
    raise Unprocessable(message, fields={"column": message})
