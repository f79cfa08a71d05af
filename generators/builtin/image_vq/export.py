"""Writing checkpoints of `image-vq` as ONNX."""

from __future__ import annotations

from generators.builtin.image_vq.drawing import drawing_of
from generators.checkpoint import Checkpoint
from generators.compression.onnx import Exported, export_onnx
from generators.compression.params import ExportParams
from generators.run import Run


def export(checkpoint: Checkpoint, params: ExportParams, run: Run) -> Exported:
    """Return the decoder as an ONNX file whose pictures were compared with the checkpoint's own."""
    return export_onnx(drawing_of(checkpoint, run.device), checkpoint, params, run)
