"""Figures of evaluations on pages."""

from typing import Any

from django import template
from django.utils.html import json_script
from django.utils.safestring import SafeString

from brandkiln.dashboard import augmented, figures, mended_figures
from brandkiln.dashboard.figure_names import TITLES, figure_title
from brandkiln.dashboard.templatetags.studio import figure, shown
from brandkiln.datasets.medical_mark import mark_of
from brandkiln.datasets.models import DatasetVersion
from brandkiln.jobs.guards import guard_facts
from brandkiln.jobs.marks import mark_of_checkpoint
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.jobs.param_titles import CHOICE_TITLES
from generators import registry
from generators.guarding import invents_pictures

register = template.Library()
register.filter(figure_title)
SPLITS = ("validation", "test")
ROWS = 20
"""Labels of the picture of a set."""


@register.simple_tag
def curve_names() -> SafeString:
    """Return what people call the curves of a training, for the script that draws them."""
    return json_script({name: figure_title(name) for name in TITLES}, "curve-names")


@register.inclusion_tag("checkpoints/_figures.html", takes_context=True)
def evaluation_of(context: Any, checkpoint: Checkpoint) -> dict[str, Any]:
    """Show the newest figures of each split side by side; those of its training where it was not evaluated."""
    rows = Job.objects.filter(checkpoint=checkpoint, kind=Job.Kind.EVALUATE, state=Job.State.SUCCEEDED)
    rows = rows.select_related("dataset_version__dataset").order_by("-finished_at")[:50]
    newest: dict[str, Job] = {}
    for job in rows:
        newest.setdefault(str(job.params.get("split", "")), job)
    jobs = [newest[split] for split in SPLITS if split in newest]
    shown = _shown(context, jobs)
    if not shown["columns"]:
        shown["rows"] = figures.rows([checkpoint.metrics])
        shown["mended"] = mended_figures.rows(checkpoint.metrics)
        shown["brought"] = int(checkpoint.metrics.get("n", checkpoint.metrics.get("frechet_samples", 0)))
        shown["has_intervals"] = any(name.endswith("_low") for name in checkpoint.metrics)
    return shown | {"others": figures.others(checkpoint.metrics)}


@register.inclusion_tag("checkpoints/_figures.html", takes_context=True)
def figures_of(context: Any, job: Job) -> dict[str, Any]:
    """Show what one evaluation measured."""
    return _shown(context, [job]) | {"others": figures.others(job.result["metrics"])}


@register.inclusion_tag("checkpoints/_guard.html")
def guard_against_copies(checkpoint: Checkpoint) -> dict[str, Any]:
    """Show what is known of a checkpoint's guard, or that it has none."""
    spec = registry.specs().get(checkpoint.generator)
    return {"guard": guard_facts(checkpoint), "invents": bool(spec and invents_pictures(spec))}


@register.inclusion_tag("jobs/_augmented.html", takes_context=True)
def augmentation_of(context: Any, job: Job) -> dict[str, Any]:
    """Show what a set of generated pictures did to a classifier."""
    result = job.result
    return {
        "workspace": context["workspace"],
        "result": result,
        "rows": augmented.rows(result),
        "labels": augmented.labels(result),
        "confusion": augmented.confusion(result),
        "shown": round(1000 * result["kimg"]),
        "drawn": [name for name, count in zip(result["labels"], result["generated"], strict=True) if count][
            :ROWS
        ],
        "reading": augmented.reading(result),
        "verdict": augmented.verdict(result),
    }


register.filter("leading", figures.leading)


@register.filter
def is_marked(job: Job) -> bool:
    """Return whether what a job makes is not for diagnosis: its checkpoint or its data is medical."""
    spec = registry.specs().get(job.generator)
    if spec is None or spec.modality != "image":
        return False
    return bool(mark_of_checkpoint(job.checkpoint) or mark_of(job.dataset_version))


@register.filter
def is_medical(version: DatasetVersion) -> bool:
    """Return whether a version is medical by its files, its terms or what it was made from."""
    return bool(mark_of(version))


@register.filter
def method(name: str) -> str:
    """Return in words how a checkpoint was made smaller."""
    return str(CHOICE_TITLES.get(name, name))


@register.filter
def setting(value: object) -> str:
    """Return a param's value in a table, with as many digits as can be compared."""
    return figure(value) if isinstance(value, float) else shown(value)


def _shown(context: Any, jobs: list[Job]) -> dict[str, Any]:
    measured = [job.result.get("metrics", {}) for job in jobs]
    rows, restored = figures.rows(measured), [mended_figures.rows(metrics) for metrics in measured]
    return {
        "workspace": context["workspace"],
        "columns": [
            {
                "job": job,
                "about": job.result.get("about", {}),
                "writes": _writes(job),
                **figures.basis(metrics),
                "mended": mended,
                "reading": figures.reading(metrics) or mended_figures.reading(mended),
            }
            for job, metrics, mended in zip(jobs, measured, restored, strict=True)
        ]
        if rows or any(restored)
        else [],
        "rows": rows,
        "write": any(map(_writes, jobs)),
    }


def _writes(job: Job) -> bool:
    spec = registry.specs().get(job.generator)
    return bool(spec and spec.modality == "text")
