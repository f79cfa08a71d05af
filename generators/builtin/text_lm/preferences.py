"""Learning from pairs of texts of which people preferred one: direct preference optimisation.

A record's text is the one that was preferred; its fields `prompt` and `rejected` hold what was asked for and the other
text, and `format`, where there is one, names the format that was written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, logsigmoid

from generators.builtin.text_lm.formats import FORMATS
from generators.builtin.text_lm.language_model import LanguageModel
from generators.builtin.text_lm.lessons import Lesson, pack
from generators.builtin.text_lm.prompt import encode_chat, request_alone
from generators.builtin.text_lm.spec import TrainParams
from generators.builtin.text_lm.tuner import Adapting
from generators.data import Record, TrainingData
from generators.errors import BadData, DatasetTooSmall
from generators.run import Run
from generators.training.randomness import batch_indices

PREFERENCES = "preferences"
PAIRS = 20
"""Fewest pairs that are learnt from."""
MOST_HELD_OUT = 64


class Pair(NamedTuple):
    """Two replies to one prompt.

    Attributes:
        reference: How much more probable the language model as it came finds the chosen one, in nats.
    """

    chosen: Lesson
    rejected: Lesson
    reference: float = 0.0

    @property
    def tokens(self) -> int:
        """How many tokens are read."""
        return len(self.chosen.ids) + len(self.rejected.ids) - 2


def dpo_loss(margin: Tensor, *, beta: float) -> Tensor:
    """Return the loss of pairs, shape (B,).

    Args:
        margin: log pi(chosen) - log pi(rejected) of the network that learns, less the same of the reference, in nats,
            shape (B,).
        beta: How strongly the network is held to the reference.

    Source: Rafailov et al., Direct Preference Optimization, 2023, equation 7. https://arxiv.org/abs/2305.18290
    """
    return -logsigmoid(beta * margin)


def pairs_of(
    language_model: LanguageModel, data: TrainingData, split: str, *, context_length: int
) -> list[Pair]:
    """Return the pairs of a split that fit, each text with its prompt in `context_length` tokens."""
    found = (_pair(language_model, record, context_length) for record in data.records(split))
    return [pair for pair in found if pair]


def _pair(language_model: LanguageModel, record: Record, context_length: int) -> Pair | None:
    prompt, rejected = (str(record.fields.get(name) or "").strip() for name in ("prompt", "rejected"))
    chosen = (record.text or "").strip()
    if not prompt or not chosen or not rejected or chosen == rejected:
        return None
    form = FORMATS.get(str(record.fields.get("format")))
    asked = encode_chat(language_model, request_alone(form, prompt) if form else [("user", prompt)])
    better, worse = (
        Lesson([*asked, *language_model.encode(text), language_model.end_id], len(asked))
        for text in (chosen, rejected)
    )
    fits = max(len(better.ids), len(worse.ids)) <= context_length + 1
    return Pair(better, worse) if fits else None


class Preferring(Adapting):
    """Learns to find preferred texts more probable than the others; a `generators.texts.course.Learner`.

    Raises:
        BadData: If no record is a pair.
        DatasetTooSmall: If too few are.
    """

    figure = "preference_loss"

    def __init__(self, base: LanguageModel, data: TrainingData, params: TrainParams, run: Run) -> None:
        super().__init__(base, data, params)
        pairs = pairs_of(base, data, "train", context_length=self.length)
        if not pairs:
            raise BadData(
                f'No record of "{data.name}" is a pair that fits: it needs the columns prompt, chosen (its text) and '
                f"rejected, {self.length} tokens at most with the prompt. Add the columns, or raise context_length."
            )
        if len(pairs) < PAIRS:
            raise DatasetTooSmall(
                f"Preferences are learnt from at least {PAIRS} pairs; {data.name!r} has {len(pairs)} that fit. "
                f"Add {PAIRS - len(pairs)}."
            )
        held_out = pairs_of(base, data, "validation", context_length=self.length)[:MOST_HELD_OUT]
        self._pairs, self._held_out = self._referred(pairs, run), self._referred(held_out, run)

    def step(self, number: int, progress: float) -> int:
        """Compare the texts of the next pairs and change the adapters once; return how many tokens were read."""
        chosen: list[Pair] = []
        while sum(pair.tokens for pair in chosen) < self.params.batch_tokens:
            index = batch_indices(
                self.taken + len(chosen), count=len(self._pairs), batch_size=1, seed=self.params.seed
            )
            chosen.append(self._pairs[int(index)])
        margins: list[float] = []
        total = 0.0

        def losses(network: nn.Module) -> None:
            nonlocal total
            for pair in chosen:
                margin = self._preference(network, pair) - pair.reference
                loss = dpo_loss(margin, beta=self.params.dpo_beta) / len(chosen)
                loss.backward()  # type: ignore[no-untyped-call]
                margins.append(margin.item())
                total += loss.item()

        self.descend(number, progress, losses)
        self.losses = {"loss": total, **_judged(margins)}
        self.taken += len(chosen)
        return sum(pair.tokens for pair in chosen)

    @torch.inference_mode()
    def measure(self) -> float | None:
        """Return the mean loss of held-out pairs: log 2 before anything was learnt."""
        if not self._held_out:
            return None
        network = self.base.network.eval()
        margins = [self._preference(network, pair).item() - pair.reference for pair in self._held_out]
        return dpo_loss(torch.tensor(margins), beta=self.params.dpo_beta).mean().item()

    @torch.inference_mode()
    def _referred(self, pairs: Sequence[Pair], run: Run) -> list[Pair]:
        """Return pairs with what the language model as it came makes of them, while the adapters add nothing yet."""
        network = self.base.network.eval()
        referred: list[Pair] = []
        for pair in pairs:
            run.report(0, 1, f"Reading pairs: {len(referred):,} of {len(pairs):,}")
            referred.append(pair._replace(reference=self._preference(network, pair).item()))
        return referred

    def _preference(self, network: nn.Module, pair: Pair) -> Tensor:
        """Return log p(chosen) - log p(rejected), each after the prompt, in nats."""
        packed = pack([pair.chosen, pair.rejected], self.base.device)
        answer = network(
            packed.ids, position_ids=packed.positions, use_cache=False, logits_to_keep=packed.predicting
        )
        nats = cross_entropy(answer.logits[0].float(), packed.targets, reduction="none")
        return nats[pair.chosen.learnt :].sum() - nats[: pair.chosen.learnt].sum()


def _judged(margins: Sequence[float]) -> dict[str, float]:
    """Return the share of pairs in which the chosen text has gained on the other, and by how much in the mean."""
    return {
        "preference_accuracy": sum(margin > 0 for margin in margins) / len(margins),
        "preference_margin": sum(margins) / len(margins),
    }
