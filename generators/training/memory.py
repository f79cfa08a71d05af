"""Running out of memory, however torch says so."""

from __future__ import annotations

import torch

_WORDS = ("out of memory", "can't allocate memory", "not enough memory", "CUBLAS_STATUS_ALLOC_FAILED")


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether an error says that there is no memory left, on the GPU or in the machine."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(word in str(error) for word in _WORDS)


def give_back(device: str) -> None:
    """Let go of memory that nothing needs any more, so that a smaller batch finds room."""
    if torch.device(device).type == "cuda":
        torch.cuda.empty_cache()
