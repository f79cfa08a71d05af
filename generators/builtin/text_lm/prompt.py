"""The prompt as tokens: instructions from the format, facts from the user, kept apart."""

from collections.abc import Sequence
from dataclasses import replace

from generators.builtin.text_lm.formats import Format
from generators.builtin.text_lm.language import name_of
from generators.builtin.text_lm.language_model import LanguageModel
from generators.builtin.text_lm.spec import SampleParams
from generators.errors import GeneratorError

Message = tuple[str, str]
"""Role and content."""

# Characters of a private-use area stand for the contents while the chat template is rendered.
_MARKS = "\ue0f0{}\ue0f1"


def conversation(
    form: Format, params: SampleParams, language: str, *, is_learnt: bool = False
) -> list[Message]:
    """Return instructions, worked examples and the request with the product facts, as data.

    Args:
        language: What the text is written in.
        is_learnt: Whether the network was trained to write this format, which takes the place of examples.
    """
    task = form.task
    for name, text in (
        ("Brand voice", params.brand_voice),
        ("Readers", params.audience),
        ("Tone", params.tone),
    ):
        if text.strip() and text != "neutral":
            task += f" {name}: {text.strip()}"
    if language != "en":
        task += f" Write in {name_of(language)}."
    given = params.product
    if params.source and "source" in form.uses:
        given += f"\n\n{'Message' if form.name == 'customer_reply' else 'Text'}: {params.source}"
    if language != "en" or is_learnt:
        return request_alone(replace(form, task=task), given)
    shown: list[Message] = []
    for facts, texts in form.examples:
        shown += [("user", _request(facts, form)), ("assistant", form.written(texts))]
    return [("system", task), *shown, ("user", _request(given, form))]


def request_alone(form: Format, facts: str) -> list[Message]:
    """Return instructions and the request without examples: what a network is trained with."""
    return [("system", form.task), ("user", _request(facts, form))]


def _request(facts: str, form: Format) -> str:
    return f"{facts}\n\n{form.request}"


def encode_chat(language_model: LanguageModel, messages: Sequence[Message]) -> list[int]:
    """Return the tokens of a conversation up to where the reply begins.

    The chat template is rendered with marks in place of the contents and split there: its own parts become
    control tokens, while the contents are encoded as plain text, whatever they hold.
    """
    tokenizer = language_model.tokenizer
    marks = [_MARKS.format(index) for index in range(len(messages))]
    if tokenizer.chat_template:
        turns = [{"role": role, "content": mark} for (role, _), mark in zip(messages, marks, strict=True)]
        template = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
    else:
        template = (tokenizer.bos_token or "") + "\n\n".join(marks) + "\n\n"
    ids: list[int] = []
    for mark, (_, content) in zip(marks, messages, strict=True):
        before, found, template = template.partition(mark)
        if not found:
            raise GeneratorError(
                f"The chat template in {language_model.folder} leaves out a message or changes their order. "
                "Use a network whose template takes system, user and assistant messages."
            )
        ids += tokenizer(before, add_special_tokens=False)["input_ids"] + language_model.encode(content)
    ids += tokenizer(template, add_special_tokens=False)["input_ids"]
    return ids


def check_length(language_model: LanguageModel, prompt: Sequence[int], max_tokens: int) -> None:
    """Raise GeneratorError where prompt and reply do not fit the network's context together."""
    limit = language_model.context_length - max_tokens
    if len(prompt) > limit:
        raise GeneratorError(
            f"The prompt has {len(prompt)} tokens; the network takes {limit} beside a reply of up to {max_tokens}. "
            f"Shorten the product facts or the brand voice by about {len(prompt) - limit} tokens."
        )
