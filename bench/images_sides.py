"""What `bench.images` times: our way and the plain way of the same work, each doing a little when it is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from PIL import Image, ImageOps
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from generators.builtin.image_gan import train as gan
from generators.builtin.image_gan.networks import build_discriminator, build_generator
from generators.builtin.image_gan.spec import TrainParams
from generators.builtin.image_vae.learner import Autoencoding
from generators.builtin.image_vae.spec import TrainParams as VaeParams
from generators.data import Record, TrainingData
from generators.testing import write_data
from generators.training.grids import save_png
from generators.training.loop import Batch, Learner
from generators.training.pictures import Pictures, load_pictures, to_floats
from generators.training.randomness import batch_indices, generator_for
from generators.training.work import counted

Side = Callable[[], int]
BATCH, STEPS, LATENT, LABELS = 64, 3, 64, 10
PHOTOGRAPHS = 256


def gan_config(recipe: str, *, resolution: int = 32) -> dict[str, Any]:
    """Return what builds the networks of a recipe at its default width."""
    return {
        "recipe": recipe,
        "resolution": resolution,
        "channels": 1,
        "labels": LABELS,
        "latent_dim": LATENT,
        "width": 64,
    }


def some_pictures(count: int, *, resolution: int = 32) -> Pictures:
    """Return noise with labels; what is in pictures costs a training nothing."""
    images = torch.randint(256, (count, 1, resolution, resolution), dtype=torch.uint8)
    return Pictures(images, torch.arange(count) % LABELS, tuple(map(str, range(LABELS))))


@dataclass
class Steps:
    """Lets a learner take STEPS steps each time it is called, reading its batches as the loop does included."""

    learner: Learner
    pictures: Pictures
    batch: int
    done: int = 0

    def __call__(self) -> int:
        pictures, size = self.pictures, self.batch
        for step in range(self.done, self.done + STEPS):
            chosen = batch_indices(step, count=len(pictures), batch_size=size, seed=0)
            images = to_floats(pictures.images.index_select(0, chosen)).contiguous(
                memory_format=torch.channels_last
            )
            labels = None if pictures.labels is None else pictures.labels[chosen]
            self.learner.step(Batch(images, labels, step * size, generator_for(0, "step", step)))
        self.done += STEPS
        return STEPS * size

    def multiplications(self) -> float:
        """Return those of the forward passes of a step, for each picture."""
        with counted(self.learner.networks.values()) as work:
            shown = self()
        return work.multiplications / shown


def our_gan(recipe: str, *, resolution: int = 32, batch: int = BATCH, count: int = 4_096) -> Steps:
    """Return steps of image-gan."""
    params = TrainParams(recipe=recipe, batch_size=batch)  # type: ignore[arg-type]
    learner = gan.Adversaries(gan_config(recipe, resolution=resolution), params, "cpu", count=60_000)
    return Steps(learner, some_pictures(count, resolution=resolution), batch)


def our_vae(*, resolution: int = 32, batch: int = BATCH, count: int = 4_096) -> Steps:
    """Return steps of image-vae."""
    pictures = some_pictures(count, resolution=resolution)
    config = {"resolution": resolution, "channels": 1, "labels": LABELS, "latent_dim": 32, "width": 64}
    learner = Autoencoding(config | {"components": 10}, VaeParams(batch_size=batch), pictures, "cpu")
    return Steps(learner, pictures, batch)


def tutorial_gan() -> Side:
    """Return a function that takes as many steps of PyTorch's DCGAN tutorial with the networks of recipe=dcgan.

    float32, contiguous, its loss, its optimizers, its DataLoader over a tensor; both networks are given labels.
    Source: Inkawhich, DCGAN Tutorial, https://docs.pytorch.org/tutorials/beginner/dcgan_faces_tutorial.html
    """
    config = gan_config("dcgan")
    generator, discriminator = build_generator(**config), build_discriminator(**config)
    criterion = (
        nn.BCEWithLogitsLoss()
    )  # the tutorial's sigmoid and BCELoss in one, as our discriminator has scores
    of_discriminator = torch.optim.Adam(discriminator.parameters(), lr=2e-4, betas=(0.5, 0.999))
    of_generator = torch.optim.Adam(generator.parameters(), lr=2e-4, betas=(0.5, 0.999))
    pictures = some_pictures(4_096)
    assert pictures.labels is not None
    data = torch.utils.data.TensorDataset(pictures.images.float() / 127.5 - 1, pictures.labels)
    batches = iter(DataLoader(data, batch_size=BATCH, shuffle=True))
    ones, zeros = torch.ones(BATCH), torch.zeros(BATCH)

    def steps() -> int:
        nonlocal batches
        for _ in range(STEPS):
            real, labels = next(batches, (None, None))
            if real is None:
                batches = iter(DataLoader(data, batch_size=BATCH, shuffle=True))
                real, labels = next(batches)
            discriminator.zero_grad()
            criterion(discriminator(real, labels), ones).backward()
            fake = generator(torch.randn(BATCH, LATENT), labels)
            criterion(discriminator(fake.detach(), labels), zeros).backward()
            of_discriminator.step()
            generator.zero_grad()
            criterion(discriminator(fake, labels), ones).backward()
            of_generator.step()
        return STEPS * BATCH

    return steps


@torch.inference_mode()
def draws(folder: Path) -> dict[str, Side]:
    """Return three ways to draw with the default recipe: many at once, one by one as a job does, and a naive loop.

    A job keeps its network warm and writes each picture as a file; the naive loop does the same and builds the network
    for each request of 16 pictures, in float32.
    """
    network = build_generator(**gan_config("spectral")).eval()
    weights = network.state_dict()
    count = 16

    @torch.inference_mode()
    def at_once() -> int:
        for _ in range(16):
            network(torch.randn(BATCH, LATENT), torch.arange(BATCH) % LABELS)
        return 16 * BATCH

    @torch.inference_mode()
    def one_by_one() -> int:
        for index in range(count):
            save_png(network(torch.randn(1, LATENT), torch.tensor([index % LABELS]))[0], folder / "ours.png")
        return count

    def naive() -> int:
        anew = build_generator(**gan_config("spectral"))
        anew.load_state_dict(weights)
        for index in range(count):
            pixels = anew(torch.randn(1, LATENT), torch.tensor([index % LABELS]))[0, 0].detach()
            Image.fromarray(((pixels + 1) * 127.5).clamp(0, 255).byte().numpy()).save(folder / "naive.png")
        return count

    return {"at_once": at_once, "one_by_one": one_by_one, "naive": naive}


class Photographs(Dataset[Tensor]):
    """Files that are opened, cropped, resized and turned into tensors by Pillow each time, as most loaders do."""

    def __init__(self, data: TrainingData, resolution: int) -> None:
        self.paths = [record.path for record in data.records("train") if record.path]
        self.resolution = resolution

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: int) -> Tensor:
        with Image.open(self.paths[index]) as file:
            picture = ImageOps.fit(file.convert("RGB"), (self.resolution, self.resolution))
        pixels = torch.frombuffer(bytearray(picture.tobytes()), dtype=torch.uint8)
        return to_floats(pixels.view(self.resolution, self.resolution, 3).permute(2, 0, 1))


def photographs(folder: Path, side: int) -> TrainingData:
    """Write smooth JPEG pictures, about as costly to decode as product photographs of that side in pixels."""
    records = []
    for index in range(PHOTOGRAPHS):
        random = torch.Generator().manual_seed(index)
        noise = torch.randint(256, (12, 12, 3), dtype=torch.uint8, generator=random)
        small = Image.frombytes("RGB", (12, 12), noise.numpy().tobytes())
        path = folder / f"{index}.jpg"
        small.resize((side, side), Image.Resampling.BICUBIC).save(path, quality=90)
        records.append(Record(id=str(index), split="train", path=path))
    return write_data(folder / "data", "image", records)


def reads(data: TrainingData, resolution: int = 64) -> dict[str, Side]:
    """Return two ways to read shuffled batches: from the memory-mapped cache, and decoding each file each time."""
    pictures = load_pictures(data, "train", resolution=resolution, generator="bench")
    loader = DataLoader(Photographs(data, resolution), batch_size=BATCH, shuffle=True)

    def cached() -> int:
        for step in range(20 * PHOTOGRAPHS // BATCH):
            chosen = batch_indices(step, count=PHOTOGRAPHS, batch_size=BATCH, seed=0)
            to_floats(pictures.images.index_select(0, chosen))
        return 20 * PHOTOGRAPHS

    def decoded() -> int:
        next(iter(loader))
        return BATCH

    return {"cached": cached, "decoded": decoded}
