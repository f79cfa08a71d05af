"""A tokenizer of a team's own: byte-level byte-pair encoding, learnt from the training texts."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from torch import Tensor

from generators.errors import BadCheckpoint

"""The tensor of a checkpoint that holds the tokenizer."""


class Tokens:
    """Texts to tokens and back, without loss whatever the text.

    One more token than the tokenizer knows stands for the end of a text, and for its beginning. No text holds it,
    since it has no name.

    Source: Sennrich, Haddow and Birch, Neural Machine Translation of Rare Words with Subword Units, 2016,
    https://arxiv.org/abs/1508.07909; on bytes: Radford et al., Language Models are Unsupervised Multitask Learners,
    2019.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self.end: int = tokenizer.get_vocab_size()
        self.size = self.end + 1

    @classmethod
    def learn(cls, texts: Iterable[str], *, size: int) -> Tokens:
        """Return a tokenizer of at most `size` tokens, of which 256 are the bytes and one is the end."""
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        trainer = trainers.BpeTrainer(
            vocab_size=size - 1,
            min_frequency=2,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        )
        tokenizer.train_from_iterator(texts, trainer)
        return cls(tokenizer)

    @classmethod
    def of(cls, tensor: Tensor) -> Tokens:
        """Return the tokenizer that a checkpoint holds.

        Raises:
            BadCheckpoint: If the tensor is none.
        """
        try:
            return cls(Tokenizer.from_buffer(bytes(tensor.tolist())))
        except (TypeError, ValueError) as error:
            raise BadCheckpoint(
                f"The tokenizer of this checkpoint cannot be read: {error}. Train again."
            ) from error

    def tensor(self) -> Tensor:
        """Return the tokenizer as bytes, uint8, to lie beside the weights."""
        return torch.tensor(list(self._tokenizer.to_str().encode()), dtype=torch.uint8)

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the tokens of each text, without the one that ends it."""
        return [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]

    def pieces(self, ids: Iterable[int]) -> Iterator[str]:
        """Yield the text of tokens as they come: each character once its bytes are whole, nothing twice."""
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        for number in ids:
            if piece := decode(self._bytes(number)):
                yield piece
        if rest := decode(b"", final=True):
            yield rest

    def text(self, ids: Iterable[int]) -> str:
        """Return the text of tokens."""
        return "".join(self.pieces(ids))

    def _bytes(self, number: int) -> bytes:
        names = _bytes_by_name()
        return bytes(names[name] for name in self._tokenizer.id_to_token(number) or "")


@cache
def _bytes_by_name() -> dict[str, int]:
    """Return the byte that each letter of a token's name stands for: printable ones for themselves."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    return {chr(byte): byte for byte in plain} | {chr(256 + place): byte for place, byte in enumerate(others)}
