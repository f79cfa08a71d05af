"""Tokens per second of text-lm beside transformers and llama.cpp, in one run on the same machine.

    python -m bench.text                    # under four minutes; the record is kept in bench/results/text.json, or in
                                            # text_float32.json where the processor does not compute in bfloat16
    python -m bench.text --texts 100        # so many in the bulk instead of 200, and less for the others
    python -m bench.text --quick            # a tenth of the work
    python -m bench.text --equal            # 200 greedy texts in float32 beside transformers' own, token by token
    taskset -c 0 python -m bench.text --equal --texts 100       # on one core, and so many
    PEERS=/tmp/a/bin/python:/tmp/b/bin/python python -m bench.text   # with llama.cpp and OpenVINO, from whichever has
                                                       # one; OpenVINO with the file of PEERS_GGUF, else with our Q8_0

Where the extras openvino or llama-cpp are installed, our own decoder with these back ends does a part of the bulk, too.

The work is a bulk of ragged product descriptions, 16 to 128 new tokens each, sampled at temperature 0.5 and top_p 0.9,
end tokens ignored, so that all write equally many. Slow contenders do a part of it. Tokens are counted as generated;
those that batched generate writes beyond a text's own end are not. Each runs with all cores.
"""

import argparse
import json
import os
import statistics
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
import transformers

from bench.text_ready import seconds
from bench.text_work import messages, work
from generators.builtin.text_lm.back_ends.artifacts import gguf_of
from generators.builtin.text_lm.back_ends.choice import installed, opened
from generators.builtin.text_lm.convert import packaged_gguf
from generators.builtin.text_lm.decoding.decoder import SLOTS
from generators.builtin.text_lm.decoding.integers import integers
from generators.builtin.text_lm.decoding.lean import kernels_of
from generators.builtin.text_lm.decoding.requests import Request
from generators.builtin.text_lm.decoding.writing import write, write_each
from generators.builtin.text_lm.language_model import LanguageModel, load_anew, model_folder
from generators.builtin.text_lm.prompt import encode_chat

RESULTS = Path(__file__).parent / "results"
BULK = 200
GENERATE_BATCH = 32
INTERACTIVE = 8


def main() -> None:
    """Measure, keep the record and print it as the last line."""
    parser = argparse.ArgumentParser(prog="python -m bench.text")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--equal", action="store_true")
    parser.add_argument("--texts", type=int, default=BULK)
    options = parser.parse_args()
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    transformers.utils.logging.set_verbosity_error()
    if options.equal:
        _keep("text_equal", equal(20 if options.quick else options.texts))
        return
    _keep("text", speed(20 if options.quick else options.texts))


GENERATE = "transformers generate, {}, batches of 32"
LOOP = "pipeline loop, float32"


def speed(count: int) -> dict[str, Any]:
    """Return how quick each contender is with a bulk of so many texts."""
    folder, share = model_folder(), count / BULK
    fast = load_anew(folder, "cpu")
    jobs = requests(fast, count)
    write(fast, requests(fast, 2))  # the matrix kernels are made ready
    bulk = timed(lambda: ours(fast, jobs))
    interactive = timed(lambda: ours(fast, jobs[:INTERACTIVE]))
    waits = first_tokens(fast, jobs)
    others = back_ends(fast, jobs)
    plain = load_anew(folder, "cpu", packed=False)
    batched = max(GENERATE_BATCH, int(32 * share))
    dtype = str(plain.network.dtype).removeprefix("torch.")
    table = {GENERATE.format(dtype): timed(lambda: generate(plain, jobs[:batched]))}
    precise = load_anew(folder, "cpu", torch.float32, packed=False)
    table[LOOP] = timed(lambda: loop(precise, jobs[: max(1, int(3 * share))]))
    parameters = sum(parameter.numel() for parameter in precise.network.parameters())
    weights = parameters * 2
    table |= peers(folder, max(8, int(24 * share)))
    bandwidth, operations = read_bandwidth(), matrix_rate(plain.network.dtype)
    rate, worked = bulk["tokens_per_second"], bulk["tokens_per_processor_second"]
    return {
        "bench": "text",
        "machine": machine()
        | {
            "read_gb_per_s": round(bandwidth, 1),
            "matrix_gflop_per_s": round(operations / 1e9),
            "weights_mb": round(weights / 1e6),
            "tokens_per_second_that_it_allows": {
                "1": round(bandwidth * 1e9 / weights, 1),
                str(SLOTS): round(SLOTS * bandwidth * 1e9 / weights),
                "by the matrix rate, prompts left out": round(operations / (2 * parameters)),
            },
        },
        "ours": {
            "bulk": {"texts": count, **bulk},
            "interactive": {"texts": INTERACTIVE, **interactive},
            "seconds_to_the_first_text_while_the_bulk_runs": waits,
            "back_ends": others,
        },
        "peers": table,
        "ratios": {name: round(rate / peer["tokens_per_second"], 2) for name, peer in table.items()}
        | {
            f"{title} beside {name}": round(one["tokens_per_second"] / peer["tokens_per_second"], 2)
            for title, one in others.items()
            for name, peer in table.items()
        },
        "ratios_by_processor_time": {
            name: round(worked / peer["tokens_per_processor_second"], 2) for name, peer in table.items()
        },
    }


