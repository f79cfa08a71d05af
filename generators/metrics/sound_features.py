"""Features of sounds: how their energy lies over the pitches, how much that varies, and how fast it changes.

No network is needed: they are figures over time of the logarithmic mel spectrum. Sounds of one kind (a bell, a voice,
rain) are near each other; what is said in them is not heard.

Source: Davis and Mermelstein, Comparison of parametric representations for monosyllabic word recognition, 1980
(https://doi.org/10.1109/TASSP.1980.1163420), for the spectrum; Tzanetakis and Cook, Musical genre classification of
audio signals, 2002 (https://doi.org/10.1109/TSA.2002.800560), for means and deviations over time.
"""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import soundfile
import torch
from torch import Tensor

from generators.errors import BadData

BANDS = 40
LOWEST, HIGHEST = 50.0, 8_000.0
"""Hz that are looked at; a sound of a lower rate has nothing in the upper bands."""
WINDOW_SECONDS, HOP_SECONDS = 0.032, 0.016
SECONDS = 30
"""Of a sound that are listened to."""
QUIET = 1e-10
"""Energy below which nothing is heard, where the whole sound has 1."""

EXTRACTOR = f"log-mel spectrum, {3 * BANDS}-d, {SECONDS} s"
"""The name that stands beside every figure made from these features."""


def extract(path: Path) -> Tensor:
    """Return the features of a sound file (WAV, FLAC or OGG), which do not depend on its loudness, shape (3 * BANDS,).

    Raises:
        BadData: If it can't be read.
    """
    try:
        with soundfile.SoundFile(path) as source:
            rate = int(source.samplerate)
            samples = source.read(SECONDS * rate, dtype="float32", always_2d=True)
    except (RuntimeError, OSError) as error:
        raise BadData(f"The sound {path.name} can't be read: {error}. Check the version.") from error
    return features(torch.from_numpy(samples).mean(1), rate)


def features(samples: Tensor, rate: int) -> Tensor:
    """Return mean, standard deviation and mean change of the logarithmic mel spectrum in nats, shape (3 * BANDS,).

    Args:
        samples: Shape (N,); shorter ones than two windows are padded with silence.
        rate: Samples a second, in Hz.
    """
    size, hop = 2 ** round(math.log2(WINDOW_SECONDS * rate)), max(1, round(HOP_SECONDS * rate))
    samples = samples / samples.square().mean().sqrt().clamp_min(QUIET)
    samples = torch.nn.functional.pad(samples, (0, max(0, size + hop - len(samples))))
    spectrum = torch.stft(
        samples, size, hop, window=torch.hann_window(size), center=False, return_complex=True
    )
    energy = (bands(size, rate) @ spectrum.abs().square() + QUIET).log()  # (BANDS, T)
    change = energy.diff(dim=1).abs().mean(1)
    return torch.cat([energy.mean(1), energy.std(1, correction=0), change])


@cache
def bands(size: int, rate: int) -> Tensor:
    """Return triangles over the frequencies of a Fourier transform, evenly apart in mel, (BANDS, size / 2 + 1)."""
    mel = torch.linspace(_mel(LOWEST), _mel(HIGHEST), BANDS + 2)
    edges = 700 * (10 ** (mel / 2595) - 1)
    hertz = torch.linspace(0, rate / 2, size // 2 + 1)
    lower, middle, upper = (edges[place : place + BANDS, None] for place in range(3))
    return torch.minimum((hertz - lower) / (middle - lower), (upper - hertz) / (upper - middle)).clamp_min(0)


def _mel(hertz: float) -> float:
    return 2595 * math.log10(1 + hertz / 700)
