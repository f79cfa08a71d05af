"""What text-lm writes about 40 products in every format, and how much of it keeps the rules.

Run it as `python -m bench.text_quality`; GROUNDING=off shows what the network does without its guard. The pieces are
kept in bench/results/text_quality_<grounding>.jsonl; the last line is a JSON object with the shares.
"""

import json
import os
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path

import torch

from generators.builtin.text_lm.formats import FORMATS
from generators.builtin.text_lm.guard import numbers
from generators.builtin.text_lm.sample import sample
from generators.builtin.text_lm.spec import SampleParams
from generators.errors import GeneratorError
from generators.run import LocalRun

RESULTS = Path(__file__).parent / "results"
PRODUCTS = (Path(__file__).parent / "text_products.txt").read_text().strip().split("\n\n")


def main() -> None:
    """Write every piece, then print the shares by format."""
    torch.set_num_threads(1)
    grounding = os.environ.get("GROUNDING") or "words"
    figures: dict[str, dict[str, float]] = {}
    with (RESULTS / f"text_quality_{grounding}.jsonl").open("w") as pieces:
        for name in sys.argv[1:] or FORMATS:
            texts = [written(name, product, grounding) for product in PRODUCTS]
            for product, text in zip(PRODUCTS, texts, strict=True):
                print(
                    json.dumps({"format": name, "product": product, "text": text}, ensure_ascii=False),
                    file=pieces,
                )
            pieces.flush()
            figures[name] = shares([(p, t) for p, t in zip(PRODUCTS, texts, strict=True) if t is not None])
            print(name, figures[name])
    print(json.dumps({"products": len(PRODUCTS), "grounding": grounding, "formats": figures}))


def written(name: str, product: str, grounding: str) -> str | None:
    """Return the first variant of a format for a product, or None where it was refused."""
    params = SampleParams.model_validate(
        {"format": name, "product": product, "variants": 1, "grounding": grounding}
    )
    with tempfile.TemporaryDirectory() as scratch:
        try:
            return next(iter(sample(None, params, LocalRun(Path(scratch))))).text
        except GeneratorError:
            return None


def shares(pairs: list[tuple[str, str]]) -> dict[str, float]:
    """Return figures over pairs of product facts and text."""
    count = len(pairs)
    return {
        "pieces": count,
        "within_30_characters": sum(len(text) <= 30 for _, text in pairs) / count,
        "with_a_number_not_in_the_facts": sum(bool(numbers(text) - numbers(facts)) for facts, text in pairs)
        / count,
        "naming_a_word_of_the_facts": sum(bool(content(facts) & content(text)) for facts, text in pairs)
        / count,
        "share_of_fact_words_used": sum(
            len(content(facts) & content(text)) / len(content(facts)) for facts, text in pairs
        )
        / count,
        "repeated_trigrams": sum(repeated_trigrams(text) for _, text in pairs) / count,
        "mean_words": sum(len(text.split()) for _, text in pairs) / count,
    }


def content(text: str) -> set[str]:
    """Return the words of four letters or more."""
    return set(re.findall(r"[^\W\d_]{4,}", text.lower()))


def repeated_trigrams(text: str) -> float:
    """Return the share of runs of three words that repeat an earlier one."""
    words = re.findall(r"\w+", text.lower())
    runs = Counter(zip(words, words[1:], words[2:], strict=False))
    return 1 - len(runs) / max(1, runs.total())


if __name__ == "__main__":
    main()
