"""What decides about the splits of records, collected in files, and which records belong together."""

import os
import sqlite3
import tempfile
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import cached_property
from itertools import groupby, islice, pairwise
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from brandkiln.datasets.drawn import Drawn, Order
from brandkiln.datasets.models import Split
from brandkiln.datasets.scratch import BATCH, insert, scratch_table

SPLITS = tuple(Split)
NEW = -1
_CODES = {"": NEW} | {split.value: code for code, split in enumerate(SPLITS)}
DIGEST = 32
"""Bytes of a SHA-256."""


class Key(NamedTuple):
    """What decides about a record's split."""

    content: str
    """The hash of its content; records with equal ones share a split."""
    label: str = ""
    group: str = ""
    """Records of one group share a split; empty is no group."""
    moment: str = ""
    """When it is from, in a form that sorts."""
    kept: str = ""
    """The split that it has already."""


class Keys:
    """The keys of all records. Some bytes of each are held in memory; the rest lies in files."""

    def __init__(self, folder: Path, seed: int = 0) -> None:
        self._stack = ExitStack()
        self._folder, self._seed = folder, seed
        self.labels: dict[str, int] = {}
        """The number of each label, as ``label_numbers`` uses it."""
        self.label_numbers = array("H")
        self.kept = array("b")
        self.ties: dict[str, sqlite3.Connection] = {}

    def __enter__(self) -> Self:
        self._drawn = self._stack.enter_context(Drawn(self._folder, self._seed))
        self._contents = self._stack.enter_context(tempfile.TemporaryFile(dir=self._folder))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def count(self) -> int:
        """How many records there are."""
        return self._drawn.count

    def add(self, keys: Iterable[Key]) -> None:
        """Take the keys of the next records in order; all of them before anything is asked."""
        keys = iter(keys)
        while some := list(islice(keys, BATCH)):
            contents, labels, groups, moments, kept = zip(*some, strict=True)
            for name, values in (("grp", groups), ("moment", moments)):
                if any(values):
                    self._tie(name, values)
            self.add_contents(contents, labels, kept)

    def add_contents(self, contents: Sequence[str], labels: Sequence[str], kept: Iterable[str] = ()) -> None:
        """Take many records that neither a group nor a moment ties together."""
        numbers = self.labels
        for label in set(labels) - numbers.keys():
            numbers[label] = len(numbers)
        self.label_numbers.extend([numbers[label] for label in labels])
        self.kept.extend([_CODES[split] for split in kept] or [NEW] * len(contents))
        self._contents.write(bytes.fromhex("".join(contents)))
        self._drawn.add(contents)

    def contents(self) -> Iterator[str]:
        """Yield the hash of each content in order."""
        self._contents.seek(0)
        while piece := self._contents.read(BATCH * DIGEST).hex():
            yield from [piece[at : at + 2 * DIGEST] for at in range(0, len(piece), 2 * DIGEST)]

    def label_counts(self) -> Counter[str]:
        """Return the records of each label; "" counts those without one."""
        counts = Counter(self.label_numbers)
        return Counter({label: counts[number] for label, number in sorted(self.labels.items())})

    def _tie(self, name: str, values: Sequence[str]) -> None:
        """Note what ties the next records to others; most data sets have nothing of the kind."""
        if name not in self.ties:
            declared = f"{name} (place INTEGER PRIMARY KEY, {name})"
            self.ties[name] = self._stack.enter_context(scratch_table(self._folder, declared))
        rows = ((place, value) for place, value in enumerate(values, start=self.count) if value)
        insert(self.ties[name], f"INSERT INTO {name} VALUES (?, ?)", rows)  # noqa: S608  our own

    def grouped(self) -> Iterator[tuple[str, int]]:
        """Yield the group and the place of each record that has one, by group."""
        if table := self.ties.get("grp"):
            yield from table.execute("SELECT grp, place FROM grp ORDER BY grp, place")

    @cached_property
    def order(self) -> Order:
        return self._drawn.order()

    @cached_property
    def units(self) -> "array[int]":
        """For each place the first place of all that belong together, through contents and groups."""
        if "grp" not in self.ties:
            return self.order.first
        first = array("I", self.order.first)

        def root(place: int) -> int:
            while first[place] != place:
                first[place] = first[first[place]]
                place = first[place]
            return place

        for _group, members in groupby(self.grouped(), key=itemgetter(0)):
            for (_, last), (_, place) in pairwise(members):
                one, other = sorted((root(last), root(place)))
                first[other] = one
        for place in range(self.count):
            first[place] = root(place)
        return first

    @cached_property
    def weights(self) -> "array[int]":
        """How many records each unit has, at its first place."""
        weights = array("I", bytes(array("I").itemsize * self.count))
        for unit in self.units:
            weights[unit] += 1
        return weights

    def drawn_units(self) -> Iterator[int]:
        """Yield the units in the order of their draws: of several contents that of the smallest hash counts."""
        drawn, units = self.order.drawn, self.units
        if "grp" not in self.ties:
            yield from drawn
            return
        hashes, smallest = self._hashes(), array("I", units)
        for place in drawn:
            unit = units[place]
            if hashes(place) < hashes(smallest[unit]):
                smallest[unit] = place
        first = self.order.first
        yield from (units[place] for place in drawn if first[smallest[units[place]]] == place)

    def _hashes(self) -> Callable[[int], bytes]:
        self._contents.flush()
        handle = self._contents.fileno()
        return lambda place: os.pread(handle, DIGEST, place * DIGEST)
