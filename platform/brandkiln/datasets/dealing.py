"""Deals records to training, validation and test. The keys of all records lie in a file, so memory stays small."""

import hashlib
import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from functools import cached_property
from itertools import groupby
from operator import eq, itemgetter
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from brandkiln.datasets.models import Split
from brandkiln.datasets.scratch import insert, scratch_table

SPLITS = tuple(Split)
TRAIN, VALIDATION, TEST = range(3)
NEW = -1
Shares = tuple[float, float, float]
"""Of training, validation and test, together 1."""
LARGEST_SHARE = 1 / 3
"""Of a label, unless more than half of it is asked for: a label with two records keeps both for training."""


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


class Dealt:
    """The split of each record, in order."""

    def __init__(self, codes: bytearray) -> None:
        self.codes = codes

    def __len__(self) -> int:
        return len(self.codes)

    def __iter__(self) -> Iterator[Split]:
        return (SPLITS[code] for code in self.codes)

    def counts(self) -> dict[str, int]:
        return {split.value: self.codes.count(code) for code, split in enumerate(SPLITS)}


class Deal:
    """Collects the keys of all records, then deals them.

    A record is dealt by its content, not by its place. So it mostly keeps its split when others are added.
    """

    def __init__(self, folder: Path) -> None:
        self._stack = ExitStack()
        self._folder = folder
        self.count = 0

    def __enter__(self) -> Self:
        declared = "keys (place INTEGER PRIMARY KEY, content, label, grp, moment, kept INTEGER, unit INTEGER)"
        self._table: sqlite3.Connection = self._stack.enter_context(scratch_table(self._folder, declared))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def add(self, keys: Iterable[Key]) -> None:
        """Take the keys of the next records in order; all of them before anything is asked."""
        codes = {split.value: code for code, split in enumerate(SPLITS)}
        rows = (
            (place, content, label, group, moment, codes.get(kept, NEW), place)
            for place, (content, label, group, moment, kept) in enumerate(keys, start=self.count)
        )
        insert(self._table, "INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        self.count = self._table.execute("SELECT COALESCE(MAX(place) + 1, 0) FROM keys").fetchone()[0]

    def by_chance(self, shares: Shares, *, seed: int, stratify: bool = True, keep: bool = False) -> Dealt:
        """Deal what belongs together as one, within each label, drawn by seed.

        Args:
            keep: Records that have a split keep it; new ones join those that they belong to, and the others are
                dealt so that the shares come out.
        """
        units = self._units
        chosen = bytearray(self.count)
        owed = [
            0.0,
            0.0,
            0.0,
        ]  # what rounding kept from small labels goes to the next ones, so that it adds up
        rows = self._drawn(seed, stratify, keep)
        sizes = self._sizes()
        for label, members in groupby(rows, key=itemgetter(0)):
            size, taken = sizes[label]
            due = [share * size + left for share, left in zip(shares, owed, strict=True)]
            most = [int(size * max(LARGEST_SHARE, 2 * share)) for share in shares]
            for _label, unit, weight, kept in members:
                code = kept
                if kept == NEW:
                    code = _choose(weight, taken, due, most)
                    taken[code] += weight
                chosen[unit] = code
            owed = [wanted - got for wanted, got in zip(due, taken, strict=True)]
        codes = bytearray(chosen[unit] for unit in units)
        if keep:
            for place, kept in self._table.execute("SELECT place, kept FROM keys WHERE kept <> -1"):
                codes[place] = kept
        else:
            self._leave_none_empty(codes, units, shares, seed)
        return Dealt(codes)

    def by_time(self, shares: Shares) -> Dealt:
        """Deal by moment: the oldest and those without one for training, the newest for the test.

        Records of one moment stay together, so a split ends at the moment that is nearest to its share.
        """
        codes = bytearray(self.count)
        counted = self._table.execute("SELECT moment, COUNT(*) FROM keys GROUP BY moment ORDER BY moment")
        split_of: dict[str, int] = {}
        before = 0
        ends = (shares[0] * self.count, (shares[0] + shares[1]) * self.count)
        for moment, count in counted:
            middle = before + count / 2
            split_of[moment] = TRAIN if not moment else sum(middle > end for end in ends)
            before += count
        for place, moment in self._table.execute("SELECT place, moment FROM keys"):
            codes[place] = split_of[moment]
        return Dealt(codes)

    def leaks(self, dealt: Dealt) -> dict[str, int]:
        """Return how many contents, and how many groups, stand in more than one split."""
        codes = dealt.codes
        if all(map(eq, codes, map(codes.__getitem__, self._units))):
            return {"content": 0, "group": 0}
        found = {}
        for name, column in (("content", "content"), ("group", "grp")):
            query = f"SELECT {column}, place FROM keys WHERE {column} <> '' ORDER BY {column}"  # noqa: S608  our own
            groups = groupby(self._table.execute(query), key=itemgetter(0))
            found[name] = sum(len({codes[place] for _key, place in members}) > 1 for _key, members in groups)
        return found

    def distinct_contents(self) -> int:
        """Return how many different contents there are."""
        return self._count("SELECT 1 FROM keys GROUP BY content")

    def label_conflicts(self) -> int:
        """Return how many contents more than one label was given to, each label beyond the first counted."""
        return self._count("SELECT 1 FROM keys GROUP BY content, label") - self.distinct_contents()

    def label_counts(self) -> Counter[str]:
        """Return the records of each label; "" counts those without one."""
        rows = self._table.execute("SELECT label, COUNT(*) FROM keys GROUP BY label ORDER BY label")
        return Counter(dict(rows.fetchall()))

    def _count(self, query: str) -> int:
        return int(self._table.execute(f"SELECT COUNT(*) FROM ({query})").fetchone()[0])  # noqa: S608  our own

    @cached_property
    def _units(self) -> "array[int]":
        """For each place the first place of all that belong together, through contents and groups."""
        first = array("I", range(self.count))

        def root(place: int) -> int:
            while first[place] != place:
                first[place] = first[first[place]]
                place = first[place]
            return place

        for column in ("content", "grp"):
            query = f"SELECT {column}, place FROM keys WHERE {column} <> '' ORDER BY {column}, place"  # noqa: S608
            last_key, last_place = None, 0
            for key, place in self._table.execute(query):
                if key == last_key:
                    one, other = sorted((root(last_place), root(place)))
                    first[other] = one
                last_key, last_place = key, place
        for place in range(self.count):
            first[place] = root(place)
        joined = ((unit, place) for place, unit in enumerate(first) if unit != place)
        insert(self._table, "UPDATE keys SET unit = ? WHERE place = ?", joined)
        return first

    def _drawn(self, seed: int, stratify: bool, keep: bool) -> Iterator[tuple[str, int, int, int]]:
        """Yield label, place, size and kept split of each unit, by label and within it in the drawn order."""
        self._table.create_function("draw", 1, lambda content: _draw(seed, content), deterministic=True)
        label = "MIN(label)" if stratify else "''"
        kept = "MAX(kept)" if keep else "-1"
        self._table.execute("DROP TABLE IF EXISTS units")
        self._table.execute(
            f"CREATE TABLE units AS SELECT {label} AS label, unit, COUNT(*) AS size, {kept} AS kept, "  # noqa: S608
            "draw(MIN(content)) AS drawn FROM keys GROUP BY unit"
        )
        rows = self._table.execute("SELECT label, unit, size, kept FROM units ORDER BY label, drawn")
        return iter(rows)

    def _sizes(self) -> dict[str, tuple[int, list[int]]]:
        """Return for each label how many records its units have, and how many of them are in each split already."""
        sizes: dict[str, tuple[int, list[int]]] = {}
        query = "SELECT label, kept, SUM(size) FROM units GROUP BY label, kept"
        for label, code, count in self._table.execute(query):
            size, taken = sizes.get(label, (0, [0, 0, 0]))
            if code != NEW:
                taken[code] += count
            sizes[label] = (size + count, taken)
        return sizes

    def _leave_none_empty(self, codes: bytearray, units: "array[int]", shares: Shares, seed: int) -> None:
        """Give test and validation one unit each where there are three or more and rounding left them none."""
        empty = [code for code in (TEST, VALIDATION) if shares[code] and code not in codes]
        if not empty or sum(unit == place for place, unit in enumerate(units)) < 3:
            return
        drawn = sorted(self._drawn(seed, stratify=False, keep=False), key=itemgetter(2))  # the smallest first
        spare = (unit for _label, unit, _size, _kept in drawn if codes[unit] == TRAIN)
        for code in empty:
            moved = next(spare, None)
            if moved is None:
                return
            for place, unit in enumerate(units):
                if unit == moved:
                    codes[place] = code


def _choose(weight: int, taken: list[int], due: list[float], most: list[int]) -> int:
    """Return the held-out split that comes nearer to its due by this unit, else training."""
    for code in (TEST, VALIDATION):
        if 2 * taken[code] + weight <= 2 * due[code] + 1e-9 and taken[code] + weight <= most[code]:
            return code
    return TRAIN


def _draw(seed: int, content: str) -> bytes:
    return hashlib.sha256(f"{seed}:{content}".encode()).digest()
