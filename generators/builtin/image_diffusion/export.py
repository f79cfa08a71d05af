"""Writing checkpoints of `image-diffusion` as ONNX."""

from __future__ import annotations

from generators.builtin.image_diffusion.drawing import drawing_of
from generators.checkpoint import Checkpoint
from generators.compression.onnx import Exported, export_onnx
from generators.compression.params import ExportParams
from generators.run import Run


def export(checkpoint: Checkpoint, params: ExportParams, run: Run) -> Exported:
    """Return one step of the network as an ONNX file whose answers were compared with the checkpoint's own."""
    return export_onnx(drawing_of(checkpoint, run.device), checkpoint, params, run)
