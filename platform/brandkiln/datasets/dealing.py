"""Deals records to training, validation and test."""

from array import array
from collections.abc import Iterator
from itertools import groupby
from operator import eq, itemgetter

from brandkiln.datasets.keys import NEW, SPLITS, Keys
from brandkiln.datasets.models import Split

_NAMES = [split.value for split in SPLITS]
TRAIN, VALIDATION, TEST = range(3)
Shares = tuple[float, float, float]
"""Of training, validation and test, together 1."""
LARGEST_SHARE = 1 / 3
"""Of a label, unless more than half of it is asked for: a label with two records keeps both for training."""


class Dealt:
    """The split of each record, in order."""

    def __init__(self, codes: bytearray) -> None:
        self.codes = codes

    def __len__(self) -> int:
        return len(self.codes)

    def __iter__(self) -> Iterator[Split]:
        return (SPLITS[code] for code in self.codes)

    def names(self) -> Iterator[str]:
        """Yield the name of each split; quicker than the splits themselves."""
        return map(_NAMES.__getitem__, self.codes)

    def counts(self) -> dict[str, int]:
        return {split.value: self.codes.count(code) for code, split in enumerate(SPLITS)}


class Deal(Keys):
    """Collects the keys of all records, then deals them.

    A record is dealt by its content, not by its place. So it mostly keeps its split when others are added.
    """

    def by_chance(self, shares: Shares, *, stratify: bool = True, keep: bool = False) -> Dealt:
        """Deal what belongs together as one, within each label, drawn by seed.

        Args:
            keep: Records that have a split keep it; new ones join those that they belong to, and the others are
                dealt so that the shares come out.
        """
        units, weights = self.units, self.weights
        chosen = bytearray(self.count)
        kept = self._kept_of_units() if keep else None
        owed = [0.0] * 3  # what rounding kept from small labels goes to the next ones, so that it adds up
        for members in self._drawn_by_label(stratify):
            size, taken = sum(map(weights.__getitem__, members)), [0, 0, 0]
            for unit in members:
                if kept and (code := kept[unit]) != NEW:
                    taken[code] += weights[unit]
            due = [share * size + left for share, left in zip(shares, owed, strict=True)]
            most = [int(size * max(LARGEST_SHARE, 2 * share)) for share in shares]
            for unit in members:
                code = kept[unit] if kept else NEW
                if code == NEW:
                    code = _choose(weights[unit], taken, due, most)
                    taken[code] += weights[unit]
                chosen[unit] = code
            owed = [wanted - got for wanted, got in zip(due, taken, strict=True)]
        codes = bytearray(map(chosen.__getitem__, units))
        if keep:
            for place, code in enumerate(self.kept):
                if code != NEW:
                    codes[place] = code
        else:
            self._leave_none_empty(codes, shares)
        return Dealt(codes)

    def by_time(self, shares: Shares) -> Dealt:
        """Deal by moment: the oldest and those without one for training, the newest for the test.

        Records of one moment stay together, so a split ends at the moment that is nearest to its share.
        """
        codes = bytearray(self.count)
        if not (table := self.ties.get("moment")):
            return Dealt(codes)
        counted = table.execute(
            "SELECT moment, COUNT(*) FROM moment GROUP BY moment ORDER BY moment"
        ).fetchall()
        split_of: dict[str, int] = {}
        before = self.count - sum(count for _moment, count in counted)
        ends = (shares[0] * self.count, (shares[0] + shares[1]) * self.count)
        for moment, count in counted:
            middle = before + count / 2
            split_of[moment] = sum(middle > end for end in ends)
            before += count
        for place, moment in table.execute("SELECT place, moment FROM moment"):
            codes[place] = split_of[moment]
        return Dealt(codes)

    def leaks(self, dealt: Dealt) -> dict[str, int]:
        """Return how many contents, and how many groups, stand in more than one split."""
        codes, first = dealt.codes, self.order.first
        if all(map(eq, codes, map(codes.__getitem__, self.units))):
            return {"content": 0, "group": 0}
        groups = groupby(self.grouped(), key=itemgetter(0))
        return {
            "content": len({one for place, one in enumerate(first) if codes[place] != codes[one]}),
            "group": sum(len({codes[place] for _key, place in members}) > 1 for _key, members in groups),
        }

    def distinct_contents(self) -> int:
        """Return how many different contents there are."""
        return len(self.order.drawn)

    def label_conflicts(self) -> int:
        """Return how many contents more than one label was given to, each label beyond the first counted."""
        labels = self.label_numbers
        return len(
            {
                (one, labels[place])
                for place, one in enumerate(self.order.first)
                if place != one and labels[place] != labels[one]
            }
        )

    def _drawn_by_label(self, stratify: bool) -> "Iterator[array[int]]":
        """Yield the units of each label in the order of their draws, label by label."""
        if not stratify:
            yield array("I", self.drawn_units())
            return
        labels, names = array("H", self.label_numbers), list(self.labels)
        for place, unit in enumerate(self.units):
            if place != unit and names[labels[place]] < names[labels[unit]]:
                labels[unit] = labels[place]
        members = [array("I") for _ in names]
        for unit in self.drawn_units():
            members[labels[unit]].append(unit)
        for _, number in sorted(self.labels.items()):
            yield members[number]

    def _kept_of_units(self) -> "array[int]":
        kept = array("b", [NEW]) * self.count
        for unit, code in zip(self.units, self.kept, strict=True):
            kept[unit] = max(kept[unit], code)
        return kept

    def _leave_none_empty(self, codes: bytearray, shares: Shares) -> None:
        """Give test and validation one unit each where there are three or more and rounding left them none."""
        empty = [code for code in (TEST, VALIDATION) if shares[code] and code not in codes]
        if not empty or sum(weight > 0 for weight in self.weights) < 3:
            return
        drawn = sorted(self.drawn_units(), key=self.weights.__getitem__)  # the smallest first
        spare = (unit for unit in drawn if codes[unit] == TRAIN)
        for code in empty:
            moved = next(spare, None)
            if moved is None:
                return
            for place, unit in enumerate(self.units):
                if unit == moved:
                    codes[place] = code


def _choose(weight: int, taken: list[int], due: list[float], most: list[int]) -> int:
    """Return the held-out split that comes nearer to its due by this unit, else training."""
    for code in (TEST, VALIDATION):
        if 2 * taken[code] + weight <= 2 * due[code] + 1e-9 and taken[code] + weight <= most[code]:
            return code
    return TRAIN
