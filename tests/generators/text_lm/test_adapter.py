import copy

import pytest
import torch
from torch import nn

from generators.builtin.text_lm.adapter import AdaptedLinear, add_adapters, merge_adapters, merged
from generators.errors import BadCheckpoint, GeneratorError


class Block(nn.Module):
    """An attention, a feed-forward layer and the layer that gives logits."""

    def __init__(self) -> None:
        super().__init__()
        self.self_attn = nn.ModuleDict({"q_proj": nn.Linear(8, 6), "v_proj": nn.Linear(8, 4, bias=False)})
        self.mlp = nn.ModuleDict({"up_proj": nn.Linear(8, 16)})
        self.lm_head = nn.Linear(8, 32)

    def get_output_embeddings(self) -> nn.Module:
        return self.lm_head


def adapted(targets: str = "all") -> tuple[Block, nn.ModuleDict]:
    torch.manual_seed(0)
    block = Block()
    return block, add_adapters(block, rank=2, scale=2.0, lora_dropout=0.0, targets=targets)  # type: ignore[arg-type]


def test_adapters_lie_beside_every_layer_but_the_one_that_gives_logits() -> None:
    assert set(adapted()[1]) == {"self_attn/q_proj", "self_attn/v_proj", "mlp/up_proj"}
    assert set(adapted("attention")[1]) == {"self_attn/q_proj", "self_attn/v_proj"}


def test_a_new_adapter_changes_nothing() -> None:
    block, _ = adapted()
    layer, x = block.self_attn["q_proj"], torch.randn(3, 8)
    assert isinstance(layer, AdaptedLinear)
    assert torch.equal(layer(x), layer.layer(x))


def test_merged_weights_give_what_layer_and_adapter_gave() -> None:
    torch.manual_seed(0)
    plain = Block()
    block = copy.deepcopy(plain)
    adapters = add_adapters(block, rank=2, scale=2.0, lora_dropout=0.0, targets="all")
    for parameter in adapters.parameters():
        nn.init.normal_(parameter)
    merge_adapters(plain, adapters.state_dict(), scale=2.0)
    x = torch.randn(5, 8)
    for group, name in (("self_attn", "q_proj"), ("self_attn", "v_proj"), ("mlp", "up_proj")):
        merged, beside = getattr(plain, group)[name], getattr(block, group)[name]
        torch.testing.assert_close(merged(x), beside(x))


def test_an_adapter_of_another_shape_is_refused() -> None:
    _, adapters = adapted()
    other = Block()
    other.mlp["up_proj"] = nn.Linear(8, 12)
    with pytest.raises(BadCheckpoint, match=r"a layer mlp.up_proj that this language model does not have"):
        merge_adapters(other, adapters.state_dict(), scale=1.0)


def test_a_network_without_linear_layers_is_refused() -> None:
    with pytest.raises(GeneratorError, match="has no linear layers that adapters could change"):
        add_adapters(nn.Sequential(nn.Conv1d(1, 1, 1)), rank=2, scale=1.0, lora_dropout=0.0, targets="all")


def test_layers_are_merged_only_while_texts_are_written() -> None:
    block, adapters = adapted()
    for parameter in adapters.parameters():
        nn.init.normal_(parameter)
    layer, x = block.self_attn["q_proj"], torch.randn(3, 8)
    beside = layer(x)
    with merged(block):
        torch.testing.assert_close(layer(x), beside, rtol=1e-4, atol=1e-4)
    assert torch.equal(layer(x), beside)
    assert layer(x).requires_grad
