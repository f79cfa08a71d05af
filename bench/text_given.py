"""What text-lm makes of a given text: 20 answers to customers and 20 rewritten texts, to be read by people.

    python -m bench.text_given OUT.jsonl [--seconds 170]

Messages and texts stand in text_given.tsv beside the product, most of text_products.txt, that they are about. One
variant each, seed 1, the default settings.
"""

import argparse
import csv
import json
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import torch

from bench.text_quality import CATALOGUE
from generators.builtin.text_lm.sample import sample
from generators.builtin.text_lm.spec import SampleParams
from generators.errors import GeneratorError
from generators.run import LocalRun

NAMED = {
    "jacket": 0, "kettle": 1, "lamp": 2, "candle": 3, "backpack": 4, "earbuds": 5, "throw": 6,
}  # fmt: skip
OTHERS = {
    "beans": next(text for text in CATALOGUE if "espresso beans" in text),
    "policy": "Name: Luma shop\nReturns: You can send unused goods back within 30 days.\nDelivery: 2 to 4 days in "
    "Germany and Austria\nPayment: card, PayPal or bank transfer",
}
AT_ONCE = 8


def written(row: list[str]) -> dict[str, Any]:
    """Return what is made of one text."""
    about, form, change, source = row
    change, _, tone = change.partition(":")
    product = OTHERS[about] if about in OTHERS else CATALOGUE[NAMED[about]]
    asked = {"format": form, "product": product, "source": source, "variants": 1, "seed": 1, "language": "en"}
    asked |= {"change": change} if change else {}
    asked |= {"tone": tone} if tone else {}
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        try:
            (piece,) = sample(None, SampleParams.model_validate(asked), LocalRun(Path(scratch)))
            text, findings = piece.text, piece.meta["findings"]
        except GeneratorError as refusal:
            text, findings = f"refused: {refusal}", 0
    seconds = round(time.perf_counter() - begun, 2)
    return {**asked, "text": text, "findings": findings, "seconds": seconds}


def main() -> None:
    """Write what is missing in a file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("out", type=Path)
    parser.add_argument("--seconds", type=float, default=170)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    rows = [*csv.reader((Path(__file__).parent / "text_given.tsv").open(), delimiter="\t")]
    known = asked.out.read_text().splitlines() if asked.out.exists() else []
    end = time.monotonic() + asked.seconds
    with ThreadPoolExecutor(AT_ONCE) as pool, asked.out.open("a") as file:
        left = rows[len(known) :]
        for piece in pool.map(lambda row: written(row) if time.monotonic() < end else None, left):
            if piece is None:
                break
            print(json.dumps(piece, ensure_ascii=False), file=file, flush=True)


if __name__ == "__main__":
    main()
