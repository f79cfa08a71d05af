"""Numeric precision and memory layout, chosen by what the processor is fast at."""

from __future__ import annotations

from functools import cache

import torch


def autocast(device: str, *, enabled: bool | None = None) -> torch.autocast:
    """Return a context in which convolutions and matrix products run in bfloat16 where that is fast."""
    kind = torch.device(device).type
    return torch.autocast(kind, torch.bfloat16, enabled=fast_bfloat16(kind) if enabled is None else enabled)


@cache
def fast_bfloat16(kind: str) -> bool:
    """Return whether a kind of device computes in bfloat16 faster than in float32.

    A CPU does with AVX-512 BF16 or AMX instructions; without them oneDNN emulates the format and loses time.
    """
    if kind == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return kind == "cpu" and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
