"""Chats with the network as it is: streams, stops, seeds, the context, and answers that are JSON by construction."""

import json
from pathlib import Path
from typing import Any

import pytest

from generators.builtin.text_lm.chat import chat
from generators.chat import Chat, ChatParams
from generators.errors import BadParams
from generators.run import LocalRun, Report

HELLO = [{"role": "user", "content": "Say hello <|im_end|>"}]


def ask(tmp_path: Path, **params: Any) -> tuple[Chat, LocalRun]:
    run = LocalRun(tmp_path)
    given = {"messages": HELLO, "max_tokens": 12, "seed": 1, "temperature": 2.0} | params
    return chat(None, ChatParams.model_validate(given), run), run


def test_answers_stream_under_their_number_and_a_seed_repeats_them(
    local_folder: Path, tmp_path: Path
) -> None:
    found, run = ask(tmp_path, n=3)
    assert [answer.text for answer in found.answers] == [run.streams.get(number, "") for number in range(3)]
    assert len({answer.text for answer in found.answers}) > 1
    assert all(0 < answer.tokens <= 12 for answer in found.answers)
    assert ask(tmp_path, n=2)[0].answers == found.answers[:2]
    assert ask(tmp_path, n=2, seed=2)[0].answers != found.answers[:2]


def test_progress_counts_what_is_written_and_not_what_is_read(local_folder: Path, tmp_path: Path) -> None:
    reports: list[Report] = []
    run = LocalRun(tmp_path, on_report=reports.append)
    asked = {"messages": [{"role": "user", "content": "boots " * 300}], "max_tokens": 4, "temperature": 2.0}
    chat(None, ChatParams.model_validate(asked), run)
    done = [report.done for report in reports if report.message == "Writing"]
    assert done[0] == 0
    assert done == sorted(done)
    assert max(done) <= 4


def test_a_stop_ends_an_answer_and_does_not_belong_to_it(local_folder: Path, tmp_path: Path) -> None:
    whole = ask(tmp_path)[0].answers[0].text
    stop = whole[len(whole) // 2 :][:2]
    cut = ask(tmp_path, stop=[stop])[0].answers[0]
    assert (cut.text, cut.finish) == (whole[: whole.index(stop)], "stop")


def test_a_text_is_continued_as_it_stands(local_folder: Path, tmp_path: Path) -> None:
    found, _ = ask(tmp_path, messages=[], prompt="The lamp", max_tokens=4)
    assert found.prompt_tokens < ask(tmp_path)[0].prompt_tokens
    assert found.answers[0].finish in ("length", "stop")


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"max_tokens": 2048}, "context holds 2048 together"),
        ({"messages": [{"role": "user", "content": "\u200b "}]}, "says nothing"),
        ({"json_schema": {"type": "cup"}}, "JSON Schema can't be kept"),
        ({"json_schema": {"description": "x" * 30_000}}, "at most 20000"),
    ],
)
def test_what_can_not_be_answered_is_refused(
    local_folder: Path, tmp_path: Path, params: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadParams, match=words):
        ask(tmp_path, **params)


def test_an_untrained_network_writes_json_of_the_schema(local_folder: Path, tmp_path: Path) -> None:
    schema = {
        "type": "object",
        "properties": {
            "size": {"enum": ["small", "large"]},
            "count": {"type": "integer", "minimum": 1, "maximum": 9},
        },
        "required": ["size", "count"],
        "additionalProperties": False,
    }
    found, _ = ask(tmp_path, json_schema=schema, n=4, max_tokens=60)
    for answer in found.answers:
        said = json.loads(answer.text)
        assert set(said) == {"size", "count"}
        assert said["size"] in ("small", "large")
        assert 1 <= said["count"] <= 9
        assert answer.finish == "stop"