def requests(language_model: LanguageModel, count: int, **changes: Any) -> list[Request]:
    """Return the work as requests."""
    return [
        Request(
            prompt=encode_chat(language_model, messages(product)),
            max_tokens=tokens,
            stop_ids=frozenset(),
            seed=str(number),
            **{"temperature": 0.5, "top_p": 0.9} | changes,
        )
        for number, (product, tokens) in enumerate(work(count))
    ]


SLOW = {"llama.cpp": 8}
"""Texts of the bulk that a back end writes, where all would take minutes."""


def back_ends(language_model: LanguageModel, jobs: list[Request]) -> dict[str, dict[str, float]]:
    """Return how quick our decoder is with each other installed back end, and the perplexity by which it passed."""
    found: dict[str, dict[str, float]] = {}
    for name in installed():
        passes, title, (before, after) = opened(name, language_model, None)
        own = replace(language_model, passes=passes)
        write(own, jobs[:2])
        some = jobs[: SLOW.get(name, len(jobs))]
        found[title] = timed(partial(ours, own, some)) | {
            "texts": len(some), "perplexity_in_float32": round(before, 2), "perplexity": round(after, 2)
        }  # fmt: skip
        if name not in SLOW:
            found[title] |= {f"first_text_{key}": one for key, one in first_tokens(own, jobs).items()}
    return found


def timed(contender: Callable[[], int]) -> dict[str, float]:
    """Return tokens, seconds by the clock and by the processor, and tokens per second of each."""
    clock, processor = time.perf_counter(), time.process_time()
    tokens = contender()
    seconds, worked = time.perf_counter() - clock, time.process_time() - processor
    found = {
        "tokens": tokens,
        "seconds": round(seconds, 2),
        "processor_seconds": round(worked, 2),
        "tokens_per_second": round(tokens / seconds, 1),
        "tokens_per_processor_second": round(tokens / worked, 1),
    }
    print(json.dumps(found), flush=True)
    return found


def ours(language_model: LanguageModel, jobs: list[Request]) -> int:
    """Write with text-lm's slots."""
    return sum(len(text.ids) for text in write(language_model, jobs))


def generate(language_model: LanguageModel, jobs: list[Request]) -> int:
    """Write with transformers' batched generate, padded on the left; each batch goes on until its longest is done."""
    wanted = 0
    for start in range(0, len(jobs), GENERATE_BATCH):
        batch = jobs[start : start + GENERATE_BATCH]
        longest = max(len(job.prompt) for job in batch)
        ids = torch.tensor([[0] * (longest - len(job.prompt)) + list(job.prompt) for job in batch])
        mask = torch.tensor([[0] * (longest - len(job.prompt)) + [1] * len(job.prompt) for job in batch])
        most = max(job.max_tokens for job in batch)
        language_model.network.generate(
            ids,
            attention_mask=mask,
            do_sample=True,
            temperature=0.5,
            top_p=0.9,
            min_new_tokens=most,
            max_new_tokens=most,
            pad_token_id=0,
        )
        wanted += sum(job.max_tokens for job in batch)
    return wanted


