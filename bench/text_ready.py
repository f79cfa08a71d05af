"""How long until text-lm's network is ready, and what a job costs beside its tokens; for bench/text.py."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from generators.builtin.text_lm.chat import chat
from generators.builtin.text_lm.decoding.requests import Request
from generators.builtin.text_lm.decoding.writing import write
from generators.builtin.text_lm.language_model import LanguageModel, load, model_folder
from generators.builtin.text_lm.prompt import encode_chat
from generators.chat import ChatParams
from generators.run import LocalRun

COLD = """
import time
begun = time.perf_counter()
from generators.builtin.text_lm.language_model import forget, load, model_folder
imported = time.perf_counter()
load(model_folder(), "cpu")
cold = time.perf_counter()
forget()
again = time.perf_counter()
load(model_folder(), "cpu")
print(imported - begun, cold - imported, time.perf_counter() - again)
"""


def readiness(language_model: LanguageModel) -> dict[str, float]:
    """Return seconds until a network is ready, and what a job costs beside its tokens in a process that has it."""
    built_in = os.environ | {"BRANDKILN_TEXT_BACK_END": "built-in"}
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", COLD], capture_output=True, text=True, check=True, timeout=100, env=built_in
    )
    whole = time.perf_counter() - began
    imports, cold, again = map(float, done.stdout.split())
    messages = [{"role": "user", "content": "Name a colour."}]
    params = ChatParams.model_validate({"messages": messages, "max_tokens": 1, "temperature": 0})
    prompt = encode_chat(language_model, [("user", "Name a colour.")])
    request = Request(prompt=prompt, max_tokens=1, urgent=True)
    os.environ["BRANDKILN_TEXT_BACK_END"] = "built-in"
    kept = load(model_folder(), "cpu")
    with tempfile.TemporaryDirectory() as scratch:
        run = LocalRun(Path(scratch))
        jobs = [seconds(partial(chat, None, params, run)) for _ in range(12)][2:]
    alone = [seconds(partial(write, kept, [request])) for _ in range(12)][2:]
    return {
        "cold_imports": round(imports, 2),
        "cold_network": round(cold, 2),
        "cold_with_the_next_two": round(whole, 2),
        "network_again": round(again, 2),
        "job_beside_its_tokens": round(statistics.median(jobs) - statistics.median(alone), 4),
    }


def seconds(action: Callable[[], object]) -> float:
    """Return how long something takes."""
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun
