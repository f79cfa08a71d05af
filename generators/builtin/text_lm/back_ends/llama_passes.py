"""Passes by llama.cpp, through the bindings of llama-cpp-python, on a processor."""

import ctypes
from collections.abc import Sequence
from pathlib import Path

import llama_cpp
import numpy as np
import torch
from torch import Tensor

from generators.builtin.text_lm.back_ends.outside import READING_ROWS, Outside, Stretch
from generators.builtin.text_lm.back_ends.pages import PAGE, next_page
from generators.builtin.text_lm.decoding.texts import Text
from generators.errors import GeneratorError

SLOTS = 32
"""More of them are slower: each token is compared with the keys of all texts."""
TOKENS = 24_576
"""Whose keys and values are kept at most, those that texts share counted once."""


class Llama(Outside):
    """All texts in one batch of llama.cpp; a text is a sequence there.

    Args:
        gguf: The network.
        context: How many tokens a text may have with its prompt.
    """

    slots = few = SLOTS

    def __init__(self, gguf: Path, context: int) -> None:
        super().__init__(context, TOKENS // PAGE)
        llama_cpp.llama_log_set(_SILENT, None)
        llama_cpp.llama_backend_init()
        self._model = llama_cpp.llama_model_load_from_file(str(gguf).encode(), _plain())
        if not self._model:
            raise GeneratorError(f"llama.cpp could not read {gguf}.")
        params = llama_cpp.llama_context_default_params()
        params.n_ctx, params.n_seq_max, params.kv_unified = TOKENS, SLOTS + 1, True
        params.n_batch = params.n_ubatch = READING_ROWS + SLOTS
        params.n_threads = params.n_threads_batch = torch.get_num_threads()
        self._here = llama_cpp.llama_init_from_model(self._model, params)
        self._memory = llama_cpp.llama_get_memory(self._here)
        self._width = llama_cpp.llama_vocab_n_tokens(llama_cpp.llama_model_get_vocab(self._model))
        self._batch = llama_cpp.llama_batch_init(params.n_batch, 0, 1)
        self._sequences: dict[int, int] = {}
        self._readers: dict[tuple[int, ...], set[int]] = {}

    def forget(self) -> None:
        """See Passes."""
        for name in [*self._sequences]:
            self._released(name)

    def _sequence(self, name: int) -> int:
        if name not in self._sequences:
            taken = set(self._sequences.values())
            self._sequences[name] = next(number for number in range(SLOTS + 1) if number not in taken)
        return self._sequences[name]

    def _adopted(self, text: Text) -> int:
        prompt, read, mine = text.request.prompt, text.read, self._sequence(id(text))
        while (beginning := next_page(prompt, read)) is not None and (
            readers := self._readers.get(beginning)
        ):
            llama_cpp.llama_memory_seq_cp(self._memory, min(readers), mine, read, read + PAGE)
            readers.add(mine)
            read += PAGE
        return read - text.read

    def _kept(self, text: Text, before: int) -> None:
        for begin in range(before // PAGE * PAGE, text.read, PAGE):
            beginning = next_page(text.request.prompt, begin)
            if beginning is not None and begin + PAGE <= text.read:
                self._readers.setdefault(beginning, set()).add(self._sequence(id(text)))

    def _released(self, name: int) -> None:
        sequence = self._sequences.pop(name, None)
        if sequence is None:
            return
        llama_cpp.llama_memory_seq_rm(self._memory, sequence, -1, -1)
        for readers in self._readers.values():
            readers.discard(sequence)
        self._readers = {beginning: readers for beginning, readers in self._readers.items() if readers}

    def _read(self, stretches: Sequence[Stretch]) -> Tensor:
        batch, count, answers = self._batch, 0, []
        for stretch in stretches:
            first = len(stretch.ids) - stretch.wanted
            for place, token in enumerate(stretch.ids):
                batch.token[count], batch.pos[count] = token, stretch.position + place
                batch.n_seq_id[count], batch.seq_id[count][0] = 1, self._sequence(stretch.name)
                batch.logits[count] = place >= first
                if place >= first:
                    answers.append(count)
                count += 1
        batch.n_tokens = count
        if status := llama_cpp.llama_decode(self._here, batch):
            raise GeneratorError(f"llama.cpp could not read {count} tokens: its status is {status}.")
        rows = np.empty((len(answers), self._width), dtype=np.float32)
        for row, answer in zip(rows, answers, strict=True):
            ctypes.memmove(row.ctypes.data, llama_cpp.llama_get_logits_ith(self._here, answer), row.nbytes)
        return torch.from_numpy(rows)


def _plain() -> llama_cpp.llama_model_params:
    """Return params without matrices in layouts of their own: version 0.3.36 ends the process with those for AMX."""
    params = llama_cpp.llama_model_default_params()
    params.use_extra_bufts = False
    return params


@llama_cpp.llama_log_callback  # type: ignore[untyped-decorator]
def _SILENT(level: int, text: bytes, data: ctypes.c_void_p) -> None:  # noqa: N802 - kept for the process's life
    """Say nothing: what fails is told by status."""
