"""The words of an asset: as they are kept to be found, as they are asked for, and where they stand in a text."""

import re
import unicodedata
from collections.abc import Sequence

from brandkiln.library.models import Asset, SearchEntry
from brandkiln.retrieval.passages import terms

MOST_TERMS = 20_000
SAID = 600
"""Characters of a text in which parts of words are found."""
AROUND = 60
"""Characters that are shown before the first word that was found."""


def entry_of(asset: Asset) -> SearchEntry:
    """Return the row by which an asset is found; it is not saved. A migration calls it with rows of its own."""
    whole = f"{asset.title}\n{asset.label}\n{' '.join(asset.tags)}\n{asset.generator}\n{asset.text}"
    return SearchEntry(
        workspace_id=asset.workspace_id,
        asset_id=asset.pk,
        terms=" ".join(list(dict.fromkeys(terms(whole)))[:MOST_TERMS]),
        said=fold(whole[:SAID]),
        waits=bool(asset.text.strip()) or asset.media_type.startswith("image/"),
    )


def list_words(asset: Asset, *, waits: bool | None = None) -> None:
    """Write the words of an asset as they are now.

    Args:
        waits: Whether its vectors have to be made anew, where that is known.
    """
    entry = entry_of(asset)
    values = {"workspace_id": entry.workspace_id, "terms": entry.terms, "said": entry.said}
    if waits is not None:
        values["waits"] = waits
    SearchEntry.objects.update_or_create(
        asset=asset, defaults=values, create_defaults={**values, "waits": entry.waits}
    )


def fold(text: str) -> str:
    """Return a text as it is compared: without a difference of width or case, and with single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("\0", "").casefold().split())


def asked(search: str) -> list[str]:
    """Return the words of what somebody looks for, each once; the last may be the beginning of one."""
    return list(dict.fromkeys(terms(search[:200])))[:12]


def marked(text: str, search: str, length: int = 240) -> list[tuple[str, bool]]:
    """Return the stretch of a text where what was looked for stands first, cut at the words that were found.

    Returns:
        Pieces in order, each with whether it is such a word.
    """
    words = [word for word in fold(search).split() if word]
    if not words:
        return [(text[:length], False)] if text else []
    stems = sorted({re.escape(word) for word in [*words, *asked(search)]}, key=len, reverse=True)
    pattern = re.compile("|".join(stems), re.IGNORECASE)
    first = pattern.search(text)
    start = max(0, first.start() - AROUND) if first else 0
    if start:
        space = text.find(" ", start, first.start() if first else start)
        start = space + 1 if space > 0 else start
    stretch = text[start : start + length]
    pieces: list[tuple[str, bool]] = [("…", False)] if start else []
    place = 0
    for match in pattern.finditer(stretch):
        pieces += [(stretch[place : match.start()], False), (match.group(), True)]
        place = match.end()
    pieces.append((stretch[place:], False))
    if start + length < len(text):
        pieces.append(("…", False))
    return [(piece, is_found) for piece, is_found in pieces if piece]


def as_tsquery(words: Sequence[str]) -> str:
    """Return a query of PostgreSQL for all of the words, the last of which may go on."""
    quoted = ["'" + word.replace("\\", "\\\\").replace("'", "''") + "'" for word in words]
    return " & ".join([*quoted[:-1], f"{quoted[-1]}:*"])


def as_match(words: Sequence[str]) -> str:
    """Return a query of SQLite's FTS5 for all of the words, the last of which may go on."""
    quoted = ['"' + word.replace('"', '""') + '"' for word in words]
    return " ".join([*quoted[:-1], f"{quoted[-1]}*"])