def loop(language_model: LanguageModel, jobs: list[Request]) -> int:
    """Write one text after the other, as the pipeline of a tutorial does."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(language_model.folder, local_files_only=True)
    pipeline = transformers.pipeline("text-generation", model=language_model.network, tokenizer=tokenizer)
    for job in jobs:
        pipeline(
            language_model.tokenizer.decode(job.prompt),
            do_sample=True,
            temperature=0.5,
            top_p=0.9,
            min_new_tokens=job.max_tokens,
            max_new_tokens=job.max_tokens,
            add_special_tokens=False,
        )
    return sum(job.max_tokens for job in jobs)


def first_tokens(language_model: LanguageModel, jobs: list[Request]) -> dict[str, float]:
    """Return how long people wait for the first piece of text while the bulk runs."""
    bulk = write_each(language_model, jobs * 2)
    runs = threading.Event()

    def keep_busy() -> None:
        for _ in bulk:
            if runs.is_set():
                return

    busy = threading.Thread(target=keep_busy)
    busy.start()
    time.sleep(2)
    waits: list[float] = []
    for product, _ in work(INTERACTIVE):
        begun = time.perf_counter()
        seen: list[float] = []

        def note(_: str, begun: float = begun, seen: list[float] = seen) -> None:
            seen.append(time.perf_counter() - begun)

        prompt = encode_chat(language_model, [("system", "You are a poet."), ("user", product)])
        write(language_model, [Request(prompt=prompt, max_tokens=8, urgent=True, on_text=note)])
        waits.append(seen[0])
    runs.set()
    busy.join()
    bulk.close()
    return {"median": round(statistics.median(waits), 3), "longest": round(max(waits), 3)}


def peers(folder: Path, count: int) -> dict[str, dict[str, float]]:
    """Return the figures of llama.cpp and OpenVINO, where PEERS names interpreters that have them."""
    pythons = [one for one in os.environ.get("PEERS", "").split(os.pathsep) if one]
    if not pythons or (packaged := packaged_gguf()) is None:
        return {}
    # OpenVINO reads the packaged file's type, Q4_1, wrongly
    own = os.environ.get("PEERS_GGUF") or gguf_of(folder, None, "Q8_0", lambda _: None)
    found: dict[str, dict[str, float]] = {}
    for peer, gguf in (("llama", packaged), ("openvino", own)):
        for python in pythons:
            command = [python, "-m", f"bench.text_{peer}", str(gguf), str(folder), str(count)]
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=150)
            if done.returncode == 0:
                found |= json.loads(done.stdout.splitlines()[-1])
                print(done.stdout.splitlines()[-1], flush=True)
                break
            print(f"{python} did not run {peer}: {done.stderr[-400:]}", flush=True)
    return found


def read_bandwidth() -> float:
    """Return how many gigabytes a second all cores read from main memory: the best of five sums over 256 MiB."""
    block = torch.ones(64 * 2**20)
    best = min(seconds(lambda: block.sum()) for _ in range(5))
    return block.numel() * 4 / best / 1e9


def matrix_rate(dtype: torch.dtype) -> float:
    """Return how many operations a second all cores do in a product of large matrices: the best of ten."""
    size = 1536
    one, other = torch.randn(size, size).to(dtype), torch.randn(size, size).to(dtype)
    return 2.0 * size**3 / min(seconds(lambda: one @ other) for _ in range(10))


def equal(count: int) -> dict[str, Any]:
    """Return how many greedy texts in float32 are those of transformers, one prompt at a time, token for token."""
    precise = load_anew(model_folder(), "cpu", torch.float32)
    plain = load_anew(model_folder(), "cpu", torch.float32, packed=False)
    jobs = [
        Request(prompt=job.prompt, max_tokens=min(job.max_tokens, 24), stop_ids=frozenset())
        for job in requests(precise, count)
    ]
    same, tokens = 0, 0
    for job, text in zip(jobs, write(precise, jobs), strict=True):
        answer = plain.network.generate(
            torch.tensor([job.prompt]),
            attention_mask=torch.ones((1, len(job.prompt)), dtype=torch.long),
            do_sample=False,
            min_new_tokens=job.max_tokens,
            max_new_tokens=job.max_tokens,
            pad_token_id=0,
        )
        same += tuple(answer[0, len(job.prompt) :].tolist()) == text.ids
        tokens += len(text.ids)
    return {
        "bench": "text_equal",
        "machine": machine() | {"kernels": kernels_of(precise.network) is not None},
        "texts": count,
        "equal": same,
        "tokens": tokens,
    }


def machine() -> dict[str, Any]:
    """Return what the figures hang on."""
    return {
        "cpus": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "bfloat16": torch.ops.mkldnn._is_mkldnn_bf16_supported(),
        "integers": integers() is not None,
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "load": round(os.getloadavg()[0], 1),
    }


def _keep(name: str, record: dict[str, Any]) -> None:
    if not record["machine"]["bfloat16"]:
        name += "_float32"  # a processor that computes in float32 has a record of its own
    (RESULTS / f"{name}.json").write_text(json.dumps(record, indent=2) + "\n")
    print(json.dumps(record))


if __name__ == "__main__":
    main()
