"""The comparison as a job: in the host's child process, and its rows written at its end."""

import json
from pathlib import Path
from typing import Any

import pytest
from brandkiln.artifacts import store
from brandkiln.datasets.checks.features import keep_comparison, store_comparison
from brandkiln.datasets.models import Finding
from brandkiln.jobs.checks import submit_comparison

from generators.tiny import png_bytes
from tests.brandkiln.datasets.checks.versions import picture, version_of
from workers.runner import Runner

pytestmark = pytest.mark.django_db


def files(folder: Path) -> dict[str, Path]:
    found = {"neighbours": folder / "neighbours.json", "vectors": folder / "features.safetensors"}
    found["neighbours"].write_text(json.dumps({"neighbours": {"0": [[1, 0.9]]}}))
    found["vectors"].write_bytes(b"vectors")
    return found


def test_a_second_comparison_replaces_the_first(tmp_path: Path) -> None:
    version = version_of("image", [{"sha256": f"{number:064x}"} for number in range(3)])
    for outliers in ([[2, 4.5], [1, 3.0]], [[0, 3.5]]):
        summary: dict[str, Any] = {"extractor": "x", "records": 3, "neighbours": 8, "outliers": outliers}
        keep_comparison(version, store_comparison(version, summary, files(tmp_path)))
    version.refresh_from_db()
    assert list(Finding.objects.values_list("code", "position", "score")) == [("outlier", 0, 3.5)]
    assert version.quality.comparison == {"extractor": "x", "records": 3, "neighbours": 8, "outliers": 1}
    with store.open_artifact(version.quality.features) as source:
        assert json.load(source)["neighbours"] == {"0": [[1, 0.9]]}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_pictures_are_compared_in_the_host(tmp_path: Path) -> None:
    version = version_of("image", [])
    lines = []
    for number in range(30):
        data = png_bytes(32, 32, picture(number, 32).tobytes() if number else bytes(32 * 32 * 3))
        artifact = store.put_bytes(data, workspace=version.workspace, media_type="image/png")
        lines.append({"sha256": f"{number:064x}", "artifact": artifact.pk})
    version = version_of("image", lines, workspace=version.workspace)
    job = submit_comparison(version=version, actor=None)
    runner = Runner("w1", queues=["train"])
    runner.work_until_empty()
    runner.close()
    job.refresh_from_db()
    assert (job.state, job.error_message) == ("succeeded", "")
    assert job.result["records"] == 30
    version.refresh_from_db()
    assert version.quality.comparison["extractor"].startswith("efficientnet")
