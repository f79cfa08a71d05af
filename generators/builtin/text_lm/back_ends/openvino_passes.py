"""Passes by OpenVINO: the network that OpenVINO GenAI makes of a GGUF file, with paged attention, on a processor."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import openvino
import openvino_genai
import torch
from openvino import opset13
from openvino._offline_transformations import paged_attention_transformation
from torch import Tensor

from generators.builtin.text_lm.back_ends.outside import Outside, Stretch
from generators.builtin.text_lm.back_ends.pages import PAGE, Pages
from generators.builtin.text_lm.decoding.passes import MOST_BYTES, SLOTS
from generators.builtin.text_lm.decoding.texts import Text
from generators.errors import GeneratorError

LEAST = 16
"""So many tokens are read and answered for at least: fewer are multiplied in another order, which gives other bits."""
_MODEL = "openvino_model.xml"


def convert(gguf: Path) -> None:
    """Write OpenVINO's own form of a GGUF file beside it, where it is not there yet.

    Raises:
        GeneratorError: If OpenVINO GenAI does not read such a network.
    """
    if (gguf.parent / _MODEL).is_file():
        return
    try:
        openvino_genai.LLMPipeline(str(gguf), "CPU", enable_save_ov_model=True)
    except RuntimeError as error:
        raise GeneratorError(f"OpenVINO GenAI could not read {gguf}: {error}") from error


class OpenVino(Outside):
    """All texts in one pass of a compiled network over pages of keys and values.

    Args:
        folder: Holds what `convert` wrote.
        context: How many tokens a text may have with its prompt.
    """

    slots = few = SLOTS

    def __init__(self, folder: Path, context: int) -> None:
        network = _paged(folder / _MODEL)
        threads = {"INFERENCE_NUM_THREADS": torch.get_num_threads()}
        # compiled networks are kept beside the file, where compiling again takes seconds
        options = {"PERFORMANCE_HINT": "LATENCY", "CACHE_DIR": str(folder / "compiled"), **threads}
        compiled = openvino.Core().compile_model(network, "CPU", options)
        self._caches = [port for port in compiled.inputs if "cache" in port.get_any_name()]
        room = MOST_BYTES // sum(_page_bytes(port) for port in self._caches)
        super().__init__(context, room - 1)
        self._request = compiled.create_infer_request()
        self._pages = Pages(room)
        self._held: dict[int, list[int]] = {}
        for port in self._caches:
            shape = [room, *(part.get_length() for part in list(port.get_partial_shape())[1:])]
            self._request.set_tensor(port.get_any_name(), openvino.Tensor(port.get_element_type(), shape))

    def forget(self) -> None:
        """See Passes."""
        self._pages, self._held = Pages(self._pages.count), {}

    def _adopted(self, text: Text) -> int:
        return self._pages.shared(self._held.setdefault(id(text), []), text.request.prompt, text.read)

    def _kept(self, text: Text, before: int) -> None:
        self._pages.keep(self._held[id(text)], text.request.prompt, before, text.read)

    def _released(self, name: int) -> None:
        self._pages.give_back(self._held.pop(name, []))

    def _read(self, stretches: Sequence[Stretch]) -> Tensor:
        ids, positions, past, wanted = list[int](), list[int](), list[int](), list[int]()
        begins, pages, first_pages = [0], list[int](), [0]
        for stretch in stretches:
            end = stretch.position + len(stretch.ids)
            mine = self._held.setdefault(stretch.name, [])
            self._pages.reach(mine, end)
            ids += stretch.ids
            positions += range(stretch.position, end)
            past.append(stretch.position)
            begins.append(len(ids))
            pages += mine[: -(-end // PAGE)]
            first_pages.append(len(pages))
            wanted += range(len(ids) - stretch.wanted, len(ids))
        longest = max(stretch.position + len(stretch.ids) for stretch in stretches)
        answers = len(wanted)
        while len(ids) < LEAST:
            ids, positions, past, pages = [*ids, 0], [*positions, 0], [*past, 0], [*pages, 0]
            begins.append(len(ids))
            first_pages.append(len(pages))
        for name, values, kind in (
            ("input_ids", ids, np.int64),
            ("position_ids", positions, np.int64),
            ("past_lens", past, np.int32),
            ("subsequence_begins", begins, np.int32),
            ("block_indices", pages, np.int32),
            ("block_indices_begins", first_pages, np.int32),
            ("max_context_len", longest, np.int32),
            ("wanted", [*wanted, *[0] * (LEAST - answers)], np.int64),
        ):
            self._request.set_tensor(name, openvino.Tensor(np.array(values, dtype=kind)))
        self._request.infer()
        logits = torch.from_numpy(self._request.get_output_tensor(0).data)
        return logits.view(-1, logits.shape[-1])[:answers]


def _paged(path: Path) -> Any:
    """Return the network with pages in place of a state, answering for wanted tokens only."""
    network = openvino.Core().read_model(path)
    paged_attention_transformation(network)
    last = network.outputs[0].get_node()
    while last.get_type_name() != "MatMul":
        last = last.input_value(0).get_node()
    wanted = opset13.parameter([-1], np.int64, name="wanted")
    wanted.output(0).get_tensor().set_names({"wanted"})
    picked = opset13.gather(last.input_value(0), wanted, opset13.constant(np.int64(0)))
    last.input(0).replace_source_output(picked.output(0))
    network.add_parameters([wanted])
    network.validate_nodes_and_infer_types()
    return network


def _page_bytes(port: Any) -> int:
    """Return what a page takes in one of the caches."""
    size: int = port.get_element_type().size
    for part in list(port.get_partial_shape())[1:]:
        size *= part.get_length()
    return size
