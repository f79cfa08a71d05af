import hashlib
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from generators.errors import GeneratorError
from generators.metrics.extractors import inception
from generators.metrics.extractors.inception_network import InceptionV3, enlarge


def test_a_network_of_known_weights_gives_what_torch_fidelity_gives() -> None:
    """Weights come from sines of their places; torch-fidelity 0.4.0 was given the same and the same picture."""
    network = known(InceptionV3())
    picture = (torch.arange(3 * 20 * 20) * 37 % 256).view(1, 3, 20, 20).float()
    with torch.inference_mode():
        features, logits = network(picture)
    assert features.shape == (1, 2048)
    assert logits.shape == (1, 1008)
    assert features[0, [0, 500, 1500, 2047]].tolist() == pytest.approx(FEATURES, rel=1e-3)
    assert logits[0, [0, 500, 1007]].tolist() == pytest.approx(LOGITS, rel=1e-3)


def test_pictures_are_enlarged_from_their_left_edge() -> None:
    line = torch.tensor([0.0, 10.0]).view(1, 1, 1, 2)
    assert enlarge(line, 4)[0, 0, 0].tolist() == [0, 5, 10, 10]


def test_weights_are_read_only_by_their_hash(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    save_file({"fc.bias": torch.zeros(1008)}, path)
    monkeypatch.delenv(inception.PATH, raising=False)
    with pytest.raises(GeneratorError, match="BRANDKILN_INCEPTION_WEIGHTS"):
        inception.Inception()
    monkeypatch.setenv(inception.PATH, str(path))
    monkeypatch.setenv(inception.SHA256, "0" * 64)
    with pytest.raises(GeneratorError, match=f"says {'0' * 64}"):
        inception.Inception()
    monkeypatch.setenv(inception.SHA256, hashlib.sha256(path.read_bytes()).hexdigest())
    extractor = inception.Inception()
    assert extractor.distance == "fid"
    with pytest.raises(GeneratorError, match=r"lacks Conv2d_1a_3x3\.conv\.weight"):
        extractor.see(torch.zeros(1, 1, 8, 8), device="cpu")


def test_a_file_that_is_no_weights_is_named(tmp_path: Path) -> None:
    path = tmp_path / "weights.pth"
    path.write_bytes(b"no weights")
    with pytest.raises(GeneratorError, match="cannot be read as weights"):
        inception.load_inception(path, "cpu")


def known(network: nn.Module) -> nn.Module:
    for number, (name, tensor) in enumerate(network.state_dict().items()):
        if not tensor.is_floating_point():
            continue
        places = torch.arange(tensor.numel(), dtype=torch.float64)
        waves = (torch.sin(places * 12.9898 + number) * 43758.5453).frac().view(tensor.shape)
        if name.endswith(("running_var", "bn.weight")):
            tensor.copy_(1 + 0.3 * waves)
        else:
            tensor.copy_(waves * (2.4 / max(1, tensor[0].numel()) ** 0.5 if tensor.dim() > 1 else 0.1))
    return network.eval()


FEATURES = [32.140846, 0.0, 0.0, 5.902127]
LOGITS = [46.027988, -7.888073, -28.988592]
