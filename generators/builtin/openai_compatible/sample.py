"""Texts about a product, written by the remote network."""

from collections.abc import Iterator

from generators.blank import says_something
from generators.builtin.openai_compatible.chat import answer_of, remote_of
from generators.builtin.openai_compatible.spec import SampleParams
from generators.chat import ChatParams, Message
from generators.checkpoint import Checkpoint
from generators.errors import GeneratorError
from generators.run import Run, Sample


def sample(checkpoint: Checkpoint | None, params: SampleParams, run: Run) -> Iterator[Sample]:
    """Yield each variant as it is finished; its text streams before, under the variant's number."""
    run.report(0, params.variants, "Asking the remote network")
    remote = remote_of(run)
    asked = ChatParams(
        messages=_messages(params),
        n=params.variants,
        max_tokens=params.max_tokens,
        temperature=params.temperature,
        top_p=params.top_p,
        seed=params.seed,
    )
    for variant in range(params.variants):
        answer, read = answer_of(remote, asked, run, variant)
        text = answer.text.strip()
        if not says_something(text):
            raise GeneratorError("The remote network wrote nothing. Change the task, or raise max_tokens.")
        yield Sample(
            media_type="text/plain",
            text=text,
            seed=params.seed,
            name=f"remote-{variant + 1}",
            meta={
                "variant": variant,
                "model": remote.model,
                "tokens": answer.tokens,
                "prompt_tokens": read,
                "characters": len(text),
                "prompt": [message.model_dump() for message in asked.messages],
            },
        )
    run.report(params.variants, params.variants)


def _messages(params: SampleParams) -> tuple[Message, ...]:
    task = params.task
    if params.brand_voice.strip():
        task += f" Brand voice: {params.brand_voice.strip()}"
    return Message(role="system", content=task), Message(role="user", content=params.product)
