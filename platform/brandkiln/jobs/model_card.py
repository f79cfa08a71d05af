"""The model card of a checkpoint: what it is, what it learned from, how good it is, and what it is not for.

The form is that of Hugging Face: YAML metadata, then Markdown. Source: Mitchell et al., Model Cards for Model
Reporting, 2019, https://arxiv.org/abs/1810.03993; https://huggingface.co/docs/hub/model-cards
"""

import json
import re
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from brandkiln.jobs.marks import mark_of_checkpoint
from brandkiln.jobs.models import Checkpoint, Job
from generators import registry
from generators.spec import Spec

SUFFIXES = ("_se", "_low", "_high", "_floor")
LIMITS = re.compile(
    r"^## (?:Good for, and not|Limits|What it can't do)\n+(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL
)
DEFAULT_EXTRACTOR = "EfficientNet-lite0 (no FID)"
LOOKED_AT = (
    "Pictures were looked at by {}: distances can be compared only with distances of the same extractor and number of "
    "pictures."
)


@dataclass(frozen=True)
class Figure:
    """One measured number with its uncertainty, where that was measured."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    floor: float | None = None
    """What real pictures get against other real pictures, at the same number of them."""


@dataclass(frozen=True)
class ModelCard:
    """What the page shows and the file says. Facts that are not known are empty."""

    checkpoint: Checkpoint
    title: str
    modality: str
    summary: str
    licence: str
    recipe: str
    papers: list[str]
    data: dict[str, Any]
    duration: timedelta | None
    figures: list[Figure]
    counts: dict[str, float]
    """How many pictures a figure rests on, by name."""
    extractor: str
    """What looked at the pictures that distances are measured between."""
    limits: str
    lineage: list[Checkpoint] = field(default_factory=list)
    """What it was made smaller from, the nearest first."""
    mark: str | None = None
    """"not for diagnosis" where it learned from medical pictures."""


def model_card(checkpoint: Checkpoint) -> ModelCard:
    """Return the card of a checkpoint."""
    spec = registry.specs().get(checkpoint.generator)
    recipe = _recipe(spec, checkpoint) if spec else None
    trained = _trained(checkpoint)
    job = trained.job
    evaluated = (
        checkpoint.used_by_jobs.filter(kind=Job.Kind.EVALUATE, state=Job.State.SUCCEEDED)
        .order_by("-finished_at")
        .first()
    )
    about = evaluated.result.get("about", {}) if evaluated else checkpoint.compression.get("about", {})
    measured = evaluated.result.get("metrics", {}) if evaluated else checkpoint.metrics
    papers = [
        *filter(None, [getattr(recipe, "paper", "")]),
        *([spec.source] if spec and spec.source else []),
    ]
    return ModelCard(
        checkpoint=checkpoint,
        title=spec.title if spec else checkpoint.generator,
        modality=spec.modality if spec else "",
        summary=spec.summary if spec else "",
        licence=spec.licence if spec else "",
        recipe=getattr(recipe, "title", ""),
        papers=list(dict.fromkeys(papers)),
        data=checkpoint.card.get("data", {}),
        duration=job.finished_at - job.started_at if job and job.finished_at and job.started_at else None,
        figures=figures_of(measured),
        counts={name: value for name, value in measured.items() if _is_count(name)},
        extractor=str(about.get("extractor", "")),
        limits=_limits(spec) if spec else "",
        lineage=ancestors(checkpoint),
        mark=mark_of_checkpoint(trained),
    )


def figures_of(metrics: dict[str, float]) -> list[Figure]:
    """Return the figures of an evaluation, each with its interval and floor."""
    return [
        Figure(name, value, *(metrics.get(name + suffix) for suffix in ("_low", "_high", "_floor")))
        for name, value in metrics.items()
        if not _is_count(name)
        and not name.endswith("loss")  # of the training, not of what it draws
        and not any(name.endswith(suffix) and name.removesuffix(suffix) in metrics for suffix in SUFFIXES)
    ]


def ancestors(checkpoint: Checkpoint) -> list[Checkpoint]:
    """Return what the checkpoint was made smaller from, the nearest first."""
    found: list[Checkpoint] = []
    above = checkpoint.parent
    while above is not None and above not in found:
        found.append(above)
        above = above.parent
    return found


def as_markdown(card: ModelCard) -> str:
    """Return the card as a Markdown file with Hugging Face's metadata on top."""
    row = card.checkpoint
    head: dict[str, Any] = {
        "license": card.licence.lower() or "unknown",
        "library_name": "brandkiln",
        "pipeline_tag": _pipeline(card),
        "tags": [row.generator, *([f"compressed-{row.compression['method']}"] if row.compression else [])],
        "datasets": [card.data["dataset"]] if card.data.get("dataset") else [],
        "model_name": f"{row.generator}-{row.number}",
    }
    lines = [
        "---",
        *(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in head.items()),
        "---",
    ]
    lines += ["", f"# {card.title} #{row.number}", "", card.summary, ""]
    if card.mark:
        lines += [f"**{card.mark.capitalize()}**: it learned from medical pictures.", ""]
    lines += _section("What it is", _facts(card))
    if card.papers:
        lines += ["## Papers", "", *(f"- <{paper}>" for paper in card.papers), ""]
    lines += _section("Data", {spoken(name): value for name, value in card.data.items()})
    params = {
        name: json.dumps(value, ensure_ascii=False) for name, value in row.card.get("params", {}).items()
    }
    lines += _section("Training params", params)
    lines += _measured(card)
    if row.compression:
        lines += _compressed(row)
    if card.limits:
        lines += ["## Limits", "", card.limits, ""]
    return "\n".join(lines)


