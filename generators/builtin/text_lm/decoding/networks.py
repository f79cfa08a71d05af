"""How a network computes one step: by a lean pass of our own, or through transformers with our attention put in."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import rms_norm, silu
from transformers import AttentionInterface, AttentionMaskInterface

from generators.builtin.text_lm.decoding.attention import Reading
from generators.builtin.text_lm.decoding.blocks import Blocks, Shape
from generators.builtin.text_lm.decoding.step import Step
from generators.builtin.text_lm.packing import LEAST_ROWS

Forward = Callable[[Step], Tensor]
"""Returns the logits of the rows whose next token is wanted, shape (rows, vocabulary)."""

_LEAN = {"LlamaForCausalLM", "MistralForCausalLM", "Qwen2ForCausalLM", "Qwen3ForCausalLM"}
_ATTENTION = "brandkiln_step"
_step: ContextVar[Step] = ContextVar("step")


def shape_of(network: Any) -> Shape:
    """Return what the keys and values of a network's tokens are."""
    config = network.config.get_text_config()
    heads = getattr(config, "num_attention_heads", None) or 1
    return Shape(
        layers=getattr(config, "num_hidden_layers", 1),
        heads=getattr(config, "num_key_value_heads", None) or heads,
        width=getattr(config, "head_dim", None) or config.hidden_size // heads,
        dtype=network.dtype,
        device=network.device,
    )


def least_rows(network: Any) -> int:
    """Return how many rows a step has at least, so that a row's bits do not depend on how many there are.

    oneDNN multiplies up to 32 rows in bfloat16 in another order than more of them, and some larger numbers too, which
    `packing.py` cuts into parts; MKL has a product of its own for one row in float32. Measured with torch 2.13 on a
    processor with AMX; `tests/generators/text_lm/test_slots.py` compares the bits on the machine that it runs on.
    """
    return LEAST_ROWS if network.dtype == torch.bfloat16 and network.device.type == "cpu" else 8


def forward_of(network: Any) -> Forward | None:
    """Return the quickest way to compute steps of a network, or None where its attention cannot be taken over."""
    if is_lean(network):
        return _lean(network)
    forward = _through_transformers(network)
    return forward if _agrees(network, forward) else None


def is_lean(network: Any) -> bool:
    """Return whether a network is computed by a pass of our own, which any number of threads may run at once."""
    config = network.config
    return type(network).__name__ in _LEAN and not _slides(config) and config.hidden_act == "silu"


@torch.inference_mode()
def _agrees(network: Any, forward: Forward) -> bool:
    """Return whether a pass says of a few tokens what the network itself says."""
    ids = torch.arange(1, 9, device=network.device)
    try:
        shape = shape_of(network)
        kept = Blocks(shape, shape.block_bytes)
        reading = Reading((0, len(ids)), None, kept, [kept.take()], 0)
        last = torch.tensor([len(ids) - 1], device=ids.device)
        step = Step(ids, torch.arange(len(ids), device=ids.device), [reading], last)
        found = forward(step)[0].float()
        expected = network(ids[None], use_cache=False).logits[0, -1].float()
    except Exception:  # noqa: BLE001 - whatever a network says of this, it can be run the plain way
        return False
    return bool((found - expected).abs().max() <= 0.1 * expected.std())


def _slides(config: Any) -> bool:
    kinds = getattr(config, "layer_types", None) or ()
    return any(kind != "full_attention" for kind in kinds) or (
        not kinds and bool(getattr(config, "sliding_window", None))
    )


def _lean(network: Any) -> Forward:
    """Return the pass of a Llama-type network over rows of many texts, with the network's own layers."""
    inner, last = network.model, network.lm_head
    layers = list(inner.layers)
    width = shape_of(network).width

    def normed(norm: Any, hidden: Tensor) -> Tensor:
        return rms_norm(hidden, norm.weight.shape, norm.weight, norm.variance_epsilon)

    def forward(step: Step) -> Tensor:
        hidden = inner.embed_tokens(step.ids)
        cosines, sines = (part[0][:, None] for part in inner.rotary_emb(hidden[None], step.positions[None]))
        for index, layer in enumerate(layers):
            attention, mlp = layer.self_attn, layer.mlp
            read = normed(layer.input_layernorm, hidden)
            queries, keys, values = (
                project(read).view(len(read), -1, width)
                for project in (attention.q_proj, attention.k_proj, attention.v_proj)
            )
            if hasattr(attention, "q_norm"):
                queries, keys = normed(attention.q_norm, queries), normed(attention.k_norm, keys)
            turned = _turned(torch.cat([queries, keys], 1), cosines, sines)
            queries, keys = turned[:, : queries.shape[1]], turned[:, queries.shape[1] :]
            found = step.attend(index, queries * attention.scaling, keys, values)
            hidden = hidden + attention.o_proj(found.reshape(len(found), -1))
            read = normed(layer.post_attention_layernorm, hidden)
            hidden = hidden + mlp.down_proj(silu(mlp.gate_proj(read)).mul_(mlp.up_proj(read)))
        logits: Tensor = last(normed(inner.norm, hidden[step.drawing]))
        return logits

    return forward


def _turned(x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    """Return queries or keys at their positions.

    Source: Su et al., RoFormer. https://arxiv.org/abs/2104.09864
    """
    first, second = x.chunk(2, -1)
    return x * cosines + torch.cat((-second, first), -1) * sines


def _through_transformers(network: Any) -> Forward:
    """Return the network's own pass over all rows as one long row, with the step's attention in its place."""
    AttentionInterface.register(_ATTENTION, _attend)
    AttentionMaskInterface.register(_ATTENTION, lambda *_, **__: None)
    usual = network.config._attn_implementation

    def forward(step: Step) -> Tensor:
        network.set_attn_implementation(_ATTENTION)
        token = _step.set(step)
        try:
            answer = network(
                step.ids[None],
                position_ids=step.positions[None],
                use_cache=False,
                logits_to_keep=step.drawing,
            )
        finally:
            _step.reset(token)
            network.set_attn_implementation(usual)
        logits: Tensor = answer.logits[0]
        return logits

    return forward


def _attend(
    module: Any, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, scaling: float, **more: Any
) -> tuple[Tensor, None]:
    """Take the place of transformers' attention; all tensors have the shape (1, heads, rows, width)."""
    kinds = {name: more[name] for name in ("sliding_window", "softcap", "s_aux") if more.get(name)}
    if kinds:
        raise ValueError(f"The attention has {', '.join(kinds)}.")
    queries, keys, values = (tensor[0].transpose(0, 1) for tensor in (query, key, value))
    return _step.get().attend(module.layer_idx, queries * scaling, keys, values)[None], None
