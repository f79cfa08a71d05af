"""Answers as clients of OpenAI's API read them: whole, and piece by piece."""

import json
from array import array
from base64 import b64decode
from dataclasses import dataclass
from typing import Any

from brandkiln.jobs.models import Job


@dataclass(frozen=True)
class TextShape:
    """How one of the two text endpoints spells its answers."""

    prefix: str
    whole_object: str
    piece_object: str
    is_chat: bool

    def head(self, job: Job, model: str, kind: str) -> dict[str, Any]:
        """Return what every answer and every piece begins with."""
        return {
            "id": f"{self.prefix}{job.pk.hex}",
            "object": kind,
            "created": int(job.created_at.timestamp()),
            "model": model,
            "system_fingerprint": f"{job.generator}-{job.generator_version}",
        }

    def whole(self, job: Job, model: str) -> dict[str, Any]:
        """Return the answer of a job that succeeded."""
        choices = []
        for number, answer in enumerate(job.result["answers"]):
            said: dict[str, Any] = {"text": answer["text"]}
            if self.is_chat:
                said = {"message": {"role": "assistant", "content": answer["text"], "refusal": None}}
            choices.append({"index": number, **said, "logprobs": None, "finish_reason": answer["finish"]})
        return {**self.head(job, model, self.whole_object), "choices": choices, "usage": usage(job)}

    def begin(self, job: Job, model: str, number: int) -> dict[str, Any]:
        """Return the piece that names the speaker; chats only."""
        return self._piece(job, model, number, {"role": "assistant", "content": ""}, None)

    def piece(self, job: Job, model: str, number: int, text: str) -> dict[str, Any]:
        """Return the next piece of an answer."""
        return self._piece(job, model, number, {"content": text}, None)

    def end(self, job: Job, model: str, number: int) -> dict[str, Any]:
        """Return the last piece of an answer, which says why it ended."""
        return self._piece(job, model, number, {}, job.result["answers"][number]["finish"])

    def used(self, job: Job, model: str) -> dict[str, Any]:
        """Return the piece that says how many tokens were used."""
        return {**self.head(job, model, self.piece_object), "choices": [], "usage": usage(job)}

    def _piece(
        self, job: Job, model: str, number: int, delta: dict[str, str], finish: str | None
    ) -> dict[str, Any]:
        said = {"delta": delta} if self.is_chat else {"text": delta.get("content", "")}
        choice = {"index": number, **said, "logprobs": None, "finish_reason": finish}
        return {**self.head(job, model, self.piece_object), "choices": [choice]}


CHAT = TextShape("chatcmpl-", "chat.completion", "chat.completion.chunk", is_chat=True)
COMPLETION = TextShape("cmpl-", "text_completion", "text_completion", is_chat=False)


def usage(job: Job) -> dict[str, int]:
    """Return the tokens that were read and written."""
    read = int(job.result["prompt_tokens"])
    written = sum(int(answer["tokens"]) for answer in job.result["answers"])
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


def embeddings(job: Job, model: str, *, as_base64: bool) -> dict[str, Any]:
    """Return the vectors of a job that succeeded."""
    tokens = int(job.result["tokens"])
    data = [
        {
            "object": "embedding",
            "index": number,
            "embedding": vector if as_base64 else array("f", b64decode(vector)).tolist(),
        }
        for number, vector in enumerate(job.result["vectors"])
    ]
    used = {"prompt_tokens": tokens, "total_tokens": tokens}
    return {"object": "list", "data": data, "model": model, "usage": used}


def event(body: dict[str, Any] | str) -> bytes:
    """Return one server-sent event."""
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return f"data: {text}\n\n".encode()
