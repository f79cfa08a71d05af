"""Whether the data is enough for the generators that could learn from it, before a minute of training is spent."""

from typing import Any

from django.utils.translation import gettext as _

from brandkiln.datasets.models import DatasetVersion, Kind, QualityReport, Split
from generators import registry
from generators.spec import Spec

FEW_OF_A_LABEL = 20
"""Training records below which a label is hardly learnt: fewer than a batch of the smallest default holds."""
SMALLEST_SIDE = 32
"""Pixels that image generators draw at least; smaller pictures are enlarged before anything is learnt from them."""
AGAINST_FEW = "adaptive_augmentation"
"""The param by which a generator of pictures learns from few of them without learning them by heart."""
NAMED = 5
"""Labels that a sentence names."""


def advice(kind: str, training_records: int) -> list[dict[str, Any]]:
    """Return for each generator that trains on this kind of data how many records it wants and how many there are."""
    specs = _trainable(kind)
    return [
        {
            "generator": spec.name,
            "title": spec.title,
            "minimum": spec.needs.minimum_records,
            "recommended": wanted(spec),
            "here": training_records,
            "enough": training_records >= spec.needs.minimum_records,
            "good": training_records >= wanted(spec),
            "text": _sentence(spec, training_records, specs),
        }
        for spec in specs
    ]


def advise(version: DatasetVersion, *, generator: str = "") -> list[dict[str, Any]]:
    """Return the advice on a version as it stands, for every generator of its kind or for one."""
    found = advice(version.dataset.kind, training_records(version))
    return [one for one in found if one["generator"] == generator or not generator]


def remarks(version: DatasetVersion) -> list[str]:
    """Return what is worth knowing of a version before any training on it: generated, rare or small pictures."""
    said = []
    if drawn := version.report.get("generated"):
        text = _(
            "%(count)d of its training pictures were drawn by %(by)s; a generator that learns from them learns its "
            "faults."
        )
        said.append(text % {"count": drawn["pictures"], "by": drawn["by"]})
    labels: dict[str, int] = version.counts.get("label", {})
    rare = sorted(label for label, count in labels.items() if count < FEW_OF_A_LABEL)
    if rare and len(labels) > 1:
        names = ", ".join(rare[:NAMED]) + (" …" if len(rare) > NAMED else "")
        text = _(
            "%(count)d of %(all)d labels have fewer than %(few)d records (%(names)s). Add some or merge them."
        )
        said.append(text % {"count": len(rare), "all": len(labels), "few": FEW_OF_A_LABEL, "names": names})
    report = QualityReport.objects.filter(version=version).first()
    side = report.summary.get("side") if report else None
    if version.dataset.kind == Kind.IMAGE and side and side < SMALLEST_SIDE * 7 // 8:
        text = _(
            "Half of the pictures are %(side)d pixels or less; generators draw %(least)d, so bring larger ones."
        )
        said.append(text % {"side": side, "least": SMALLEST_SIDE})
    return said


def training_records(version: DatasetVersion) -> int:
    """Return how many records of a version are for training."""
    count: int = version.counts.get("split", {}).get(Split.TRAIN, version.record_count)
    return count


def wanted(spec: Spec) -> int:
    """Return how many training records a generator wants for good results."""
    return max(spec.needs.recommended_records, spec.needs.minimum_records)


def _trainable(kind: str) -> list[Spec]:
    return [spec for spec in registry.specs().values() if spec.train is not None and kind in spec.needs.data]


def _sentence(spec: Spec, here: int, others: list[Spec]) -> str:
    figures = {
        "name": spec.name,
        "wanted": f"{wanted(spec):,}",
        "least": f"{spec.needs.minimum_records:,}",
        "here": f"{here:,}",
        "more": f"{wanted(spec) - here:,}",
    }
    if here >= wanted(spec):
        return (
            _("Enough for %(name)s: it wants %(wanted)s or more training records; %(here)s are here.")
            % figures
        )
    instead = min((other for other in others if other is not spec and here >= other.needs.minimum_records
                   and wanted(other) < wanted(spec)), key=wanted, default=None)  # fmt: skip
    if here < spec.needs.minimum_records:
        text = _(
            "%(name)s wants %(wanted)s or more training records and takes no fewer than %(least)s; %(here)s are here. "
            "Add %(more)s."
        )
    else:
        text = _(
            "%(name)s wants %(wanted)s or more training records; %(here)s are here, so expect repetition. "
            "Add %(more)s."
        )
    said = [text % figures]
    if here >= spec.needs.minimum_records and spec.train and AGAINST_FEW in spec.train.model_fields:
        said.append(
            _("No preset is for few records: leave its adaptive augmentation on, which is what helps there.")
        )
    if instead is not None:
        said.append(_("Or use %(name)s, which does with fewer.") % {"name": instead.name})
    return " ".join(said)
