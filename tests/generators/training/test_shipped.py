"""The checkpoints that the demo starts with."""

from pathlib import Path

import pytest
from PIL import Image

from generators import checkpoint, registry
from generators.run import LocalRun

SHIPPED = Path(__file__).parents[3] / "platform" / "brandkiln" / "demo" / "checkpoints"


@pytest.mark.parametrize("name", ["image-gan", "image-vae"])
def test_a_shipped_checkpoint_draws_what_it_is_asked_for(name: str, tmp_path: Path) -> None:
    shipped, spec = checkpoint.read(SHIPPED / name), registry.get(name)
    assert shipped.generator == name
    assert spec.train
    read = spec.train.model_validate(shipped.params)
    assert read.model_dump(include=set(shipped.params)) == shipped.params
    assert spec.sample
    params = spec.sample.model_validate({"count": 2, "label": "Bag", "seed": 3})
    drawn = list(registry.load(spec, "sample")(shipped, params, LocalRun(tmp_path)))
    assert [(made.label, made.seed) for made in drawn] == [("Bag", 3), ("Bag", 4)]
    with Image.open(drawn[0].path) as picture:
        assert (picture.size, picture.mode) == ((32, 32), "L")
        darkest, brightest = picture.getextrema()
        assert brightest - darkest > 100
