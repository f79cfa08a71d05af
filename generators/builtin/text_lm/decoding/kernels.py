"""The short operations of a step on a processor, compiled from kernels.c once for each machine and shape of heads."""

import ctypes
import hashlib
import logging
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from generators.builtin.text_lm.decoding.attention import Own
from generators.builtin.text_lm.decoding.blocks import Blocks, Shape

_SOURCE = Path(__file__).with_name("kernels.c")
_OPTIONS = ("-O3", "-march=native", "-ffp-contract=fast", "-shared", "-fPIC")
_PAIR = 32
_SECONDS = 60
_LOG = logging.getLogger(__name__)


class Kernels:
    """Calls of a compiled library, during which other threads of Python go on. All tensors are contiguous bfloat16.

    Args:
        name: Of source, compiler and processor.
        library: What `compiled` made.
    """

    def __init__(self, name: str, library: ctypes.CDLL) -> None:
        self.name = name
        self.finding_bytes: int = library.finding_bytes()
        address, count, number = ctypes.c_void_p, ctypes.c_long, ctypes.c_float
        self._normalise = _typed(library.normalise, *[address] * 4, count, count, number)
        self._gate = _typed(library.gate, address, address, count)
        self._turn = _typed(library.turn, address, address, address, count, count, number)
        self.attend = _typed(library.attend, *[address] * 8, count, address, address, count, count, count)
        self._widen_logits = _typed(library.widen_logits, address, address, count)
        self._widen_logits.restype = number

    def normalise(
        self, hidden: Tensor, added: Tensor | None, weight: Tensor, out: Tensor, epsilon: float
    ) -> None:
        """Add to hidden numbers what is added, and put them into `out` by their root mean square, times the weight.

        Args:
            hidden: Shape (rows, width), changed in place.
            added: Likewise, or None.
            weight: Shape (width,).
            out: As `hidden`, which it may be.
            epsilon: Added to the mean square.
        """
        width = len(weight)
        self._normalise(
            hidden.data_ptr(),
            None if added is None else added.data_ptr(),
            weight.data_ptr(),
            out.data_ptr(),
            hidden.numel() // width,
            width,
            epsilon,
        )

    def gate(self, gates: Tensor, ups: Tensor) -> Tensor:
        """Return gates * sigmoid(gates) * ups, in place of the gates."""
        self._gate(gates.data_ptr(), ups.data_ptr(), gates.numel())
        return gates

    def turn(self, numbers: Tensor, cosines: Tensor, sines: Tensor, scale: float = 1.0) -> None:
        """Turn queries or keys to their positions and scale them, in place.

        Args:
            numbers: Shape (rows, heads, width).
            cosines: In float32, shape (rows, width / 2).
            sines: Likewise.
            scale: Of the result.
        """
        rows, heads, _ = numbers.shape
        self._turn(numbers.data_ptr(), cosines.data_ptr(), sines.data_ptr(), rows, heads, scale)

    def widen_logits(self, logits: Tensor) -> tuple[Tensor, list[float]]:
        """Return logits in float32, shape (rows, vocabulary), and the logarithms of the sums of their exponentials."""
        count, size = logits.shape
        wide = torch.empty((count, size))
        begin, out = logits.data_ptr(), wide.data_ptr()
        return wide, [
            self._widen_logits(begin + 2 * size * row, out + 4 * size * row, size) for row in range(count)
        ]


def _typed(function: Any, *types: Any) -> Any:
    function.argtypes, function.restype = types, None
    return function


