"""The demo's product shots, read as any upload is, fit the jobs that lay them out."""

from brandkiln.datasets.ingest import ingest_upload
from brandkiln.datasets.models import Kind
from brandkiln.datasets.services import create_dataset, receive_upload
from brandkiln.demo import seed, shots

from generators.builtin.picture_edit.spec import SampleParams
from tests.factories import Cast


def test_every_layout_finds_its_shots(cast: Cast) -> None:
    dataset = create_dataset(
        workspace=cast.acme, project=cast.project, name="Product shots", kind=Kind.IMAGE, actor=cast.ada,
        **shots.FACTS, **seed.NOBODY,
    )  # fmt: skip
    upload = receive_upload(dataset=dataset, file=shots.ARCHIVE, filename=shots.ARCHIVE.name, actor=cast.ada)
    version = ingest_upload(upload, split_seed=0, report_progress=lambda done, total, message: None)
    assert version.records.count() == 16
    for key, params in shots.layout_params(version).items():
        asked = SampleParams.model_validate(params)
        assert asked.colour in seed.BRAND_KIT["colours"], key
        assert version.records.filter(artifact__in=asked.pictures).count() == len(asked.pictures)
