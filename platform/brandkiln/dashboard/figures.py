"""Figures of evaluations as people read them: what each says, its interval and its floor, splits side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from brandkiln.dashboard import mended_figures
from brandkiln.dashboard.text_figures import TEXT_KINDS, Kind

WIDTH = 120
"""Units across a bar's picture."""
ENDS = 4
"""Units left free at its ends."""


KINDS = {
    "kid": Kind(
        "KID",
        gettext_lazy("Distance to real pictures, fair at any number of them. Lower is better; 0 is real."),
    ),
    "fid": Kind(
        "FID", gettext_lazy("Distance to real pictures. Lower is better; it falls as more are measured.")
    ),
    "frechet_distance": Kind(
        gettext_lazy("Frechet distance"),
        gettext_lazy(
            "Distance to real pictures, not an FID. Lower is better; it falls as more are measured."
        ),
    ),
    "precision": Kind(gettext_lazy("Precision"), gettext_lazy("Share of drawn pictures that look real.")),
    "recall": Kind(gettext_lazy("Recall"), gettext_lazy("Share of real pictures that it could have drawn.")),
    "density": Kind(
        gettext_lazy("Density"),
        gettext_lazy("How deep drawn pictures lie among real ones; about 1 for real."),
    ),
    "coverage": Kind(
        gettext_lazy("Coverage"), gettext_lazy("Share of real pictures with a drawn one near by: variety.")
    ),
    "inception_score": Kind(
        gettext_lazy("Inception Score"),
        gettext_lazy("Clear and different pictures score high; it knows nothing of yours."),
    ),
    "two_sample_accuracy": Kind(
        gettext_lazy("Told apart"),
        gettext_lazy("How often a classifier tells drawn from real. 0.5 is guessing, 1 is always."),
    ),
    "psnr_db": Kind("PSNR (dB)", gettext_lazy("How closely pictures are given back. Higher is better.")),
    "ssim": Kind("SSIM", gettext_lazy("How alike the structure of given-back pictures is; 1 is the same.")),
    "reconstruction_error": Kind(
        gettext_lazy("Reconstruction error"), gettext_lazy("Root mean squared error as a share of the range.")
    ),
    "layer_distance": Kind(
        gettext_lazy("Layer distance"),
        gettext_lazy("How different given-back pictures look to EfficientNet-lite0; not LPIPS."),
    ),
    **TEXT_KINDS,
}
PARTS = ("_se", "_low", "_high", "_floor")


@dataclass(frozen=True)
class Cell:
    """One figure of one evaluation; places are units from the left of its bar's picture."""

    value: float
    low: float | None
    high: float | None
    floor: float | None
    dot: float = 0
    start: float = 0
    length: float = 0
    mark: float | None = None


@dataclass(frozen=True)
class Row:
    """One figure over all evaluations shown; None where one lacks it."""

    title: str | Promise
    meaning: str | Promise
    cells: list[Cell | None]


def rows(measured: Sequence[Mapping[str, float]]) -> list[Row]:
    """Return the figures of some evaluations, the leading one first."""
    names = [name for name in KINDS if any(name in metrics for metrics in measured)]
    return [
        Row(KINDS[name].title, KINDS[name].meaning, _placed([_cell(metrics, name) for metrics in measured]))
        for name in names
    ]


def others(metrics: Mapping[str, float]) -> dict[str, float]:
    """Return the figures that have no row of their own: losses and what other kinds of generators measure."""
    known = set(KINDS) | {"n", "texts", "floor_n", "written_n", "bulk_n", "bulk_refused", "frechet_samples"}
    known |= {f"{name}{part}" for name in metrics for part in PARTS if name in metrics}
    if mended_figures.rows(metrics):
        known |= {name for name in metrics if mended_figures.MENDED.fullmatch(name)} | {"parts"}
    if "n" in metrics:
        known.add("tokens")  # of held-out texts: the sentence above the figures says how many
    return {name: value for name, value in metrics.items() if name not in known}


def leading(metrics: Mapping[str, float] | None) -> dict[str, float]:
    """Return figures without their intervals, floors and numbers of pictures, the leading ones first."""
    metrics = metrics or {}
    known = (*KINDS, *mended_figures.GAINS)
    return {name: metrics[name] for name in (*(name for name in known if name in metrics), *others(metrics))}


def basis(metrics: Mapping[str, float]) -> dict[str, int]:
    """Return how many of what the figures rest on, by name: held-out ones, written ones, and pieces of a bulk."""
    names = ("n", "floor_n", "written_n", "bulk_n", "bulk_refused", "tokens")
    return {name: int(metrics.get(name, 0)) for name in names}


def reading(metrics: Mapping[str, float]) -> str:
    """Return what the figures mean, in a sentence or two; nothing where KID was not measured."""
    if "kid" not in metrics:
        return ""
    sentences = []
    floor = max(metrics.get("kid_floor", 0.0), 0.0)
    if metrics.get("kid_low", metrics["kid"]) <= floor:
        sentences.append(_("By KID, what it draws cannot be told from other real pictures at this number."))
    else:
        sentences.append(_("By KID, what it draws differs from real pictures by more than chance."))
    if (told := metrics.get("two_sample_accuracy")) is not None:
        sentences.append(
            _("A classifier tells drawn from real in %(share)d of 100 cases; guessing gets 50.")
            % {"share": round(100 * told)}
        )
    n = int(metrics.get("n", 0))
    if 0 < n < 500:
        sentences.append(
            ngettext(
                "With %(n)d picture every figure is rough: look at the intervals.",
                "With %(n)d pictures every figure is rough: look at the intervals.",
                n,
            )
            % {"n": n}
        )
    return " ".join(sentences)


def _cell(metrics: Mapping[str, Any], name: str) -> Cell | None:
    if name not in metrics:
        return None
    low, high, floor = (metrics.get(f"{name}{part}") for part in ("_low", "_high", "_floor"))
    return Cell(metrics[name], low, high, floor)


def _placed(cells: list[Cell | None]) -> list[Cell | None]:
    """Return the cells with their places on one scale, from the smallest number of the row to the largest."""
    numbers = [
        number
        for cell in cells
        if cell
        for number in (cell.value, cell.low, cell.high, cell.floor)
        if number is not None
    ]
    if not numbers or max(numbers) == min(numbers):
        return [
            cell and Cell(cell.value, cell.low, cell.high, cell.floor, dot=WIDTH / 2, mark=None)
            for cell in cells
        ]
    least, span = min(numbers), max(numbers) - min(numbers)

    def place(number: float) -> float:
        return round(ENDS + (WIDTH - 2 * ENDS) * (number - least) / span, 1)

    def placed(cell: Cell) -> Cell:
        start, end = (place(cell.value if number is None else number) for number in (cell.low, cell.high))
        mark = None if cell.floor is None else place(cell.floor)
        return Cell(
            cell.value, cell.low, cell.high, cell.floor, place(cell.value), start, round(end - start, 1), mark
        )

    return [cell and placed(cell) for cell in cells]
