"""The logs of bench/images as a table in Markdown, for docs/image-families.md.

python -m bench.images_table [NAME...]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

LOGS = Path(__file__).parent / "images"
HEAD = (
    "| log | processor seconds | pictures shown | drawn with | n | Frechet, packaged | floor | n | Frechet, own "
    "| floor | recognised |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
)


def rows(path: Path) -> list[str]:
    """Return a row for each way in which the pictures of a log were drawn."""
    record = json.loads(path.read_text())
    return [_row(path.stem, record, drawn) for drawn in record["drawn"]]


def _row(name: str, record: dict[str, Any], drawn: dict[str, Any]) -> str:
    own = drawn.get("own", {})
    cells = [
        f"`{name}`",
        f"{record['cpu_seconds']:.0f}",
        f"{1000 * record['shown_kimg']:,.0f}",
        drawn["care"],
        *_distance(drawn.get("packaged"), digits=0),
        *_distance(own, digits=2),
        f"{own['recognised']:.1%}" if "recognised" in own else "",
    ]
    return f"| {' | '.join(cells)} |"


def _distance(found: dict[str, Any] | None, *, digits: int) -> list[str]:
    """Return the number of pictures, the distance with its standard error, and its floor."""
    if not found:
        return ["", "", ""]
    value, error, floor = (found[f"frechet_distance{part}"] for part in ("", "_se", "_floor"))
    return [f"{found['n']:,}", f"{value:.{digits}f} ± {error:.{digits}f}", f"{floor:.{digits or 1}f}"]


def main() -> None:
    """Print the logs that are named, or all."""
    chosen = [LOGS / f"{name}.json" for name in sys.argv[1:]] or sorted(LOGS.glob("*.json"))
    print(HEAD)
    for path in chosen:
        print("\n".join(rows(path)))


if __name__ == "__main__":
    main()
