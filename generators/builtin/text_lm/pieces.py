"""How good texts about held-out records are: as the network says them, and as a bulk writes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import torch

from generators.builtin.text_lm.formats import FORMATS, Format
from generators.builtin.text_lm.lessons import facts_of
from generators.builtin.text_lm.parts import taken_apart
from generators.builtin.text_lm.sample import sample
from generators.builtin.text_lm.spec import LmEvaluateParams, SampleParams
from generators.checkpoint import Checkpoint
from generators.data import Record
from generators.errors import GeneratorError
from generators.formats import Counting
from generators.metrics.bootstrap import mean_figure
from generators.metrics.fact_support import fact_support, unsupported
from generators.metrics.readability import counts_of, grade
from generators.metrics.rouge import rouge_l, rouge_n
from generators.metrics.violations import Limits, violations
from generators.run import LocalRun, Run, Sample
from generators.training.randomness import generator_for

AT_ONCE = 8
"""Pieces that are written beside each other; they share the decoder's slots."""
BULK = "bulk_"
"""Before the names of figures of pieces that were written as a bulk writes them."""


def raw_figures(texts: Sequence[str], records: Sequence[Record], form: Format, seed: int) -> dict[str, float]:
    """Return how near the network's own texts come to those of people, and what they break.

    Args:
        texts: One for each record, without rules or a choice of the best.
        records: Each with facts and a text.
        form: What the texts were to be.
    """
    apart = [taken_apart(form, text) for text in texts]
    broken = [
        piece is not None
        and any(_breaks(text, part.limit, part.counting) for text, part in zip(piece.parts, form.parts, strict=True))
        for piece in apart
    ]  # fmt: skip
    values = _values(texts, records)
    values |= {
        "format_violations": [float(piece is None) for piece in apart],
        "length_violations": [*map(float, broken)],
    }
    return _figures(values, seed)


def bulk_figures(
    records: Sequence[Record],
    checkpoint: Checkpoint | None,
    params: LmEvaluateParams,
    run: Run,
    *,
    done: int,
    total: int,
) -> dict[str, float]:
    """Return the figures of pieces that are written about records with all rules, checks and choices of a job.

    Args:
        records: Each with facts and a text.
        done: Steps of the evaluation before.
        total: All its steps.
    """
    asked = [
        SampleParams.model_validate(
            {
                "format": params.format,
                "product": facts_of(record),
                "variants": 1,
                "seed": params.seed + number,
            }
        )
        for number, record in enumerate(records)
    ]
    found: list[Sample | None] = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = [pool.submit(_piece, checkpoint, one, run) for one in asked]
        try:
            for number, piece in enumerate(waiting):
                run.report(done + number, total, "Writing pieces with all checks")
                found.append(piece.result())
        finally:
            pool.shutdown(cancel_futures=True)
    kept = [(piece, record) for piece, record in zip(found, records, strict=True) if piece]
    if len(kept) < 2:
        run.log(f"{len(kept)} of {len(records)} pieces kept the rules: too few to measure.")
        return {}
    parts = [piece.meta["parts"] for piece, _ in kept]
    texts = ["\n".join(part["text"] for part in those) for those in parts]
    values = _values(texts, [record for _, record in kept])
    values |= {
        "format_violations": [len(those) != len(FORMATS[params.format].parts) for those in parts],
        "length_violations": [
            any(_breaks(part["text"], part["limit"], part["counting"]) for part in those) for those in parts
        ],
        "unsupported_claims": [bool(piece.meta["findings"]) for piece, _ in kept],
        "score": [piece.meta["scores"]["total"] for piece, _ in kept],
    }
    named = {f"{BULK}{name}": value for name, value in _figures(values, params.seed).items()}
    return named | {"bulk_n": float(len(kept)), "bulk_refused": float(len(records) - len(kept))}


def with_facts(records: Iterable[Record], count: int) -> list[Record]:
    """Return the first records from whose other columns a text can be written."""
    return list(islice((record for record in records if facts_of(record)), count))


def _piece(checkpoint: Checkpoint | None, params: SampleParams, run: Run) -> Sample | None:
    """Return a piece, or None where none kept the rules."""
    try:
        return next(
            iter(sample(checkpoint, params, LocalRun(run.scratch / "pieces", device=run.device))), None
        )
    except GeneratorError:
        return None


def _breaks(text: str, limit: int, counting: Counting) -> bool:
    return bool(violations(text, Limits(room=limit, counting=counting)))


def _values(texts: Sequence[str], records: Sequence[Record]) -> dict[str, list[float]]:
    pairs = [(text, record.text or "") for text, record in zip(texts, records, strict=True)]
    stated = [(text, facts_of(record)) for text, record in zip(texts, records, strict=True)]
    grades = [grade(counts) for text in texts if (counts := counts_of(text))]
    found: dict[str, list[float]] = {
        "rouge_1": [rouge_n(text, other, 1) for text, other in pairs],
        "rouge_2": [rouge_n(text, other, 2) for text, other in pairs],
        "rouge_l": [rouge_l(text, other) for text, other in pairs],
        "fact_support": [fact_support(text, facts) for text, facts in stated],
        "unsupported": [bool(unsupported(text, facts)) for text, facts in stated],
    }
    return found | ({"grade": grades} if grades else {})


def _figures(values: dict[str, list[float]], seed: int) -> dict[str, float]:
    random = generator_for(seed, "facts")
    return {
        key: number
        for name, those in values.items()
        for key, number in mean_figure(torch.tensor([float(one) for one in those]), random)
        .named(name)
        .items()
    }