class Rows:
    """New tokens of texts in rows of a step: the next one of each of some texts, or a stretch of one.

    Args:
        kernels: What computes.
        kept: Where the own blocks are.
        begin: The first row.
        texts: One for each row; those with the same root side by side.
    """

    def __init__(self, kernels: Kernels, kept: Blocks, begin: int, texts: Sequence[Own]) -> None:
        self.rows = begin, begin + len(texts)
        self._attend = kernels.attend
        self._kept = kept
        self._columns = max(len(text.blocks) for text in texts)
        self._blocks = torch.tensor(
            [[*text.blocks, *[0] * (self._columns - len(text.blocks))] for text in texts], dtype=torch.int32
        )
        self._places = torch.tensor([text.place for text in texts], dtype=torch.int32)
        roots: list[list[int]] = []
        before = None
        for row, text in enumerate(texts):
            if text.root is not None and text.root is before:
                roots[-1][-1] = row + 1
            elif text.root is not None:
                keys, values = text.root.keys.data_ptr(), text.root.values.data_ptr()
                roots.append([keys, values, len(text.root.ids), row, row + 1])
            before = text.root
        self._roots = torch.tensor(roots, dtype=torch.int64)
        heads = kept.keys.shape[2]
        self._findings = torch.empty(len(texts) * heads * kernels.finding_bytes, dtype=torch.uint8)

    def attend(self, layer: int, queries: Tensor, keys: Tensor, values: Tensor, out: Tensor) -> None:
        """Keep the new keys and values and put into `out` what the queries find, shape (rows, heads * rep, width)."""
        self._attend(
            queries.data_ptr(),
            keys.data_ptr(),
            values.data_ptr(),
            self._kept.keys[layer].data_ptr(),
            self._kept.values[layer].data_ptr(),
            self._blocks.data_ptr(),
            self._places.data_ptr(),
            self._roots.data_ptr(),
            len(self._roots),
            self._findings.data_ptr(),
            out.data_ptr(),
            len(self._places),
            self._columns,
            layer,
        )


def compiled(heads: int, rep: int, width: int) -> Kernels | None:
    """Return the kernels for a shape of heads, compiled at the first time; None where nothing here compiles them.

    Args:
        heads: Of keys and values.
        rep: Heads of queries for each of them.
        width: Of a head.
    """
    compiler = next((found for name in ("cc", "gcc", "clang") if (found := shutil.which(name))), None)
    if compiler is None or width % _PAIR or os.name != "posix":
        return None
    options = [*_OPTIONS, f"-DHEADS={heads}", f"-DREP={rep}", f"-DWIDTH={width}"]
    named = hashlib.sha256(_SOURCE.read_bytes())
    for part in (compiler, *options, _processor()):
        named.update(b"\0" + part.encode())
    cache = Path(os.environ.get("BRANDKILN_CACHE") or "var/cache") / "text-lm" / "kernels"
    library = cache / f"{named.hexdigest()[:32]}.so"
    try:
        if not library.is_file():
            cache.mkdir(parents=True, exist_ok=True)
            _compile([compiler, *options], library)
        return Kernels(library.stem, ctypes.CDLL(str(library.resolve())))
    except (OSError, subprocess.SubprocessError) as error:
        _LOG.warning(
            "%s could not compile %s; texts are written slower without it: %s", compiler, _SOURCE, error
        )
        return None


def _compile(command: list[str], library: Path) -> None:
    with tempfile.TemporaryDirectory(dir=library.parent) as folder:
        made = Path(folder) / library.name
        subprocess.run(
            [*command, str(_SOURCE), "-o", str(made), "-lm"],
            check=True,
            capture_output=True,
            timeout=_SECONDS,
        )
        made.rename(library)  # another process may have made it too, which is the same


def _processor() -> str:
    """Return what the instructions that may be used hang on."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.platform()
    return "\n".join(sorted({line for line in lines if line.startswith(("flags", "Features", "model"))}))


def fits(shape: Shape, *widths: int) -> bool:
    """Return whether keys and values are such, and layers so wide, that the kernels can compute with them."""
    on_processor = shape.device.type == "cpu" and shape.dtype == torch.bfloat16
    return on_processor and all(width % _PAIR == 0 for width in (shape.width, *widths))
