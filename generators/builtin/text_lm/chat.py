"""Answers to chats, and continued texts: the network as it is, without a format's rules."""

from collections.abc import Callable
from functools import partial

from generators.builtin.text_lm.decoding.requests import Completion, Request
from generators.builtin.text_lm.decoding.writing import write_each
from generators.builtin.text_lm.language_model import LanguageModel, load, model_folder
from generators.builtin.text_lm.prompt import encode_chat
from generators.builtin.text_lm.schema import KeepsSchema, schema_grammar
from generators.builtin.text_lm.tuning import Tuning
from generators.chat import Answer, Chat, ChatParams
from generators.checkpoint import Checkpoint
from generators.errors import BadParams
from generators.run import Run


class ContextTooLong(BadParams):
    """The conversation and its answer do not fit the network's context."""

    code = "context_length"


def chat(checkpoint: Checkpoint | None, params: ChatParams, run: Run) -> Chat:
    """Return the answers; each streams before, under its number.

    Raises:
        BadParams: If nothing is asked, or prompt and answer are longer than the network's context.
    """
    run.report(0, 1, "Loading the language model")
    if params.is_empty:
        raise BadParams("The conversation says nothing. Send at least one message with text.")
    language_model = load(model_folder(), run.device, tuning=Tuning.of(checkpoint))
    prompt = _encoded(language_model, params)
    _check_context(language_model, prompt, params.max_tokens)
    most, written = params.max_tokens * params.n, 0

    def say(text: str, number: int) -> None:
        nonlocal written
        written += 1
        run.stream(text, index=number)

    def check() -> None:
        run.report(min(written, most), most, "Writing")

    grammar = None if params.json_schema is None else schema_grammar(params.json_schema)
    requests = [
        _request(language_model, prompt, params, partial(say, number=number), number, grammar)
        for number in range(params.n)
    ]
    found = dict(write_each(language_model, requests, check=check))
    return Chat(
        tuple(_answer(found[number], language_model) for number in range(params.n)), prompt_tokens=len(prompt)
    )


def _request(
    language_model: LanguageModel,
    prompt: list[int],
    params: ChatParams,
    say: Callable[[str], None],
    number: int,
    grammar: str | None,
) -> Request:
    return Request(
        prompt=prompt,
        max_tokens=params.max_tokens,
        seed=f"{params.seed}/{number}",
        temperature=params.temperature,
        top_p=params.top_p,
        stops=params.stop,
        constraint=None if grammar is None else KeepsSchema(language_model, grammar),
        on_text=say,
        urgent=True,
    )


def _answer(completion: Completion, language_model: LanguageModel) -> Answer:
    ids = completion.ids
    ended = bool(ids) and ids[-1] in language_model.vocabulary.end_ids
    return Answer(completion.text, completion.finish, tokens=len(ids) - ended)


def _encoded(language_model: LanguageModel, params: ChatParams) -> list[int]:
    if params.messages:
        return encode_chat(language_model, [(turn.role, turn.content) for turn in params.messages])
    return [language_model.start_id, *language_model.encode(params.prompt)]


def _check_context(language_model: LanguageModel, prompt: list[int], max_tokens: int) -> None:
    room = language_model.context_length
    if len(prompt) + max_tokens > room:
        raise ContextTooLong(
            f"The conversation has {len(prompt)} tokens and its answer may have {max_tokens}; this network's context "
            f"holds {room} together. Shorten the conversation, or lower max_tokens."
        )
