"""A network of Llama type as the decoder reads it: layers without transformers' classes, whose import takes seconds.

Layers have the names that transformers gives them, so that the decoder reads either. Whoever wants more of the network,
as evaluations do, calls it, and transformers' own is loaded then.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.functional import embedding

from generators.builtin.text_lm.decoding.lean import LEAN
from generators.builtin.text_lm.decoding.threads import keep_threads
from generators.builtin.text_lm.packing import packed

_NORMS = ("input_layernorm", "post_attention_layernorm")
_HEAD_NORMS = ("q_norm", "k_norm")
_NEEDED = {
    "hidden_act", "hidden_size", "intermediate_size", "max_position_embeddings", "num_attention_heads",
    "num_hidden_layers", "num_key_value_heads", "rms_norm_eps", "rope_parameters", "tie_word_embeddings",
}  # fmt: skip


class Light:
    """The layers of a network, packed, on a processor.

    Args:
        folder: Of the language model, as transformers' save_pretrained writes it.
        dtype: Of the weights.

    Attributes:
        kind: The name of transformers' class.
        config: What its config.json says.
        generation_config: What its generation_config.json says of the end of a text.
        model: The layers.
        lm_head: The last one, which gives logits.

    Raises:
        LookupError: If it is a network of another type.
        OSError: If a file is missing.
        ValueError: If a file is damaged.
    """

    device = torch.device("cpu")

    def __init__(self, folder: Path, dtype: torch.dtype) -> None:
        read: dict[str, Any] = json.loads((folder / "config.json").read_text())
        self.kind = LEAN[read["model_type"]]
        if missing := _NEEDED - read.keys():
            raise LookupError(f"config.json does not say {', '.join(sorted(missing))}.")
        if read["rope_parameters"].get("rope_type") != "default":
            raise LookupError("Its positions are scaled.")
        self.config = SimpleNamespace(**read)
        self.config.get_text_config = lambda: self.config
        said = folder / "generation_config.json"
        ends = json.loads(said.read_text()) if said.is_file() else read
        self.generation_config = SimpleNamespace(eos_token_id=ends.get("eos_token_id"))
        self.dtype = dtype
        self._folder = folder
        self._take(_tensors(folder, dtype))

    def _take(self, tensors: dict[str, Tensor]) -> None:
        """Make layers of tensors, which are taken out."""
        config = self.config
        embedded = tensors.pop("model.embed_tokens.weight")
        self._embedding = nn.Parameter(embedded, requires_grad=False)
        width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
        if config.tie_word_embeddings:
            tensors["lm_head.weight"] = embedded
        # two threads that reorder weights together take several times as long as one
        with ThreadPoolExecutor(torch.get_num_threads(), initializer=keep_threads, initargs=(1,)) as threads:
            head = threads.submit(self._linear, tensors, "lm_head", config.hidden_size, len(embedded))
            layers = threads.map(
                lambda index: self._layer(tensors, f"model.layers.{index}", width),
                range(config.num_hidden_layers),
            )
            self.model = SimpleNamespace(
                embed_tokens=lambda ids: embedding(ids, embedded).to(self.dtype),
                rotary_emb=_Positions(config.rope_parameters["rope_theta"], width),
                layers=list(layers),
                norm=self._norm(tensors, "model.norm"),
            )
            self.lm_head = head.result()
        if tensors:
            raise LookupError(f"Nobody knows its layer {next(iter(tensors))}.")

    def _layer(self, tensors: dict[str, Tensor], name: str, width: int) -> SimpleNamespace:
        layer = SimpleNamespace(**{norm: self._norm(tensors, f"{name}.{norm}") for norm in _NORMS})
        hidden, inner = self.config.hidden_size, self.config.intermediate_size
        asking, kept = (
            count * width for count in (self.config.num_attention_heads, self.config.num_key_value_heads)
        )
        layer.self_attn = SimpleNamespace(
            scaling=width**-0.5,
            q_proj=self._linear(tensors, f"{name}.self_attn.q_proj", hidden, asking),
            k_proj=self._linear(tensors, f"{name}.self_attn.k_proj", hidden, kept),
            v_proj=self._linear(tensors, f"{name}.self_attn.v_proj", hidden, kept),
            o_proj=self._linear(tensors, f"{name}.self_attn.o_proj", asking, hidden),
        )
        layer.mlp = SimpleNamespace(
            gate_proj=self._linear(tensors, f"{name}.mlp.gate_proj", hidden, inner),
            up_proj=self._linear(tensors, f"{name}.mlp.up_proj", hidden, inner),
            down_proj=self._linear(tensors, f"{name}.mlp.down_proj", inner, hidden),
        )
        for norm in _HEAD_NORMS:
            if f"{name}.self_attn.{norm}.weight" in tensors:
                setattr(layer.self_attn, norm, self._norm(tensors, f"{name}.self_attn.{norm}"))
        return layer

    def _norm(self, tensors: dict[str, Tensor], name: str) -> SimpleNamespace:
        weight = tensors.pop(f"{name}.weight").to(self.dtype)
        return SimpleNamespace(weight=weight, variance_epsilon=self.config.rms_norm_eps)

    def _linear(self, tensors: dict[str, Tensor], name: str, width: int, out: int) -> nn.Module:
        weight, bias = tensors.pop(f"{name}.weight"), tensors.pop(f"{name}.bias", None)
        if weight.shape != (out, width):
            raise ValueError(f"{name} has the shape {tuple(weight.shape)} where {(out, width)} would fit.")
        layer = nn.Linear(width, out, bias=bias is not None, device="meta")
        layer.weight = nn.Parameter(weight, requires_grad=False)
        if bias is not None:
            layer.bias = nn.Parameter(bias, requires_grad=False)
        return packed(layer, self.dtype, lean=True)

    def get_input_embeddings(self) -> SimpleNamespace:
        """Return what turns tokens into numbers; see transformers."""
        return SimpleNamespace(weight=self._embedding)

    def parameters(self) -> Iterator[nn.Parameter]:
        """Yield a parameter, which does not learn."""
        yield self._embedding

    @cached_property
    def whole(self) -> Any:
        """Return transformers' own network."""
        from transformers import AutoModelForCausalLM

        network = AutoModelForCausalLM.from_pretrained(
            self._folder,
            dtype=self.dtype,
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
        )
        return network.eval().requires_grad_(False)

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Return what transformers' own network returns."""
        return self.whole(*args, **options)


class _Positions:
    """Cosines and sines of positions.

    Source: Su et al., RoFormer. https://arxiv.org/abs/2104.09864
    """

    def __init__(self, theta: float, width: int) -> None:
        self._turns = 1.0 / theta ** (torch.arange(0, width, 2, dtype=torch.int64).float() / width)

    def __call__(self, like: Tensor, positions: Tensor) -> tuple[Tensor, Tensor]:
        """Return both in the type of `like`, shape (1, rows, width), for positions of the shape (1, rows)."""
        angles = positions[..., None].float() * self._turns
        twice = torch.cat([angles, angles], -1)
        return twice.cos().to(like.dtype), twice.sin().to(like.dtype)


def _tensors(folder: Path, dtype: torch.dtype) -> dict[str, Tensor]:
    """Return the tensors of a folder; those in bfloat16 remain so for float32, which adds nothing to them."""
    found: dict[str, Tensor] = {}
    for path in sorted(folder.glob("*.safetensors")):
        found |= load_file(path)
    kept = {dtype, torch.bfloat16} if dtype == torch.float32 else {dtype}
    return {name: tensor if tensor.dtype in kept else tensor.to(dtype) for name, tensor in found.items()}
