"""EfficientNet-lite0 with the ImageNet weights that its package carries: there without a download."""

from __future__ import annotations

from torch import Tensor

from generators.metrics import features
from generators.metrics.extractors import Seen


class Packaged:
    """The extractor that is always there."""

    name = features.EXTRACTOR
    distance = "frechet_distance"
    comparable = True

    def see(self, pictures: Tensor, *, device: str) -> Seen:
        seen, logits = features.classify(pictures, device=device)
        return Seen(seen.cpu(), logits.cpu())
