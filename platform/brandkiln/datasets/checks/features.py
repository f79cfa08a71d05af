"""What the comparison of records by features leaves behind: neighbours, vectors and outliers."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from brandkiln.artifacts import store
from brandkiln.artifacts.models import Artifact
from brandkiln.datasets.checks.quality import add_findings
from brandkiln.datasets.models import DatasetVersion, Finding, QualityReport


@dataclass(frozen=True)
class Compared:
    """Stored bytes and figures of a comparison, before any row names them."""

    neighbours: Artifact
    vectors: Artifact
    summary: dict[str, Any]


def store_comparison(version: DatasetVersion, summary: dict[str, Any], files: dict[str, Path]) -> Compared:
    """Store the files of a comparison.

    Raises:
        ValueError: If the neighbours are not what they should be.
    """
    with files["neighbours"].open(encoding="utf-8") as source:
        if not isinstance(json.load(source).get("neighbours"), dict):
            raise ValueError("The comparison gave no neighbours.")
    return Compared(
        neighbours=store.put(files["neighbours"], workspace=version.workspace, media_type="application/json"),
        vectors=store.put(
            files["vectors"], workspace=version.workspace, media_type="application/octet-stream"
        ),
        summary=summary,
    )


@transaction.atomic
def keep_comparison(version: DatasetVersion, compared: Compared) -> None:
    """Replace what an earlier comparison found."""
    DatasetVersion.objects.select_for_update().get(pk=version.pk)
    report, _ = QualityReport.objects.get_or_create(
        version=version, defaults={"workspace_id": version.workspace_id}
    )
    outliers: list[list[float]] = compared.summary["outliers"]
    report.features, report.vectors = compared.neighbours, compared.vectors
    report.comparison = {name: value for name, value in compared.summary.items() if name != "outliers"}
    report.comparison["outliers"] = len(outliers)
    report.save(update_fields=["features", "vectors", "comparison"])
    Finding.objects.filter(version=version, code="outlier").delete()
    add_findings(version, (("outlier", int(position), 0, float(score)) for position, score in outliers))
