"""What a report says of itself where people see it, and the receipt that its file carries, in all five formats."""

import io
import zipfile
from dataclasses import replace

import pypdf
import pytest
from brandkiln.library.embedding import carried, embed
from lxml import etree

from generators.builtin.report.document import Document
from generators.builtin.report.report import MEDIA_TYPES, written
from tests.generators.report.conftest import table_writer
from tests.generators.report.test_office import document_of

RECEIPT = {"brandkiln": "1", "receipt": {"generator": "report"}, "signature": "none"}
TEMPLATE = {"name": "t", "sections": [{"id": "s", "blocks": [{"id": "b", "kind": "key_figures"}]}]}


@pytest.fixture(scope="module")
def worded(tmp_path_factory) -> Document:
    """Return a report whose sentences a language model said."""
    rows = [{"shop": "ab"[place % 2], "sales": place} for place in range(12)]
    document = document_of(
        table_writer(tmp_path_factory.mktemp("shop"))(rows, name="Shop"), template=TEMPLATE
    )
    return replace(document, label=document.words["worded"].format(label=document.label))


def seen(kind: str, data: bytes) -> str:
    """Return the texts of a file, as one line."""
    if kind == "html":
        text = data.decode()
    elif kind == "pdf":
        text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    else:
        with zipfile.ZipFile(io.BytesIO(data)) as files:
            parts = [files.read(name) for name in files.namelist() if name.endswith(".xml")]
        text = " ".join("".join(etree.fromstring(part).itertext()) for part in parts)
    return " ".join(text.split())


@pytest.mark.parametrize("kind", MEDIA_TYPES)
def test_a_file_says_what_made_it_and_carries_its_receipt(worded: Document, kind: str) -> None:
    made = written(kind, worded, "#1d5c63")
    text = seen(kind, made)
    assert "Made by Brandkiln from Shop · c0ffeec0ffee" in text
    assert "Sentences worded by AI, numbers computed" in text
    sent = embed(made, MEDIA_TYPES[kind], RECEIPT)
    assert sent != made
    found = carried(sent)
    assert found is not None
    assert (found.receipt, found.plain) == (RECEIPT, made)
    assert seen(kind, sent).startswith(text[:200])
