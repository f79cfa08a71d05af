"""Tables for the tests of the report."""

import hashlib
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from generators.data import TrainingData

MakeTable = Callable[..., TrainingData]
Rows = list[dict[str, Any]]


@pytest.fixture
def make_table(tmp_path: Path) -> MakeTable:
    """Return a function that writes rows as a dataset version, as the platform does."""
    return table_writer(tmp_path)


def table_writer(tmp_path: Path) -> MakeTable:
    """Return a function that writes rows as dataset versions below a folder."""

    def make(rows: Rows, *, name: str = "Sales", kind: str = "table") -> TrainingData:
        folder = tmp_path / f"data-{hashlib.sha256(repr((rows, name)).encode()).hexdigest()[:12]}"
        folder.mkdir(exist_ok=True)
        lines = [
            {"id": str(i), "split": "train", "path": None, "text": None, "label": None, "fields": row}
            for i, row in enumerate(rows)
        ]
        (folder / "records.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
        columns = [
            {"name": column, "type": "text"} for column in dict.fromkeys(c for row in rows for c in row)
        ]
        header = {
            "format": 1,
            "kind": kind,
            "name": name,
            "sha256": "c0ffee" * 10 + "cafe",
            "columns": columns,
        }
        (folder / "dataset.json").write_text(json.dumps(header), "utf-8")
        return TrainingData.open(folder)

    return make


@pytest.fixture(scope="session")
def shop_rows() -> Rows:
    """Return four months of a shop: revenue falls in February, rises in March and rises again in April.

    Each day sells 10 in Web and 5 in Store; Web sells 20 a day in March and 40 in April; Store sells nothing in April.
    """
    rows = []
    for step in range((date(2026, 5, 1) - date(2026, 1, 1)).days):
        day = date(2026, 1, 1) + timedelta(days=step)
        web = {3: 20, 4: 40}.get(day.month, 10)
        rows.append({"date": day.isoformat(), "channel": "Web", "revenue": web, "spend": 2, "clicks": 100})
        store = 0 if day.month == 4 else 5
        rows.append({"date": day.isoformat(), "channel": "Store", "revenue": store, "spend": 1, "clicks": 50})
    return rows
