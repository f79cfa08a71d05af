"""Labels suggested by the nearest records that have one, where a worker has compared the records.

Source: Cover and Hart 1967, Nearest neighbor pattern classification. https://doi.org/10.1109/TIT.1967.1053964
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from brandkiln.artifacts import store
from brandkiln.artifacts.models import Artifact
from brandkiln.datasets.models import Annotation, DatasetVersion, LabelSet, QualityReport

Neighbours = Mapping[int, Sequence[tuple[int, float]]]
"""For each position the nearest other records with their similarity, 1 for the same."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The label that the nearest labelled records speak for."""

    label: str
    confidence: float
    """From 0 to 1; see ``vote``."""


def vote(near: Iterable[tuple[str, float]]) -> Suggestion | None:
    """Return the label that the neighbours speak for, each by its similarity, or None where none is labelled.

    Confidence is the winner's share of all similarity, times n / (n + 1) for n labelled neighbours: one neighbour
    alone is worth a half, three that agree three quarters, ten that agree ten elevenths.

    Args:
        near: Label and similarity of each neighbour that has a label.
    """
    weights: defaultdict[str, float] = defaultdict(float)
    number = 0
    for label, similarity in near:
        if similarity > 0:
            weights[label] += similarity
            number += 1
    if not number:
        return None
    label, weight = min(weights.items(), key=lambda one: (-one[1], one[0]))
    return Suggestion(label, weight / sum(weights.values()) * number / (number + 1))


def suggest(version: DatasetVersion, labels: LabelSet, positions: Sequence[int]) -> dict[int, Suggestion]:
    """Return suggestions for the records at these positions; those without a labelled neighbour have none."""
    near = neighbours_of(version)
    if not near or not positions:
        return {}
    asked = {other for position in positions for other, _ in near.get(position, ())}
    return _votes(near, positions, _labels_at(version, labels, asked))


def suggested_positions(
    version: DatasetVersion, labels: LabelSet, *, doubtful_first: bool = False
) -> list[int]:
    """Return the records without a label that have a suggestion, the surest first or the most doubtful."""
    near = neighbours_of(version)
    if not near:
        return []
    known = _labels_at(version, labels, None)
    votes = _votes(near, [position for position in near if position not in known], known)
    sign = 1 if doubtful_first else -1
    return sorted(votes, key=lambda position: (sign * votes[position].confidence, position))


def neighbours_of(version: DatasetVersion) -> Neighbours | None:
    """Return the nearest records of each, or None where no worker has compared them yet."""
    report = QualityReport.objects.filter(version=version).first()
    return _read(report.features_id) if report and report.features_id else None


@lru_cache(maxsize=4)
def _read(artifact: UUID) -> Neighbours:
    with store.open_artifact(Artifact.objects.get(pk=artifact)) as source:
        found = json.load(source)["neighbours"]
    return {
        int(position): [(int(one), float(score)) for one, score in near] for position, near in found.items()
    }


def _votes(near: Neighbours, positions: Iterable[int], known: Mapping[int, str]) -> dict[int, Suggestion]:
    votes: dict[int, Suggestion] = {}
    for position in positions:
        around = [(known[other], score) for other, score in near.get(position, ()) if other in known]
        if found := vote(around):
            votes[position] = found
    return votes


def _labels_at(version: DatasetVersion, labels: LabelSet, positions: set[int] | None) -> dict[int, str]:
    """Return the label of each record that has one, of all records or of those at the positions."""
    records = version.records.exclude(label="")
    said = Annotation.objects.filter(version=version, label__isnull=False)
    if positions is not None:
        records, said = records.filter(position__in=positions), said.filter(position__in=positions)
    own = records.values_list("position", "label").order_by()
    known = {position: labels.renamed.get(label, label) for position, label in own}
    known |= dict(said.values_list("position", "label"))
    return {position: label for position, label in known.items() if label}
