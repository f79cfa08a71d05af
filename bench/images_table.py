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
    "| log | processor seconds | pictures shown | drawn with | Frechet, packaged | floor | Frechet, own | floor "
    "| recognised |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
)


def rows(path: Path) -> list[str]:
    """Return a row for each way in which the pictures of a log were drawn."""
    record = json.loads(path.read_text())
    return [_row(path.stem, record, drawn) for drawn in record["drawn"]]


def _row(name: str, record: dict[str, Any], drawn: dict[str, Any]) -> str:
    packaged, own = drawn["packaged"], drawn["own"]
    recognised = f"{own['recognised']:.1%}" if "recognised" in own else ""
    cells = [
        f"`{name}`",
        f"{record['cpu_seconds']:.0f}",
        f"{1000 * record['shown_kimg']:,.0f}",
        drawn["care"],
        f"{packaged['frechet_distance']:.0f} ± {packaged['frechet_distance_se']:.0f}",
        f"{packaged['frechet_distance_floor']:.0f}",
        f"{own['frechet_distance']:.2f} ± {own['frechet_distance_se']:.2f}",
        f"{own['frechet_distance_floor']:.2f}",
        recognised,
    ]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Print the logs that are named, or all."""
    chosen = [LOGS / f"{name}.json" for name in sys.argv[1:]] or sorted(LOGS.glob("*.json"))
    print(HEAD)
    for path in chosen:
        print("\n".join(rows(path)))


if __name__ == "__main__":
    main()
