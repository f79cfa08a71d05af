"""What the office formats share: files whose bytes depend on their content alone, and the sources of a figure."""

import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO

from generators.builtin.report.document import Document
from generators.builtin.report.facts import Fact
from generators.builtin.report.origins import Origin
from generators.builtin.report.part import Figure
from generators.builtin.report.sentence import Sentence, capitalised

MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
"""What the files say about when they were made: the receipt tells, and the same content gives the same bytes."""
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


def origins_of(document: Document, figure: Figure) -> list[Origin]:
    """Return where a figure and the numbers of its sentence come from."""
    facts = [document.anchors.get(fact or "") for _, fact in pieces(figure.takeaway)]
    anchors = {f"q-{figure.key}", *facts}
    return [origin for origin in document.origins if origin.anchor in anchors]
