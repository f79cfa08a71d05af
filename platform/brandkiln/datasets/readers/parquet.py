"""Parquet files, slice by slice, so that memory does not grow with the file."""

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brandkiln.datasets.readers.cells import check_cells
from brandkiln.datasets.readers.header import checked_names
from brandkiln.datasets.readers.limits import Fault, Limits, Refused
from brandkiln.datasets.readers.rows import OnFault, Row, Rows

if TYPE_CHECKING:
    import polars

SLICE = 20_000
LARGEST_WHOLE = 10**18


def parquet_rows(path: Path, limits: Limits) -> tuple[tuple[str, ...], Rows]:
    """Return the columns and how to read the rows.

    Raises:
        Refused: If the file is damaged or its columns hold more than plain values.
    """
    with path.open("rb") as source:
        start = source.read(4)
        source.seek(-min(4, path.stat().st_size), os.SEEK_END)
        if start != b"PAR1" or source.read(4) != b"PAR1":
            raise Refused("damaged_parquet", "The file is no whole Parquet file; export it anew.")
    with _damage_refused():
        schema = _scan(path).collect_schema()
    if len(schema) > limits.columns:
        raise Refused(
            "too_many_columns", f"The table has {len(schema):,} columns; {limits.columns:,} are accepted."
        )
    if not schema:
        raise Refused("empty", "The file holds no columns.")
    nested = [name for name, kind in schema.items() if kind.is_nested() or not _is_plain(kind)]
    if nested:
        names = ", ".join(f'"{name}" ({schema[name]})' for name in nested[:5])
        raise Refused(
            "nested_column",
            f"Columns with lists, structures or bytes are not read: {names[:400]}. Drop them.",
        )
    columns = checked_names(list(schema))
    return columns, partial(_rows, path, columns, limits)


def _scan(path: Path) -> "polars.LazyFrame":
    os.environ.setdefault(
        "POLARS_MAX_THREADS", "1"
    )  # each thread reserves memory that the reader is short of
    import polars

    return polars.scan_parquet(path, glob=False, hive_partitioning=False)


def _is_plain(kind: "polars.DataType") -> bool:
    import polars

    plain = (polars.String, polars.Boolean, polars.Categorical, polars.Enum, polars.Null)
    return kind.is_numeric() or kind.is_temporal() or kind in plain


def _plain(frame: "polars.LazyFrame") -> "polars.LazyFrame":
    """Return the same table with dates, categories and decimals as what the other readers make of them."""
    import polars
    from polars import selectors

    return frame.with_columns(
        (selectors.date() | selectors.datetime() | selectors.time() | selectors.duration()).dt.to_string(
            "iso"
        ),
        (selectors.categorical() | selectors.by_dtype(polars.Enum)).cast(polars.String),
        selectors.decimal().cast(polars.Float64),
    )


def _rows(path: Path, columns: tuple[str, ...], limits: Limits, on_fault: OnFault) -> Iterator[Row]:
    frame = _plain(_scan(path))
    start = 0
    while True:
        with _damage_refused():
            piece = frame.slice(start, SLICE).collect(engine="streaming")
        if not piece.height:
            return
        if start + piece.height > limits.rows:
            raise Refused("too_many_rows", f"The table has more than {limits.rows:,} rows; split it.")
        for number, values in enumerate(piece.iter_rows(), start=start + 1):
            try:
                fields = {name: _value(one) for name, one in zip(columns, values, strict=True)}
                check_cells(fields, limits)
            except Fault as fault:
                on_fault(number, fault)
            else:
                yield number, fields
        start += piece.height


def _value(value: Any) -> Any:
    if isinstance(value, float):
        if math.isnan(value):
            return None  # how pandas writes that there is no value
        if math.isinf(value):
            raise Fault("not_a_number", "A number is infinite; leave the cell empty.")
    elif isinstance(value, int) and abs(value) >= LARGEST_WHOLE:
        return str(value)
    return value


@contextmanager
def _damage_refused() -> Iterator[None]:
    from polars.exceptions import PanicException

    try:
        yield
    except (Exception, PanicException) as error:  # polars raises its own errors, ValueErrors and panics
        reason = " ".join(str(error).split())[:200]
        message = f"The Parquet file can't be read: {reason}. Export it anew."
        raise Refused("damaged_parquet", message) from error
