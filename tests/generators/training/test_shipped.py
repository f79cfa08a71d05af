"""The checkpoints that the demo starts with."""

from pathlib import Path

import pytest
import torch
from PIL import Image

from generators import checkpoint, registry
from generators.builtin.image_restore.evaluate import blurred
from generators.run import LocalRun
from generators.training.decode import pixels_of
from generators.training.grids import save_png
from generators.training.pictures import to_floats

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


def test_the_shipped_restorer_takes_noise_out_of_pictures_in_colour(tmp_path: Path) -> None:
    shipped, spec = checkpoint.read(SHIPPED / "image-restore"), registry.get("image-restore")
    places = torch.linspace(-1, 1, 96)
    whole = torch.stack([places.expand(96, 96), places[:, None].expand(96, 96), torch.zeros(96, 96)]) * 0.7
    whole[:, 30:60, 30:60] = torch.tensor([0.5, -0.5, 0.1])[:, None, None]
    noisy = whole + 0.2 * torch.randn(whole.shape, generator=torch.Generator().manual_seed(0))
    save_png(noisy.clamp(-1, 1), tmp_path / "noisy.png")
    assert spec.sample
    params = spec.sample.model_validate({"picture": str(tmp_path / "noisy.png")})
    [made] = registry.load(spec, "sample")(shipped, params, LocalRun(tmp_path))
    assert made.meta["noise"] == pytest.approx(0.1, abs=0.02)
    assert made.path
    with Image.open(made.path) as opened:
        mended = to_floats(pixels_of(opened.convert("RGB")))
    blur = blurred(noisy[None], 1.4)[0]
    assert (mended - whole).square().mean() < 0.85 * (blur - whole).square().mean()
