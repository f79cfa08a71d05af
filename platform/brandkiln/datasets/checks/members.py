"""Records that belong together, from contents that are equal or nearly so: duplicates, leaks, contradicting labels."""

from array import array
from collections import defaultdict
from collections.abc import Iterator

from brandkiln.datasets.checks.figures import Found
from brandkiln.datasets.checks.groups import Groups

UNLABELLED = 0


class Members:
    """All records by their contents. A content has a place, counted from 0 in the order of first appearance."""

    def __init__(self) -> None:
        self._places: dict[bytes, int] = {}
        self._labels: dict[str, int] = {"": UNLABELLED}
        self._splits: dict[str, int] = {}
        self._positions = array("L")
        self._of = array("L")
        self._label_of = array("L")
        self._split_of = array("B")

    def add(self, position: int, sha256: str, label: str, split: str) -> bool:
        """Take note of a record and return whether its content is new."""
        known = len(self._places)
        content = bytes.fromhex(sha256)
        self._positions.append(position)
        self._of.append(self._places.setdefault(content, known))
        self._label_of.append(self._labels.setdefault(label, len(self._labels)))
        self._split_of.append(self._splits.setdefault(split, len(self._splits)))
        return len(self._places) > known

    def findings(self, near: Groups) -> Iterator[Found]:
        """Yield duplicates, near duplicates, leaks and label conflicts, each with its group.

        Args:
            near: Contents that nearly equal others, by place.
        """
        rows_of = self._rows_of_several(near)
        equal = [rows for _, rows in sorted(rows_of.items()) if len(rows) > 1]
        yield from self._grouped("exact_duplicate", equal)
        conflicts = [rows for rows in equal if len(self._said(rows)) > 1]
        yield from self._grouped("label_conflict", conflicts)
        together: list[list[int]] = []
        joined: set[int] = set()
        for number, places in enumerate(near, start=1):
            joined.update(places)
            rows = [(row, place) for place in places for row in rows_of[place]]
            together.append([row for row, _ in rows])
            for row, place in rows:
                yield "near_duplicate", self._positions[row], number, round(near.alike(place), 4)
        together += [rows for rows in equal if self._of[rows[0]] not in joined]
        yield from self._grouped(
            "split_leak", [rows for rows in together if len({self._split_of[row] for row in rows}) > 1]
        )

    def _rows_of_several(self, near: Groups) -> dict[int, list[int]]:
        """Return the rows of each content that stands in a group or has more than one row."""
        wanted = {place for places in near for place in places}
        rows_of: defaultdict[int, list[int]] = defaultdict(list)
        seen = bytearray(len(self._places))
        for place in self._of:
            seen[place] = min(2, seen[place] + 1)
        for row, place in enumerate(self._of):
            if seen[place] > 1 or place in wanted:
                rows_of[place].append(row)
        return rows_of

    def _said(self, rows: list[int]) -> set[int]:
        return {self._label_of[row] for row in rows} - {UNLABELLED}

    def _grouped(self, code: str, groups: list[list[int]]) -> Iterator[Found]:
        for number, rows in enumerate(groups, start=1):
            for row in rows:
                yield code, self._positions[row], number, None
