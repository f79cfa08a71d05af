"""What the office formats share: files whose bytes depend on their content alone, and the sources of a figure."""

import math
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO

from generators.builtin.report.document import Document, Passage
from generators.builtin.report.facts import Fact
from generators.builtin.report.origins import Origin
from generators.builtin.report.part import Figure
from generators.builtin.report.sentence import Sentence, capitalised

MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
"""What the files say about when they were made: the receipt tells, and the same content gives the same bytes."""
UNSEEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold."""
LINE = 1.45
"""How far apart lines are, as a multiple of their letters, with the room between sentences."""
EMU_PER_POINT = 12_700
_DATES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")


def settled(package: bytes) -> bytes:
    """Return a ZIP package of office XML without moments in it, nor in the workbooks that it embeds."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(package)) as source, zipfile.ZipFile(target, "w") as made:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith(".xlsx"):
                content = settled(content)
            elif name.startswith("docProps/"):
                content = _DATES.sub(rb"\g<1>2000-01-01T00:00:00Z\2", content)
            made.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def pieces(sentence: Sentence) -> Iterator[tuple[str, str | None]]:
    """Yield the texts of a sentence; numbers with the id of their fact."""
    for piece in capitalised(sentence):
        if isinstance(piece, Fact):
            yield piece.text, piece.id if piece.is_number else None
        else:
            yield piece, None


def told_by(passage: Passage, words: Mapping[str, str]) -> list[Sentence]:
    """Return what a passage says beside its figures and tables, or why it shows nothing."""
    if passage.missing:
        return [(f"{words['not_shown']}: {passage.missing}",)]
    return [*passage.sentences, *passage.notes]


def lines_of(told: Iterable[Sentence], size: float, width: int, *, bold: bool = False) -> int:
    """Return about how many lines sentences take, with a little room below each.

    Args:
        told: The sentences.
        size: Of the letters, in points.
        width: Of a line, in English Metric Units.
        bold: Whether the letters are.
    """
    a_line = width / EMU_PER_POINT / size
    em = 0.7 if bold else 0.55
    texts = ("".join(text for text, _ in pieces(sentence)) for sentence in told)
    return sum(math.ceil(sum(1.0 if ord(c) > 0x2E7F else em for c in text) / a_line) for text in texts)


def origins_of(document: Document, figure: Figure) -> list[Origin]:
    """Return where a figure and the numbers of its sentence come from."""
    facts = [document.anchors.get(fact or "") for _, fact in pieces(figure.takeaway)]
    anchors = {f"q-{figure.key}", *facts}
    return [origin for origin in document.origins if origin.anchor in anchors]
