"""What a training says where its files cannot be written, as on a disk that is full."""

from __future__ import annotations

from safetensors import SafetensorError

from generators.errors import GeneratorError
from generators.run import Notice

DISK_ERRORS = (OSError, SafetensorError)


def not_written(what: str, error: Exception) -> Notice:
    """Return what people are told where something of a training that goes on could not be written."""
    return Notice(
        "disk",
        f"{what} could not be written: {_reason(error)}. The training goes on.",
        "Make room on the disk of the worker.",
        values={"reason": _reason(error)},
    )


def result_lost(error: Exception, *, is_saved: bool) -> Notice:
    """Return what people are told where a trained network could not be written and the one saved last is kept.

    Raises:
        GeneratorError: If none was saved.
    """
    said = f"The trained network could not be written: {_reason(error)}."
    if not is_saved:
        raise GeneratorError(f"{said} Make room on the disk of the worker, then train again.") from error
    return Notice("disk_full", f"{said} The checkpoint saved last is kept.", "Make room on the disk.")


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "No space left on device" if "No space left" in str(error) else str(error)