def _pipeline(card: ModelCard) -> str:
    """Return what Hugging Face calls such networks."""
    if card.modality == "text":
        return "text-generation"
    return "other" if card.checkpoint.card.get("labels") else "unconditional-image-generation"


def spoken(name: str) -> str:
    """Return a name of code as words."""
    return name.replace("_", " ").capitalize()


def _facts(card: ModelCard) -> dict[str, Any]:
    row = card.checkpoint
    return {
        "Generator": f"{row.generator} {row.generator_version}",
        "Recipe": card.recipe,
        "Licence": card.licence,
        "Seed": row.card.get("seed", ""),
        "Trained for": str(card.duration).split(".")[0] if card.duration else "",
        "Labels": ", ".join(row.card.get("labels", [])),
        "Weights": f"safetensors, {row.size:,} bytes, sha256 {row.weights.sha256}",
        "Made smaller from": ", ".join(str(one) for one in card.lineage),
        "In production": "yes" if row.is_production else "no",
    }


def _section(title: str, facts: dict[str, Any]) -> list[str]:
    rows = [
        f"| {name} | {_cell(value)} |" for name, value in facts.items() if value not in ("", None, [], {})
    ]
    return [f"## {title}", "", "| | |", "| --- | --- |", *rows, ""] if rows else []


def _measured(card: ModelCard) -> list[str]:
    if not card.figures:
        return ["## Measured", "", "Nothing was measured yet.", ""]
    rows = [
        f"| {spoken(one.name)} | {one.value:.5g} | "
        + (f"{one.low:.5g} to {one.high:.5g}" if one.low is not None and one.high is not None else "")
        + f" | {'' if one.floor is None else f'{one.floor:.5g}'} |"
        for one in card.figures
    ]
    counts = ", ".join(f"{spoken(name).lower()}: {value:g}" for name, value in card.counts.items())
    return [
        "## Measured",
        "",
        "On records that it did not learn from."
        + (f" {LOOKED_AT.format(card.extractor or DEFAULT_EXTRACTOR)}" if card.modality == "image" else ""),
        *([f"Numbers of {'pictures' if card.modality == 'image' else 'texts'}: {counts}."] if counts else []),
        "",
        "| figure | value | interval | real against real |",
        "| --- | --- | --- | --- |",
        *rows,
        "",
    ]


def _compressed(row: Checkpoint) -> list[str]:
    before, after = row.compression.get("before", {}), row.compression.get("after", {})
    rows = [
        f"| {spoken(name)} | {before[name]:.6g} | {after[name]:.6g} |" for name in before if name in after
    ]
    said = f"By {row.compression['method']}, from #{row.compression.get('parent_number')}."
    return ["## Made smaller", "", said, "", "| figure | before | after |", "| --- | --- | --- |", *rows, ""]


def _cell(value: Any) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def _is_count(name: str) -> bool:
    return name.endswith(("_samples", "_n")) or name == "n"


def _trained(checkpoint: Checkpoint) -> Checkpoint:
    """Return the checkpoint whose training this one goes back to."""
    return [checkpoint, *ancestors(checkpoint)][-1]


def _recipe(spec: Spec, checkpoint: Checkpoint) -> Any:
    """Return the recipe of a generator that trains by several, or None."""
    module = f"{spec.package}.recipes"
    name = checkpoint.card.get("params", {}).get("recipe")
    if name is None or find_spec(module) is None:
        return None
    return getattr(import_module(module), "RECIPES", {}).get(name)


def _limits(spec: Spec) -> str:
    """Return what the generator's own card says that it is good for and not, as Markdown."""
    package = find_spec(spec.package)
    folder = Path(package.origin).parent if package and package.origin else None
    readme = folder / "README.md" if folder else None
    if readme is None or not readme.is_file():
        return ""
    found = LIMITS.search(readme.read_text(encoding="utf-8"))
    return found.group(1).strip() if found else ""
