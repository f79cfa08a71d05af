"""How long until text-lm's network is ready, and what a job costs beside its tokens.

    python -m bench.text_ready        # the medians of five; the record is kept in bench/results/text_ready.json, or in
                                      # text_ready_float32.json where the processor does not compute in bfloat16

As in a worker's child process, memory that is freed is kept for what comes next.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch

from generators.builtin.text_lm.chat import chat
from generators.builtin.text_lm.decoding.requests import Request
from generators.builtin.text_lm.decoding.writing import write
from generators.builtin.text_lm.language_model import fastest_dtype, load, model_folder
from generators.builtin.text_lm.prompt import encode_chat
from generators.chat import ChatParams
from generators.run import LocalRun

COLD = """
import time
begun = time.perf_counter()
from generators.allocation import keep_freed_memory
keep_freed_memory()
from generators.builtin.text_lm.language_model import forget, load, model_folder
imported = time.perf_counter()
load(model_folder(), "cpu")
cold = time.perf_counter()
forget()
again = time.perf_counter()
load(model_folder(), "cpu")
print(imported - begun, cold - imported, time.perf_counter() - again)
"""


ROUNDS = 5


def main() -> None:
    """Measure, keep the record and print it as the last line."""
    record = {
        "bench": "text_ready",
        "machine": {"cpus": os.cpu_count(), "load": round(os.getloadavg()[0], 1)},
        "ours": readiness(),
        "peers": {},
        "ratios": {},
    }
    name = "text_ready" if fastest_dtype(torch.device("cpu")) == torch.bfloat16 else "text_ready_float32"
    path = Path(__file__).parent / "results" / f"{name}.json"
    path.write_text(json.dumps(record, indent=2) + "\n")
    print(json.dumps(record))


def readiness() -> dict[str, float]:
    """Return seconds until a network is ready, and what a job costs beside its tokens in a process that has it."""
    os.environ["BRANDKILN_TEXT_BACK_END"] = "built-in"
    rounds = [cold() for _ in range(ROUNDS)]
    imports, network, again = (statistics.median(values) for values in zip(*rounds, strict=True))
    messages = [{"role": "user", "content": "Name a colour."}]
    params = ChatParams.model_validate({"messages": messages, "max_tokens": 1, "temperature": 0})
    kept = load(model_folder(), "cpu")
    request = Request(prompt=encode_chat(kept, [("user", "Name a colour.")]), max_tokens=1, urgent=True)
    with tempfile.TemporaryDirectory() as scratch:
        run = LocalRun(Path(scratch))
        job, alone = partial(chat, None, params, run), partial(write, kept, [request])
        # in turns, as a machine's pace changes
        beside = [seconds(job) - seconds(alone) for _ in range(22)][2:]
    return {
        "cold_imports": round(imports, 2),
        "cold_network": round(network, 2),
        "cold": round(statistics.median(one + other for one, other, _ in rounds), 2),
        "network_again": round(again, 2),
        "job_beside_its_tokens": round(statistics.median(beside), 4),
    }


def cold() -> tuple[float, float, float]:
    """Return seconds of a new process for imports, for the network, and for the next network."""
    done = subprocess.run(
        [sys.executable, "-c", COLD], capture_output=True, text=True, check=True, timeout=100
    )
    imports, network, again = map(float, done.stdout.split())
    return imports, network, again


def seconds(action: Callable[[], object]) -> float:
    """Return how long something takes."""
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
