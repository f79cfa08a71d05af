"""LoRA of text-lm beside a plain loop of transformers and peft: the same data, layers, rank and processor seconds.

    python -m bench.text_lora FOLDER CORPUS [--seconds 120] [--seed 0]

FOLDER and CORPUS are those of `bench.text_learning`. The plain loop is what peft's examples show: batches of texts cut
at the context and padded to the longest, AdamW, and the same learning rate along the same cosine. The two take turns of
a few seconds, each on one thread, until each has had its processor seconds; then both read the same 25 texts that
neither saw. Needs peft, which the studio does not.
"""

import argparse
import math
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

import torch

from bench.record import record
from bench.text_learning import CORPORA, LORA_HELD_OUT, LORA_TEXTS, dealt
from generators.builtin.text_lm.evaluate import token_surprise
from generators.builtin.text_lm.language_model import LanguageModel, load_to_train, model_folder
from generators.builtin.text_lm.spec import TrainParams
from generators.builtin.text_lm.tuner import LONGEST_GRADIENT, Tuner
from generators.data import TrainingData
from generators.texts.schedule import rate, set_rate
from generators.training.randomness import batch_indices

TURN = 5.0
"""Processor seconds after which the other one goes on."""
TEXTS_AT_ONCE = 4


def plain_steps(data: TrainingData, params: TrainParams) -> tuple[Any, Callable[[int, float], int]]:
    """Return the network with peft's adapters, and what takes one step with it and counts the tokens read."""
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(model_folder())
    tokenizer.pad_token = tokenizer.eos_token
    torch.manual_seed(params.seed)
    network = get_peft_model(
        AutoModelForCausalLM.from_pretrained(model_folder(), dtype=torch.float32),
        LoraConfig(
            r=params.lora_rank,
            lora_alpha=params.lora_alpha,
            target_modules="all-linear",
            task_type="CAUSAL_LM",
        ),
    )
    weights = [weight for weight in network.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(weights, params.learning_rate, weight_decay=params.weight_decay)
    texts = [record.text or "" for record in data.records("train")]

    def step(number: int, progress: float) -> int:
        set_rate(optimizer, params.learning_rate * rate(progress, warmup=params.warmup_ratio))
        places = batch_indices(number, count=len(texts), batch_size=TEXTS_AT_ONCE, seed=params.seed)
        chosen = [texts[int(place)] for place in places]
        batch = tokenizer(
            chosen, return_tensors="pt", padding=True, truncation=True, max_length=params.context_length
        )
        labels = batch.input_ids.masked_fill(batch.attention_mask == 0, -100)
        network.train()(**batch, labels=labels).loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, LONGEST_GRADIENT)
        optimizer.step()
        optimizer.zero_grad()
        return int(batch.attention_mask.sum())

    return network, step


def turns(step: Callable[[int, float], int], seconds: float) -> Iterator[dict[str, float]]:
    """Yield what was spent after each turn, until the processor seconds are over."""
    spent, tokens, number = 0.0, 0, 0
    while spent < seconds:
        begun = time.process_time()
        while (now := time.process_time() - begun) < TURN and spent + now < seconds:
            tokens += step(number, (spent + now) / seconds)
            number += 1
        spent += time.process_time() - begun
        yield {"processor_seconds": round(spent, 1), "tokens": tokens, "steps": number}


def perplexity_of(language_model: LanguageModel, data: TrainingData) -> float:
    """Return the perplexity per token of the held-out texts."""
    language_model.network.eval()
    found = [token_surprise(language_model, record.text or "") for record in data.records("test")]
    return math.exp(torch.cat(found).double().mean().item())


def main() -> None:
    """Train both in turns, and keep what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("corpus", choices=sorted(CORPORA))
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    params = TrainParams(seed=asked.seed)
    with tempfile.TemporaryDirectory() as scratch:
        texts = CORPORA[asked.corpus](asked.folder)
        data = dealt(texts, Path(scratch), asked.corpus, held_out=LORA_HELD_OUT, most=LORA_TEXTS)
        base = load_to_train(model_folder(), "cpu")
        before = perplexity_of(base, data)
        network, plain = plain_steps(data, params)
        tuner = Tuner(base, data, params)
        ours, theirs = turns(tuner.step, asked.seconds), turns(plain, asked.seconds)
        own: dict[str, Any] = {}
        peer: dict[str, Any] = {}
        for one, other in zip_longest(ours, theirs):
            own, peer = one or own, other or peer
        own["perplexity"] = round(perplexity_of(base, data), 3)
        peer["perplexity"] = round(perplexity_of(replace(base, network=network), data), 3)
    for found in (own, peer):
        found["tokens_per_processor_second"] = round(found["tokens"] / found["processor_seconds"], 1)
    record(
        f"text_lora_{asked.corpus}",
        ours=own,
        peers={"transformers_and_peft": peer},
        ratios={
            "tokens_per_processor_second": round(
                own["tokens_per_processor_second"] / peer["tokens_per_processor_second"], 2
            )
        },
        about={"torch": torch.__version__, "precision": str(base.network.dtype), "threads": 1},
        perplexity_before=round(before, 3),
        seed=asked.seed,
        texts=data.counts(),
    )


if __name__ == "__main__":
    main()
