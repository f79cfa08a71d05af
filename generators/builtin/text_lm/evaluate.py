"""How well the language model predicts held-out texts."""

import math

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from generators.builtin.text_lm.formats import FORMATS
from generators.builtin.text_lm.language_model import LanguageModel, load, model_folder
from generators.builtin.text_lm.lessons import TEXTS, facts_of, lessons_of, pack
from generators.builtin.text_lm.tuning import Tuning
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.errors import BadData
from generators.params import EvaluateParams
from generators.run import Run

WINDOW = 1024
"""Longest context in tokens; longer texts are cut into windows of this length."""


def evaluate(
    checkpoint: Checkpoint | None, data: TrainingData, params: EvaluateParams, run: Run
) -> dict[str, float]:
    """Return perplexity per token and bits per byte of the texts of one split, and how many tokens that were.

    With a checkpoint that was trained to write texts from facts, also `reply_perplexity`: per token of the texts, each
    read after its record's facts.
    """
    texts = [record.text for record in data.records(params.split) if record.text]
    if not texts:
        raise BadData(
            f'The {params.split} split of "{data.name}" holds no text. Choose a version with texts in it.'
        )
    language_model = load(model_folder(), run.device, tuning=Tuning.of(checkpoint))
    nats, tokens, size = 0.0, 0, 0
    for done, text in enumerate(texts):
        run.report(done, len(texts), "Reading held-out texts")
        surprise = token_surprise(language_model, text)
        nats += surprise.double().sum().item()
        tokens += len(surprise)
        size += len(text.encode())
    run.report(len(texts), len(texts))
    return _replies(language_model, checkpoint, data, params.split) | {
        "perplexity": math.exp(nats / tokens),
        "bits_per_byte": nats / math.log(2) / size,
        "tokens": float(tokens),
        "texts": float(len(texts)),
    }


@torch.inference_mode()
def _replies(
    language_model: LanguageModel, checkpoint: Checkpoint | None, data: TrainingData, split: str
) -> dict[str, float]:
    learn = checkpoint.config.get("learn", TEXTS) if checkpoint else TEXTS
    if learn not in FORMATS or not any(facts_of(record) for record in data.records(split)):
        return {}
    nats, tokens = 0.0, 0
    for lesson in lessons_of(language_model, data, split, learn=learn, context_length=WINDOW):
        packed = pack([lesson], language_model.device)
        logits = language_model.network(packed.ids, use_cache=False, logits_to_keep=packed.predicting).logits[
            0
        ]
        nats += cross_entropy(logits.float(), packed.targets, reduction="sum").item()
        tokens += lesson.learnt
    return {"reply_perplexity": math.exp(nats / tokens)}


@torch.inference_mode()
def token_surprise(language_model: LanguageModel, text: str) -> Tensor:
    """Return the negative log-likelihood of each token of a text in nats, shape (T,).

    The first token of a window follows the token that starts a text; the others follow the window so far.
    Source: the rolling log-likelihood of lm-evaluation-harness. https://arxiv.org/abs/2405.14782
    """
    ids = language_model.encode(text)
    windows = [ids[start : start + WINDOW] for start in range(0, len(ids), WINDOW)]
    return torch.cat([_window_surprise(language_model, window) for window in windows])


def _window_surprise(language_model: LanguageModel, window: list[int]) -> Tensor:
    inputs = torch.tensor([[language_model.start_id, *window[:-1]]], device=language_model.device)
    logits = language_model.network(inputs, use_cache=False).logits[0].float()
    return cross_entropy(logits, torch.tensor(window, device=language_model.device), reduction="none").cpu()
