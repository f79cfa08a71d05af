"""PDF: the text that its pages hold, each paragraph a passage. Scanned pages hold none.

Dropped: pictures, forms, notes, attachments and scripts; page numbers that stand alone.
"""

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf

from brandkiln.datasets.readers.limits import Limits, Refused
from brandkiln.datasets.readers.options import Options

MOST_PAGES = 5_000
_ENDS = (".", "!", "?", ":", "。", "！", "？", "：")
_NUMBER = re.compile(r"^[\s\-–—|]*(?:page\s*)?\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?[\s\-–—|]*$", re.IGNORECASE)
_BROKEN_WORD = re.compile(r"(?<=[a-zäöüß])-$")
_WRAPPED = 0.75
"""A line that is shorter than this share of the page's longest ends a paragraph."""


def pdf_passages(
    path: Path, options: Options, limits: Limits
) -> tuple[dict[str, Any], Iterator[tuple[str, str]]]:
    """Return the paragraphs of the document with the page they stand on.

    Raises:
        Refused: If it is no PDF, asks for a password or has too many pages.
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        document = pypdf.PdfReader(path)
        if document.is_encrypted and not document.decrypt(""):
            raise Refused("encrypted", "The PDF asks for a password; save it without one and bring it again.")
        pages = len(document.pages)
    except (Refused, MemoryError):
        raise
    except Exception as error:
        raise Refused("not_a_pdf", f"The PDF can't be opened ({error}); print it to a new PDF.") from error
    if pages > MOST_PAGES:
        raise Refused("too_many_pages", f"The PDF has {pages:,} pages; at most {MOST_PAGES:,} are read.")
    return {"pages": pages}, _passages(document)


def _passages(document: pypdf.PdfReader) -> Iterator[tuple[str, str]]:
    for number, page in enumerate(document.pages, start=1):
        try:
            text = page.extract_text()
        except MemoryError:
            raise
        except Exception as error:
            raise Refused("damaged", f"Page {number} of the PDF can't be read ({error}).") from error
        for paragraph in paragraphs_of(text):
            yield f"page {number}", paragraph


def paragraphs_of(text: str) -> Iterator[str]:
    """Yield the paragraphs of a page, whose text comes in the lines that were printed."""
    lines = [" ".join(line.split()) for line in text.replace("\0", "").splitlines()]
    longest = max(map(len, lines), default=0)
    held = ""
    for line in lines:
        if _NUMBER.match(line):
            continue
        if line:
            joined = _BROKEN_WORD.sub("", held)
            held = line if not held else joined + line if joined != held else f"{held} {line}"
        if held and (not line or line.endswith(_ENDS) or len(line) < _WRAPPED * longest):
            yield held
            held = ""
    if held:
        yield held
