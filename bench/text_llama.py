"""llama.cpp's server with 32 parallel slots, for bench/text.py: python -m bench.text_llama GGUF FOLDER COUNT.

Needs the package xllamacpp only; it runs in an environment of its own.
"""

import json
import os
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import xllamacpp

from bench.text_work import messages, say, work

SLOTS = 32
CONTEXT = 640
"""Tokens of a slot: prompt and text."""


def main() -> None:
    """Write the work and print the figures."""
    gguf, _, count = sys.argv[1:4]
    params = xllamacpp.CommonParams()
    params.model.path = gguf
    params.n_parallel, params.n_ctx = SLOTS, SLOTS * CONTEXT
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = os.cpu_count()
    params.warmup, params.verbosity = True, 0
    server = xllamacpp.Server(params)
    jobs = work(int(count))
    ask(server.listening_address, jobs[0])
    clock, processor = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(SLOTS) as asking:
        tokens = sum(asking.map(lambda job: ask(server.listening_address, job), jobs))
    seconds, worked = time.perf_counter() - clock, time.process_time() - processor
    name = f"llama.cpp {xllamacpp.BUILD_INFO}, {SLOTS} slots, the packaged GGUF"
    say(
        {
            name: {
                "tokens": tokens,
                "seconds": round(seconds, 2),
                "processor_seconds": round(worked, 2),
                "tokens_per_second": round(tokens / seconds, 1),
                "tokens_per_processor_second": round(tokens / worked, 1),
            }
        }
    )
    os._exit(0)


def ask(address: str, job: tuple[str, int]) -> int:
    """Return how many tokens the server wrote about a product."""
    product, most = job
    turns = "".join(f"<|im_start|>{role}\n{text}<|im_end|>\n" for role, text in messages(product))
    body = {
        "prompt": f"{turns}<|im_start|>assistant\n",
        "n_predict": most,
        "ignore_eos": True,
        "temperature": 0.5,
        "top_p": 0.9,
        "cache_prompt": True,
    }
    request = urllib.request.Request(
        f"{address}/completion", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=140) as answer:
        return int(json.load(answer)["tokens_predicted"])


if __name__ == "__main__":
    main()
