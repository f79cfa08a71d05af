"""A lean pass over networks of Llama type: by torch's operations, or by kernels between the matrix products."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import rms_norm, silu

from generators.builtin.text_lm.decoding.blocks import Shape
from generators.builtin.text_lm.decoding.kernels import Kernels, compiled, fits
from generators.builtin.text_lm.decoding.step import Step

Forward = Callable[[Step], Tensor]
"""Returns the logits of the rows whose next token is wanted, shape (rows, vocabulary)."""

LEAN = {
    "llama": "LlamaForCausalLM", "mistral": "MistralForCausalLM", "qwen2": "Qwen2ForCausalLM",
    "qwen3": "Qwen3ForCausalLM",
}  # fmt: skip
"""The classes that transformers has for networks of Llama type, by the type that config.json says."""


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


def is_lean(network: Any) -> bool:
    """Return whether a network is computed by a pass of our own, which any number of threads may run at once."""
    config = network.config
    return (
        getattr(network, "kind", type(network).__name__) in LEAN.values()
        and not _slides(config)
        and config.hidden_act == "silu"
    )


def _slides(config: Any) -> bool:
    kinds = getattr(config, "layer_types", None) or ()
    return any(kind != "full_attention" for kind in kinds) or (
        not kinds and bool(getattr(config, "sliding_window", None))
    )


def kernels_of(network: Any) -> Kernels | None:
    """Return what computes the short operations of a network's steps, where this machine compiles and it has such."""
    shape = shape_of(network)
    if not is_lean(network) or not fits(shape, network.config.hidden_size, network.config.intermediate_size):
        return None
    return compiled(shape.heads, network.config.num_attention_heads // shape.heads, shape.width, shape.dtype)


def lean(network: Any) -> Forward:
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


def compiled_pass(network: Any, kernels: Kernels) -> Forward:
    """Return the pass that `lean` returns, with kernels between the matrix products."""
    inner, last = network.model, network.lm_head
    layers = list(inner.layers)
    width = shape_of(network).width

    def normed(norm: Any, hidden: Tensor, added: Tensor | None, out: Tensor) -> Tensor:
        kernels.normalise(hidden, added, norm.weight, out, norm.variance_epsilon)
        return out

    def forward(step: Step) -> Tensor:
        hidden = inner.embed_tokens(step.ids)
        wide = inner.rotary_emb(hidden[:0].float(), step.positions[None])
        cosines, sines = (part[0, :, : width // 2].contiguous() for part in wide)
        read, added = torch.empty_like(hidden), None
        for index, layer in enumerate(layers):
            attention, mlp = layer.self_attn, layer.mlp
            normed(layer.input_layernorm, hidden, added, read)
            queries, keys, values = (
                project(read).view(len(read), -1, width)
                for project in (attention.q_proj, attention.k_proj, attention.v_proj)
            )
            if hasattr(attention, "q_norm"):
                normed(attention.q_norm, queries, None, queries)
                normed(attention.k_norm, keys, None, keys)
            kernels.turn(queries, cosines, sines, attention.scaling)
            kernels.turn(keys, cosines, sines)
            found = step.attend(index, queries, keys, values)
            added = attention.o_proj(found.view(len(found), -1))
            normed(layer.post_attention_layernorm, hidden, added, read)
            added = mlp.down_proj(kernels.gate(mlp.gate_proj(read), mlp.up_proj(read)))
        logits: Tensor = last(normed(inner.norm, hidden, added, read)[step.drawing])
        return logits

    return forward


def _turned(x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    """Return queries or keys at their positions.

    Source: Su et al., RoFormer. https://arxiv.org/abs/2104.09864
    """
    first, second = x.chunk(2, -1)
    return x * cosines + torch.cat((-second, first), -1) * sines
