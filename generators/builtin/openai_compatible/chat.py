"""Answers of the remote network to a conversation."""

import json
from typing import Any

from generators.builtin.openai_compatible.wire import RemoteFailed, post, shorten
from generators.chat import Answer, Chat, ChatParams
from generators.checkpoint import Checkpoint
from generators.errors import BadParams
from generators.remote import Remote
from generators.run import Run

CHARACTERS_OF_A_TOKEN = 4
LONGEST_TOKEN = 64
"""Characters; an answer that is longer than its tokens could be is not what was asked for."""


def chat(checkpoint: Checkpoint | None, params: ChatParams, run: Run) -> Chat:
    """Return the answers; each is a request of its own and streams under its number.

    Raises:
        BadParams: If nothing is asked, or there is no connection.
        GeneratorError: If the server does not answer as it should.
    """
    run.report(0, 1, "Asking the remote network")
    if params.is_empty:
        raise BadParams("The conversation says nothing. Send at least one message with text.")
    remote = remote_of(run)
    answers, prompt_tokens = [], 0
    for number in range(params.n):
        answer, read = answer_of(remote, params, run, number)
        answers.append(answer)
        prompt_tokens += read
    run.report(params.n, params.n)
    return Chat(tuple(answers), prompt_tokens)


def remote_of(run: Run) -> Remote:
    """Return the run's connection.

    Raises:
        BadParams: If it has none.
    """
    if run.remote is None:
        raise BadParams(
            "There is no connection to a remote network. Choose one; on the command line, set BRANDKILN_REMOTE_URL and "
            "BRANDKILN_REMOTE_MODEL."
        )
    return run.remote


def answer_of(remote: Remote, params: ChatParams, run: Run, number: int) -> tuple[Answer, int]:
    """Return one answer, and the tokens that were read for it; it streams under its number."""
    pieces: list[str] = []
    used: dict[str, Any] = {}
    finish, length = "", 0

    def check() -> None:
        run.report(number, params.n, "Asking the remote network")

    for text in post(remote, _path(params), _body(remote, params, number), check=check):
        event = _parsed(text, remote)
        if isinstance(event.get("usage"), dict):
            used = event["usage"]
        piece, ended = _piece(event)
        if piece:
            piece = piece.replace("\0", "\ufffd")
            length += len(piece)
            if length > params.max_tokens * LONGEST_TOKEN:
                raise RemoteFailed(
                    f"The server wrote {length} characters where {params.max_tokens} tokens were asked for, so the "
                    "rest was not read."
                )
            pieces.append(piece)
            run.stream(piece, index=number)
        finish = ended or finish
    if not finish:
        raise RemoteFailed("The server ended its answer in the middle. Try again.")
    said = "".join(pieces)
    if params.json_schema is not None:
        _check_json(said)
    tokens = _count(used.get("completion_tokens"), params.max_tokens, said)
    asked = params.prompt + "".join(message.content for message in params.messages)
    read = _count(used.get("prompt_tokens"), len(asked) + 1_000, asked)
    return Answer(said, "length" if finish == "length" else "stop", tokens), read


def _path(params: ChatParams) -> str:
    return "/completions" if params.prompt else "/chat/completions"


def _body(remote: Remote, params: ChatParams, number: int) -> dict[str, Any]:
    body: dict[str, Any] = {
        "model": remote.model,
        "max_tokens": params.max_tokens,
        "temperature": params.temperature,
        "top_p": params.top_p,
        "seed": (params.seed + number) % 2**31,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if params.stop:
        body["stop"] = list(params.stop)
    if params.prompt:
        return body | {"prompt": params.prompt}
    if params.json_schema:
        schema = {"name": "answer", "schema": params.json_schema, "strict": True}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif params.json_schema is not None:
        body["response_format"] = {"type": "json_object"}
    return body | {"messages": [message.model_dump() for message in params.messages]}


def _parsed(text: str, remote: Remote) -> dict[str, Any]:
    try:
        event = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _no_answer(text, remote) from error
    if not isinstance(event, dict):
        raise _no_answer(text, remote)
    if "error" in event:
        fault = event["error"]
        said = fault.get("message", "") if isinstance(fault, dict) else fault
        raise RemoteFailed(f'The server gave up: "{shorten(said, remote)}".')
    if not isinstance(event.get("choices", []), list):
        raise _no_answer(text, remote)
    return event


def _piece(event: dict[str, Any]) -> tuple[str, str]:
    """Return the text of an event and why it ends, "" where it goes on."""
    choice = next(iter(event.get("choices", [])), None)
    if not isinstance(choice, dict):
        return "", ""
    said = choice.get("delta") or choice.get("message") or {}
    text = said.get("content") if isinstance(said, dict) else None
    text = choice.get("text") if text is None else text
    return (text if isinstance(text, str) else ""), str(choice.get("finish_reason") or "")


def _check_json(text: str) -> None:
    try:
        json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RemoteFailed(
            f"The server was asked for JSON and sent something else ({error}). Use one that constrains its answers, or "
            "raise max_tokens."
        ) from error


def _count(told: object, most: int, text: str) -> int:
    """Return the tokens that a server says it used, or an estimate where it says nothing that can be true."""
    if isinstance(told, int) and not isinstance(told, bool) and 0 <= told <= most:
        return told
    return len(text) // CHARACTERS_OF_A_TOKEN + 1


def _no_answer(text: str, remote: Remote) -> RemoteFailed:
    return RemoteFailed(
        f'The server sent "{shorten(text, remote, 80)}", which is no answer of OpenAI\'s API. Check the address.'
    )
