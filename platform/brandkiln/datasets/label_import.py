"""A file of labels meets a version: which records it means, what it would change, and doing so."""

from collections import Counter
from dataclasses import dataclass

from brandkiln.core.models import User
from brandkiln.datasets.label_files import Row
from brandkiln.datasets.label_sets import add_labels, label_set_of, names_of
from brandkiln.datasets.labelling import labelled_at
from brandkiln.datasets.labels import AT_ONCE, CAPTIONED, KEEP, Change, annotate
from brandkiln.datasets.models import DatasetVersion, Kind, Record

EXAMPLES = 8


@dataclass(frozen=True, slots=True)
class Example:
    """A row of the file beside the record that it means."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Match:
    """What a file of labels would do to a version."""

    rows: dict[int, Row]
    """By the position of the record."""
    unmatched: list[str]
    """The first names that no record has."""
    unmatched_count: int
    ambiguous_count: int
    """Rows whose name several records have; nothing is guessed for them."""
    new_labels: list[str]
    examples: list[Example]


def match_labels(version: DatasetVersion, rows: list[Row]) -> Match:
    """Return which records the rows mean: by the whole name, else by the part behind the last slash."""
    whole: dict[str, list[int]] = {}
    last: dict[str, list[int]] = {}
    wanted = {row.name for row in rows} | {_file(row.name) for row in rows}
    named = Record.objects.filter(version=version).values_list("position", "name").order_by("position")
    for position, name in named.iterator(chunk_size=10_000):
        if name in wanted:
            whole.setdefault(name, []).append(position)
        if _file(name) in wanted:
            last.setdefault(_file(name), []).append(position)
    found: dict[int, Row] = {}
    unmatched, ambiguous = [], 0
    for row in rows:
        places = whole.get(row.name) or last.get(_file(row.name), [])
        if len(places) == 1:
            found[places[0]] = row
        elif places:
            ambiguous += 1
        else:
            unmatched.append(row.name)
    labels = label_set_of(version)
    known = set(names_of(labels))
    new = dict.fromkeys(row.label for row in found.values() if row.label and row.label not in known)
    return Match(
        rows=found,
        unmatched=unmatched[:EXAMPLES],
        unmatched_count=len(unmatched),
        ambiguous_count=ambiguous,
        new_labels=list(new),
        examples=[
            Example(one.record.name, one.label or one.caption, row.label or row.caption or "")
            for one in labelled_at(version, labels, list(found)[:EXAMPLES])
            if (row := found[one.record.position])
        ],
    )


def apply_labels(*, version: DatasetVersion, match: Match, actor: User | None) -> Counter[str]:
    """Give the records what the file says; what somebody changes at the same moment is left alone and counted."""
    add_labels(version=version, names=match.new_labels, actor=actor)
    has_captions = Kind(version.dataset.kind) in CAPTIONED
    counts: Counter[str] = Counter()
    positions = sorted(match.rows)
    labels = label_set_of(version)
    for start in range(0, len(positions), AT_ONCE):
        rows = labelled_at(version, labels, positions[start : start + AT_ONCE])
        changes = [
            Change(
                row.record.position,
                label=KEEP if given.label is None else given.label,
                caption=KEEP if given.caption is None or not has_captions else given.caption,
                revision=row.said.revision,
            )
            for row in rows
            if (given := match.rows[row.record.position])
            and (
                given.label not in (None, row.label)
                or (has_captions and given.caption not in (None, row.caption))
            )
        ]
        done = annotate(version=version, changes=changes, actor=actor)
        counts["saved"] += len(done.saved)
        counts["conflicts"] += len(done.conflicts)
        counts["unchanged"] += len(rows) - len(changes)
    return counts


def _file(name: str) -> str:
    return name.replace("\\", "/").rsplit("/", 1)[-1]
