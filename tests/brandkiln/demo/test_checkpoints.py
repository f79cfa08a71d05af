"""The demo's checkpoints stand in the registry with what they draw and with their cards."""

import pytest
from brandkiln.demo import seed
from brandkiln.jobs.models import Checkpoint

from tests.factories import Cast


@pytest.mark.parametrize(
    ("generator", "named"),
    [("image-gan", "Fashion-MNIST"), ("image-vae", "Fashion-MNIST"), ("image-restore", "Poly Haven")],
)
def test_a_checkpoint_that_was_brought_along_shows_what_it_draws(
    generator: str, named: str, cast: Cast
) -> None:
    seed._checkpoint(cast.project, cast.ada, generator)
    row = Checkpoint.objects.get(project=cast.project, generator=generator)
    assert row.preview is not None
    assert row.preview.media_type == "image/png"
    assert named in row.note
    assert row.is_production
