"""A tokenizer as it lies in tokenizer.json, without transformers' classes, whose import takes seconds.

It answers as transformers' own does to what text-lm asks of one; where its files say more than it knows, there is none.
"""

import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

PLAIN_CLASSES = {"PreTrainedTokenizerFast", "TokenizersBackend"}
_NAMED = ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token")
_KNOWN = {*_NAMED, "backend", "is_local", "local_files_only", "model_max_length", "tokenizer_class"}
_TOLD = {"messages", "add_generation_prompt", *_NAMED}


class LightTokenizer:
    """Turns text into tokens and back.

    Args:
        folder: In which save_pretrained wrote a fast tokenizer.

    Attributes:
        chat_template: How conversations are written, or None.
        backend_tokenizer: What does the work.

    Raises:
        LookupError: If only transformers knows how to read it.
        OSError: If a file is missing.
        ValueError: If a file is damaged.
    """

    def __init__(self, folder: Path) -> None:
        said: dict[str, Any] = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
        if said.get("tokenizer_class") not in PLAIN_CLASSES or said.keys() - _KNOWN:
            raise LookupError("Its settings are transformers' own.")
        read = (folder / "tokenizer.json").read_text(encoding="utf-8")
        self.backend_tokenizer = Tokenizer.from_str(read)
        if self.backend_tokenizer.truncation or self.backend_tokenizer.padding:
            raise LookupError("It cuts or fills up texts.")
        special = {
            token.content
            for token in self.backend_tokenizer.get_added_tokens_decoder().values()
            if token.special
        }
        self._named: dict[str, str] = {name: said[name] for name in _NAMED if said.get(name) is not None}
        if not all(isinstance(token, str) and token in special for token in self._named.values()):
            raise LookupError("It names a token that tokenizer.json does not have.")
        template = folder / "chat_template.jinja"
        self.chat_template = template.read_text(encoding="utf-8") if template.is_file() else None
        if (folder / "additional_chat_templates").exists() or (folder / "chat_template.json").exists():
            raise LookupError("It has several templates.")
        if self.chat_template is not None:
            self._check_template()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """Return the number of tokens."""
        return int(self.backend_tokenizer.get_vocab_size(with_added_tokens=True))

    @property
    def bos_token(self) -> str | None:
        """The token that begins a text."""
        return self._named.get("bos_token")

    @property
    def bos_token_id(self) -> int | None:
        """Its number."""
        return self._id("bos_token")

    @property
    def eos_token(self) -> str | None:
        """The token that ends a text."""
        return self._named.get("eos_token")

    @property
    def eos_token_id(self) -> int | None:
        """Its number."""
        return self._id("eos_token")

    @property
    def all_special_tokens(self) -> list[str]:
        """The tokens with a name."""
        return list(dict.fromkeys(self._named.values()))

    def __call__(
        self, text: str, *, add_special_tokens: bool, split_special_tokens: bool = False
    ) -> Mapping[str, list[int]]:
        """Return the tokens of a text as "input_ids"; see transformers."""
        with self._lock:  # the setting is the tokenizer's, not the call's
            self.backend_tokenizer.encode_special_tokens = split_special_tokens
            found = self.backend_tokenizer.encode(text, add_special_tokens=add_special_tokens)
        return {"input_ids": found.ids}

    def decode(
        self,
        ids: Sequence[int],
        *,
        skip_special_tokens: bool = False,
        clean_up_tokenization_spaces: bool = False,
    ) -> str:
        """Return the text of tokens."""
        assert not clean_up_tokenization_spaces
        return str(self.backend_tokenizer.decode(ids, skip_special_tokens=skip_special_tokens))

    def batch_decode(
        self,
        each: Iterable[Sequence[int]],
        *,
        skip_special_tokens: bool = False,
        clean_up_tokenization_spaces: bool = False,
    ) -> list[str]:
        """Return the text of each of several rows of tokens."""
        assert not clean_up_tokenization_spaces
        found: list[str] = self.backend_tokenizer.decode_batch(
            [*each], skip_special_tokens=skip_special_tokens
        )
        return found

    def apply_chat_template(
        self, messages: Sequence[Mapping[str, str]], *, tokenize: bool, add_generation_prompt: bool
    ) -> str:
        """Return a conversation as the network was taught to read it, up to where the reply begins."""
        assert not tokenize
        rendered: str = _template(self.chat_template or "").render(
            messages=[dict(message) for message in messages],
            add_generation_prompt=add_generation_prompt,
            **self._named,
        )
        return rendered

    def _id(self, name: str) -> int | None:
        token = self._named.get(name)
        found: int | None = None if token is None else self.backend_tokenizer.token_to_id(token)
        return found

    def _check_template(self) -> None:
        """Refuse a template that is told more than this tells it: transformers guards what it may do with that."""
        from jinja2 import TemplateError, meta

        try:
            asked = meta.find_undeclared_variables(_environment().parse(self.chat_template))
        except TemplateError as error:
            raise LookupError("Its template has more than plain statements.") from error
        if asked - _TOLD:
            raise LookupError("Its template asks for more than messages.")


@lru_cache(maxsize=4)
def _template(text: str) -> Any:
    return _environment().from_string(text)


def _environment() -> Any:
    """Return Jinja as transformers sets it up, with nothing in reach of a template."""
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    environment.globals.clear()
    return environment
