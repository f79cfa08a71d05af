"""A language model as one GGUF file, for llama.cpp and OpenVINO, with a training's adapters merged in.

    python -m generators.builtin.text_lm.gguf_file TARGET [--type Q8_0] [--checkpoint FOLDER] [--texts FILE]

A file with a text on each line is read by the network before and after: a file whose perplexity is more than a
hundredth higher is not kept. Source of the format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

import argparse
import json
import math
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

import torch
from gguf import GGMLQuantizationType, GGUFReader, GGUFWriter, LlamaFileType, TokenType, quants
from torch import Tensor

from generators.builtin.text_lm.evaluate import token_surprise
from generators.builtin.text_lm.language_model import LanguageModel, load_anew, model_folder
from generators.builtin.text_lm.tuning import Tuning
from generators.checkpoint import read
from generators.errors import GeneratorError

Kind = Literal["Q8_0", "F16"]
WORSE = 1.01
"""How much higher the perplexity of a compressed network may be."""

_NAMES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}
_WHOLE = {
    "model.embed_tokens.weight": "token_embd.weight",
    "model.norm.weight": "output_norm.weight",
    "lm_head.weight": "output.weight",
}


def write_gguf(language_model: LanguageModel, target: Path, kind: Kind) -> None:
    """Write the network and the tokenizer of a language model that is not packed.

    Matrices are stored as `kind` says, vectors in float32.

    Raises:
        GeneratorError: If it is not of Llama type, or its tokenizer splits texts in a way that GGUF has no name for.
    """
    network = language_model.network
    if type(network).__name__ not in ("LlamaForCausalLM", "MistralForCausalLM"):
        raise GeneratorError(
            f"A {type(network).__name__} cannot be written as GGUF here. Convert it with llama.cpp's own script."
        )
    growing = target.with_name(f".{target.name}")
    writer = GGUFWriter(growing, "llama")
    try:
        _describe(writer, network.config, kind)
        _add_tokenizer(writer, language_model)
        tied = network.config.tie_word_embeddings
        for name, tensor in network.state_dict().items():
            if not (tied and name == "lm_head.weight"):
                _add_tensor(writer, name, tensor, network.config, kind)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
    finally:
        writer.close()
    growing.replace(target)


def perplexity(surprises: Iterable[Tensor]) -> float:
    """Return the perplexity per token of texts, each given by the surprise at its tokens in nats."""
    return math.exp(torch.cat([*surprises]).double().mean().item())


def stored_weights(language_model: LanguageModel, gguf: Path) -> None:
    """Give a language model that is not packed the weights that a GGUF file holds."""
    kept = {tensor.name: tensor for tensor in GGUFReader(gguf).tensors}
    config = language_model.network.config
    with torch.no_grad():
        for name, parameter in language_model.network.named_parameters():
            tensor = kept[_name(name)]
            values = torch.tensor(quants.dequantize(tensor.data, tensor.tensor_type))
            parameter.copy_(_turned(name, values.view(parameter.shape), config, back=True))


def _describe(writer: GGUFWriter, config: Any, kind: Kind) -> None:
    width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    writer.add_name(config.name_or_path or config.model_type)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_dimension_count(width)
    writer.add_rope_freq_base(float(config.rope_parameters["rope_theta"]))
    writer.add_vocab_size(config.vocab_size)
    writer.add_file_type(LlamaFileType.MOSTLY_Q8_0 if kind == "Q8_0" else LlamaFileType.MOSTLY_F16)


def _add_tokenizer(writer: GGUFWriter, language_model: LanguageModel) -> None:
    tokenizer = language_model.tokenizer
    facts = json.loads(tokenizer.backend_tokenizer.to_str())
    if facts["model"]["type"] != "BPE":
        raise GeneratorError("Only byte-level BPE tokenizers can be written as GGUF here.")
    size = language_model.network.config.vocab_size
    tokens = {number: text for text, number in facts["model"]["vocab"].items()}
    special = {token["id"]: token["content"] for token in facts["added_tokens"] if token["special"]}
    tokens |= {token["id"]: token["content"] for token in facts["added_tokens"]}
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm" if '"individual_digits": true' in json.dumps(facts) else "gpt-2")
    writer.add_token_list([tokens.get(number, f"[unused{number}]") for number in range(size)])
    writer.add_token_types(
        [
            TokenType.CONTROL
            if number in special
            else TokenType.NORMAL
            if number in tokens
            else TokenType.UNUSED
            for number in range(size)
        ]
    )
    merges = facts["model"]["merges"]
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in merges])
    writer.add_bos_token_id(language_model.start_id)
    writer.add_eos_token_id(language_model.end_id)
    writer.add_add_bos_token(False)
    writer.add_add_space_prefix(False)
    if tokenizer.chat_template:
        writer.add_chat_template(tokenizer.chat_template)


def _add_tensor(writer: GGUFWriter, name: str, tensor: Tensor, config: Any, kind: Kind) -> None:
    values = _turned(name, tensor.float(), config, back=False).contiguous().numpy()
    is_vector = values.ndim == 1 or values.shape[-1] % 32
    stored = GGMLQuantizationType.F32 if is_vector else GGMLQuantizationType[kind]
    writer.add_tensor(_name(name), quants.quantize(values, stored), raw_dtype=stored)


def _name(name: str) -> str:
    if name in _WHOLE:
        return _WHOLE[name]
    layer, part = name.removeprefix("model.layers.").split(".", 1)
    part, _, suffix = part.rpartition(".")
    return f"blk.{layer}.{_NAMES[part]}.{suffix}"


def _turned(name: str, values: Tensor, config: Any, *, back: bool) -> Tensor:
    """Return the rows of queries and keys as llama.cpp turns them: neighbours in pairs, not halves of a head."""
    if "q_proj" not in name and "k_proj" not in name:
        return values
    heads = config.num_attention_heads if "q_proj" in name else config.num_key_value_heads
    pairs = (heads, -1, 2) if back else (heads, 2, values.shape[0] // heads // 2)
    return values.reshape(*pairs, *values.shape[1:]).transpose(1, 2).reshape(values.shape)


def main() -> None:
    """Write a file, and keep it only where it passes the gate."""
    parser = argparse.ArgumentParser(prog="python -m generators.builtin.text_lm.gguf_file")
    parser.add_argument("target", type=Path)
    parser.add_argument("--type", choices=("Q8_0", "F16"), default="Q8_0")
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--texts", type=Path)
    options = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    tuning = Tuning.of(read(options.checkpoint)) if options.checkpoint else None
    language_model = load_anew(model_folder(), "cpu", torch.float32, False, tuning)
    write_gguf(language_model, options.target, options.type)
    if options.texts is None:
        return
    texts = [line for line in options.texts.read_text(encoding="utf-8").splitlines() if line.strip()]
    check_gate(language_model, options.target, texts)


def check_gate(language_model: LanguageModel, gguf: Path, texts: Sequence[str]) -> tuple[float, float]:
    """Return the perplexity of held-out texts before and after; the network then has the weights of the file.

    Raises:
        GeneratorError: If it rose by more than a hundredth. The file is removed.
    """
    before = perplexity(token_surprise(language_model, text) for text in texts)
    stored_weights(language_model, gguf)
    after = perplexity(token_surprise(language_model, text) for text in texts)
    print(f"perplexity {before:.3f} before, {after:.3f} after")
    if not after <= WORSE * before:
        gguf.unlink()
        raise GeneratorError(
            f"The compressed network reads held-out texts with a perplexity of {after:.2f} instead of {before:.2f}; at "
            f"most {WORSE - 1:.0%} more is allowed, and the file was removed. Write it as F16."
        )
    return before, after


if __name__ == "__main__":
    main()
