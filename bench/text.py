"""Tokens per second of text-lm beside transformers' own generate, in one run on the same machine.

Every contender writes 24 tokens after the same prompt of a product description, for one variant and for eight, one
after the other in interleaved rounds on one thread. Medians over processor seconds are compared, because the machine
may be shared. Tokens are counted as generated. The record is kept in bench/results/text.json.
"""

import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import transformers

from generators.builtin.text_lm.decode import Decoding, decode
from generators.builtin.text_lm.formats import FORMATS, Format, Part
from generators.builtin.text_lm.guard import Guard
from generators.builtin.text_lm.language_model import LanguageModel, load, model_folder
from generators.builtin.text_lm.lexicon import ENGLISH
from generators.builtin.text_lm.prompt import conversation, encode_chat
from generators.builtin.text_lm.spec import SampleParams

RESULT = Path(__file__).parent / "results" / "text.json"
PRODUCT = "Name: Luma desk lamp\nDetails: dimmable LED, three colour temperatures, USB-C charging port\nMaterial: oak"
TOKENS = 24
ROUNDS = 3
SECONDS = 75.0
"""No further round starts after so many seconds of measuring."""

Contender = Callable[[int], int]
"""Writes so many variants; returns the number of tokens generated."""


def main() -> None:
    """Measure, keep the record and print it as the last line."""
    torch.set_num_threads(1)
    folder = model_folder()
    # load keeps the last one only, which is what a host needs; here three are held at once
    packed, plain, precise = (
        load.__wrapped__(folder, "cpu", dtype, packed)
        for dtype, packed in ((None, True), (None, False), (torch.float32, False))
    )
    for language_model in (packed, plain, precise):  # tables of the vocabulary, prepared once per process
        ours(language_model, 1, guarded=True, tokens=1)
    contenders: dict[str, Contender] = {
        "text-lm": lambda variants: ours(packed, variants, guarded=True),
        "text-lm without its guard": lambda variants: ours(packed, variants, guarded=False),
        "text-lm, weights not packed": lambda variants: ours(plain, variants, guarded=True),
        "text-lm, float32": lambda variants: ours(precise, variants, guarded=True),
        "transformers generate, bfloat16": lambda variants: theirs(plain, variants),
        "transformers generate, float32": lambda variants: theirs(precise, variants),
    }
    rates = measured(contenders)
    own = {name: rate for name, rate in rates.items() if name.startswith("text-lm")}
    peers = {name: rate for name, rate in rates.items() if name not in own}
    record: dict[str, Any] = {
        "bench": "text",
        "machine": {
            "processor": platform.machine(),
            "bfloat16": torch.ops.mkldnn._is_mkldnn_bf16_supported(),
            "threads": torch.get_num_threads(),
            "cpus": os.cpu_count(),
            "torch": torch.__version__,
            "transformers": transformers.__version__,
        },
        "unit": "tokens per processor second, prompt included",
        "ours": own,
        "peers": peers,
        "ratios": {
            f"{name}, {variants}": round(own["text-lm"][variants] / peer[variants], 2)
            for name, peer in peers.items()
            for variants in peer
        },
    }
    RESULT.write_text(json.dumps(record, indent=2) + "\n")
    print(json.dumps(record))


def measured(contenders: dict[str, Contender]) -> dict[str, dict[str, float]]:
    """Return each contender's median tokens per second for one and for eight variants."""
    rates: dict[str, dict[str, list[float]]] = {
        name: {"1 variant": [], "8 variants": []} for name in contenders
    }
    started = time.perf_counter()
    for round_number in range(ROUNDS):
        for name, contender in contenders.items():
            for label, variants in (("1 variant", 1), ("8 variants", 8)):
                if round_number and time.perf_counter() - started > SECONDS:
                    continue
                begun = time.process_time()
                tokens = contender(variants)
                rates[name][label].append(tokens / (time.process_time() - begun))
                print(f"{name}, {label}: {rates[name][label][-1]:.1f} tokens/s", flush=True)
    return {
        name: {label: round(statistics.median(found), 1) for label, found in by_label.items()}
        for name, by_label in rates.items()
    }


def prompt_ids(language_model: LanguageModel) -> list[int]:
    """Return the prompt of a product description."""
    return encode_chat(
        language_model, conversation(FORMATS["product_description"], SampleParams(product=PRODUCT))
    )


def ours(language_model: LanguageModel, variants: int, *, guarded: bool, tokens: int = TOKENS) -> int:
    """Write with text-lm; many sentences are wanted, so that no reply ends early."""
    form = Format(
        task="", request="", examples=(), parts=(Part(max_tokens=tokens, sentences=tokens + 1, stops=()),)
    )
    guard = Guard(
        language_model.vocabulary,
        PRODUCT if guarded else None,
        words=ENGLISH if guarded else None,
    )
    replies = decode(
        language_model,
        prompt_ids(language_model),
        [form] * variants,
        [f"0/{variant}" for variant in range(variants)],
        guard,
        Decoding(temperature=0.4, top_p=0.9),
    )
    return sum(len(reply.ids) for reply in replies)


def theirs(language_model: LanguageModel, variants: int) -> int:
    """Write with transformers' generate under the same settings."""
    ids = torch.tensor([prompt_ids(language_model)])
    torch.manual_seed(0)
    answer = language_model.network.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        do_sample=True,
        temperature=0.4,
        top_p=0.9,
        num_return_sequences=variants,
        min_new_tokens=TOKENS,
        max_new_tokens=TOKENS,
    )
    return int(answer[:, ids.shape[1] :].numel())


if __name__ == "__main__":
    main()
