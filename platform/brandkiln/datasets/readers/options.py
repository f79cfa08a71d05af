"""How files are to be read, where a person corrected what was detected; absent means that it is found out."""

import codecs
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from brandkiln.datasets.checks.numbers import Style
from brandkiln.datasets.checks.values import STYLED
from brandkiln.datasets.readers.limits import Refused

ENCODINGS = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr",
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "iso8859-15", "mac_roman", "cp437", "cp850",
)  # fmt: skip
DELIMITERS = ",;\t|"
OTHER_DELIMITERS = ":~^#!/_ "
"""Separators that are never guessed and may be given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a person said about the files."""

    encoding: str | None = None
    delimiter: str | None = None
    has_header: bool | None = None
    numbers: Style | None = None
    """What stands before the decimals of numbers: a point or a comma."""
    sheet: str | None = None
    """The sheet of a workbook by its name."""
    text_column: str | None = None
    label_column: str | None = None
    """An empty one says that no column holds labels."""
    image_column: str | None = None
    """The column that names image files."""

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """Return the options of a request.

        Raises:
            Refused: If one is unknown or can't be obeyed by any file.
        """
        known = {one.name for one in fields(cls)}
        chosen = {name: value for name, value in given.items() if value is not None}
        for name, value in chosen.items():
            if name not in known:
                raise Refused(
                    "bad_option", f'There is no option "{name}"; there are {_listed(sorted(known))}.'
                )
            if not isinstance(value, bool if name == "has_header" else str):
                wanted = "true or false" if name == "has_header" else "a text"
                raise Refused("bad_option", f'The option "{name}" has to be {wanted}.')
        if (numbers := chosen.get("numbers", "point")) not in STYLED:
            raise Refused(
                "bad_option", f'The option "numbers" has to be "point" or "comma", not "{numbers[:40]}".'
            )
        if "encoding" in chosen:
            chosen["encoding"] = known_encoding(chosen["encoding"])
        if "delimiter" in chosen:
            chosen["delimiter"] = _known_delimiter(chosen["delimiter"])
        return cls(**chosen)

    def given(self) -> dict[str, Any]:
        """Return the options that are set, as a request holds them."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def known_encoding(name: str) -> str:
    """Return the encoding as it is listed in ENCODINGS.

    Raises:
        Refused: If it is not listed.
    """
    try:
        canonical = codecs.lookup(name).name
    except (LookupError, ValueError):
        canonical = ""
    for one in ENCODINGS:
        if codecs.lookup(one).name == canonical:
            return one
    raise Refused(
        "unknown_encoding", f'The encoding "{name[:40]}" is not read; choose one of {_listed(ENCODINGS)}.'
    )


def chosen_column(name: str, columns: Sequence[str], purpose: str) -> str:
    """Return the column of that name, whatever its capitals.

    Raises:
        Refused: If there is none.
    """
    found = next((one for one in columns if one == name), None) or next(
        (one for one in columns if one.casefold() == name.casefold()), None
    )
    if found is None:
        raise Refused(
            "no_such_column",
            f'No column is called "{name}" to hold the {purpose}; there are {shown(columns)}.',
        )
    return found


def shown(names: Sequence[str]) -> str:
    """Return up to ten names in quotes, for a sentence."""
    more = f" and {len(names) - 10} more" if len(names) > 10 else ""
    return ", ".join(f'"{name[:60]}"' for name in names[:10]) + more


def _known_delimiter(delimiter: str) -> str:
    delimiter = {"tab": "\t", "\\t": "\t"}.get(delimiter.casefold(), delimiter)
    if len(delimiter) != 1 or delimiter not in DELIMITERS + OTHER_DELIMITERS:
        raise Refused(
            "bad_option",
            f'The separator "{delimiter[:10]}" is not read; choose a comma, a semicolon, a tab or | .',
        )
    return delimiter


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
