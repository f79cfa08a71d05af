"""How well the language model predicts held-out texts, and how what it writes compares with them."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from generators.blank import says_something
from generators.builtin.text_lm.decoding.requests import Request
from generators.builtin.text_lm.decoding.writing import write
from generators.builtin.text_lm.formats import FORMATS
from generators.builtin.text_lm.language_model import LanguageModel, load, model_folder
from generators.builtin.text_lm.lessons import TEXTS, facts_of, lessons_of, pack
from generators.builtin.text_lm.pieces import bulk_figures, raw_figures, with_facts
from generators.builtin.text_lm.preview import OPENING
from generators.builtin.text_lm.prompt import encode_chat, request_alone
from generators.builtin.text_lm.spec import LmEvaluateParams
from generators.builtin.text_lm.tuning import Tuning
from generators.checkpoint import Checkpoint
from generators.data import Record, TrainingData
from generators.errors import BadData
from generators.metrics.text_likelihood import perplexity
from generators.run import Notice, Run
from generators.texts.measure import compare_written, likelihood_figures
from generators.training.randomness import generator_for

WINDOW = 1024
"""Longest context in tokens; longer texts are cut into windows of this length."""


def evaluate(
    checkpoint: Checkpoint | None, data: TrainingData, params: LmEvaluateParams, run: Run
) -> dict[str, float]:
    """Return perplexity per token and bits per byte of the texts of one split, and how many tokens that were.

    With a checkpoint that was trained to write texts from facts, also `reply_perplexity`: per token of the texts, each
    read after its record's facts. Where texts are asked for, as many are written, and compared with held-out ones;
    where pieces are, as many are written as a job writes them, and measured too.
    """
    records = [record for record in data.records(params.split) if says_something(record.text or "")]
    texts = [record.text or "" for record in records]
    if not texts:
        raise BadData(
            f'The {params.split} split of "{data.name}" holds no text. Choose a version with texts in it.'
        )
    language_model = load(model_folder(), run.device, tuning=Tuning.of(checkpoint))
    topics = with_facts(records, params.pieces)
    total = len(texts) + params.texts + len(topics)
    nats, tokens = [], []
    for done, text in enumerate(texts):
        run.report(done, total, "Reading held-out texts")
        surprise = token_surprise(language_model, text)
        nats.append(surprise.double().sum().item())
        tokens.append(len(surprise))
    run.report(len(texts), total)
    figures = likelihood_figures(texts, torch.tensor(nats), torch.tensor(tokens), seed=params.seed)
    figures["texts"] = figures["n"]
    learn = str(checkpoint.config.get("learn", TEXTS)) if checkpoint else TEXTS
    figures |= _replies(language_model, learn, data, params)
    figures |= _written(language_model, learn, records, data, checkpoint, params, run)
    if params.pieces and len(topics) < 2:
        run.notice(
            Notice(
                "no_facts",
                f"No pieces were written: {len(topics)} of the {len(texts)} held-out records hold facts beside a text.",
                "Choose data with more columns than the text.",
                values={"shown": len(topics), "total": len(texts)},
            )
        )
        return figures
    done = len(texts) + params.texts
    return figures | (
        bulk_figures(topics, checkpoint, params, run, done=done, total=total) if params.pieces else {}
    )


@torch.inference_mode()
def _replies(
    language_model: LanguageModel, learn: str, data: TrainingData, params: LmEvaluateParams
) -> dict[str, float]:
    if learn not in FORMATS or not any(facts_of(record) for record in data.records(params.split)):
        return {}
    nats, tokens = [], []
    for lesson in lessons_of(language_model, data, params.split, learn=learn, context_length=WINDOW):
        packed = pack([lesson], language_model.device)
        logits = language_model.network(packed.ids, use_cache=False, logits_to_keep=packed.predicting).logits
        nats.append(cross_entropy(logits[0].float(), packed.targets, reduction="sum").item())
        tokens.append(lesson.learnt)
    random = generator_for(params.seed, "replies")
    return perplexity(torch.tensor(nats), torch.tensor(tokens), random).named("reply_perplexity")


def _written(
    language_model: LanguageModel,
    learn: str,
    records: Sequence[Record],
    data: TrainingData,
    checkpoint: Checkpoint | None,
    params: LmEvaluateParams,
    run: Run,
) -> dict[str, float]:
    """Return the figures of texts that are written about held-out records, without rules or a choice of the best."""
    chosen = [record for record in records if learn not in FORMATS or facts_of(record)][: params.texts]
    if len(chosen) < 2:
        return {}
    done = len(records)
    requests = [
        Request(
            prompt=_prompt(language_model, learn, record), max_tokens=params.max_tokens,
            seed=f"{params.seed}/measured/{number}", temperature=1.0,
        )
        for number, record in enumerate(chosen)
    ]  # fmt: skip
    total = done + params.texts
    found = write(language_model, requests, check=lambda: run.report(done, total, "Writing texts"))
    texts = [completion.text.strip() for completion in found]
    figures = compare_written(texts, [record.text or "" for record in chosen], data, checkpoint, params, run)
    return figures | (raw_figures(texts, chosen, FORMATS[learn], params.seed) if learn in FORMATS else {})


def _prompt(language_model: LanguageModel, learn: str, record: Record) -> list[int]:
    if learn in FORMATS:
        return encode_chat(language_model, request_alone(FORMATS[learn], facts_of(record)))
    opening = " ".join((record.text or "").split()[:OPENING])
    return [language_model.start_id, *language_model.encode(opening)]


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
