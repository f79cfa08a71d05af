"""How a network computes one step: by a lean pass of our own, or through transformers with our attention put in."""

from contextvars import ContextVar
from typing import Any

import torch
from torch import Tensor, nn

from generators.builtin.text_lm.decoding.attention import Reading
from generators.builtin.text_lm.decoding.blocks import Blocks
from generators.builtin.text_lm.decoding.kernels import Kernels
from generators.builtin.text_lm.decoding.lean import Forward, compiled_pass, is_lean, lean, shape_of
from generators.builtin.text_lm.decoding.step import Step
from generators.builtin.text_lm.packing import LEAST_ROWS, CompiledLinear

_ATTENTION = "brandkiln_step"
_step: ContextVar[Step] = ContextVar("step")


def least_rows(network: Any) -> int:
    """Return how many rows a step has at least, so that a row's bits do not depend on how many there are.

    oneDNN multiplies up to 32 rows in bfloat16 in another order than more of them, and some larger numbers too, which
    `packing.py` cuts into parts; MKL has a product of its own for one row in float32. Measured with torch 2.13 on a
    processor with AMX; `tests/generators/text_lm/test_slots.py` compares the bits on the machine that it runs on.
    Our own products compute each row by itself.
    """
    if rows_stand_alone(network):
        return 1
    return LEAST_ROWS if network.dtype == torch.bfloat16 and network.device.type == "cpu" else 8


def rows_stand_alone(network: Any) -> bool:
    """Return whether a row has the same bits among any number of rows and with any number of threads."""
    if not is_lean(network) or not isinstance(network.lm_head, CompiledLinear):
        return False
    return not isinstance(network, nn.Module) or not any(type(one) is nn.Linear for one in network.modules())


def forward_of(network: Any, kernels: Kernels | None = None) -> Forward | None:
    """Return the quickest way to compute steps of a network, or None where its attention cannot be taken over.

    Args:
        network: A causal network of transformers.
        kernels: See `kernels_of`.
    """
    if is_lean(network):
        return lean(network) if kernels is None else compiled_pass(network, kernels)
    forward = _through_transformers(network)
    return forward if _agrees(network, forward) else None


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


def _through_transformers(network: Any) -> Forward:
    """Return the network's own pass over all rows as one long row, with the step's attention in its place."""
    from transformers import AttentionInterface, AttentionMaskInterface

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
