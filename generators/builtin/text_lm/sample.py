"""Texts about a product."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from generators.builtin.text_lm.decode import ROWS, Decoding, decode
from generators.builtin.text_lm.facts import product_name
from generators.builtin.text_lm.formats import FORMATS, Format
from generators.builtin.text_lm.guard import Guard
from generators.builtin.text_lm.language_model import LanguageModel, load, model_folder
from generators.builtin.text_lm.lexicon import ENGLISH
from generators.builtin.text_lm.polish import is_headline, polish, polish_headline
from generators.builtin.text_lm.prompt import check_length, conversation, encode_chat
from generators.builtin.text_lm.reply import Reply
from generators.builtin.text_lm.spec import SampleParams
from generators.builtin.text_lm.tuning import Tuning
from generators.checkpoint import Checkpoint
from generators.errors import GeneratorError
from generators.run import Run, Sample

_ROUNDS = 4
"""How many batches of candidates a headline may take."""
_BOLDER = 0.25
"""How much the temperature rises from one batch of candidates to the next."""


def sample(checkpoint: Checkpoint | None, params: SampleParams, run: Run) -> Iterator[Sample]:
    """Yield each variant as it is finished; its text streams before, under the variant's number."""
    run.report(0, 1, "Loading the language model")
    language_model = load(model_folder(), run.device, tuning=Tuning.of(checkpoint))
    writer = Writer.prepare(language_model, params, run, config=checkpoint.config if checkpoint else {})
    if writer.format.max_characters is None:
        yield from _texts(writer)
    else:
        yield from _headlines(writer, writer.format.max_characters)


@dataclass(frozen=True, slots=True)
class Writer:
    """What all variants of a job have in common."""

    language_model: LanguageModel
    params: SampleParams
    run: Run
    format: Format
    prompt: list[int]
    guard: Guard
    decoding: Decoding

    @classmethod
    def prepare(
        cls, language_model: LanguageModel, params: SampleParams, run: Run, *, config: dict[str, Any]
    ) -> "Writer":
        """Return the writer of a job; refuse a prompt that is too long.

        Args:
            config: What the checkpoint was trained for; empty for the language model as it came.
        """
        is_learnt = config.get("learn") == params.format
        form = FORMATS[params.format].learnt() if is_learnt else FORMATS[params.format]
        prompt = encode_chat(language_model, conversation(form, params, is_learnt=is_learnt))
        check_length(language_model, prompt, form.max_tokens)
        plain = params.grounding == "words" and params.language == "en"
        guard = Guard(
            language_model.vocabulary,
            f"{params.product}\n{params.brand_voice}" if params.grounding != "off" else None,
            never=form.never,
            max_characters=form.max_characters,
            words=ENGLISH.union(config.get("house_words", ())) if plain else None,
            device=language_model.device,
        )
        decoding = Decoding(
            temperature=params.temperature, top_p=params.top_p, repetition_penalty=form.repetition_penalty
        )
        return cls(language_model, params, run, form, prompt, guard, decoding)

    def write(
        self, seeds: list[str], variants: list[int], *, streaming: bool, decoding: Decoding | None = None
    ) -> list[Reply]:
        """Return one reply per seed, streaming them under the variants' numbers if wished."""
        first, total = variants[0], self.params.variants
        name = product_name(self.params.product) if self.params.language == "en" else ""
        by_variant = [self.format.about(name, variant) for variant in variants]
        forms = by_variant if len(variants) == len(seeds) else by_variant * len(seeds)
        steps = max(form.max_tokens for form in forms)

        def show(row: int, text: str) -> None:
            if streaming:
                self.run.stream(text, index=variants[row])

        def report(step: int) -> None:
            share = min(step / steps, 1) * len(variants)
            self.run.report(
                round(100 * (first + share)), 100 * total, f"Writing variant {first + 1} of {total}"
            )

        return decode(
            self.language_model,
            self.prompt,
            forms,
            seeds,
            self.guard,
            decoding or self.decoding,
            on_text=show,
            on_step=report,
        )

    def sample(self, variant: int, text: str, reply: Reply) -> Sample:
        """Return a variant's text with what is known about it."""
        return Sample(
            media_type="text/plain",
            text=text,
            seed=self.params.seed,
            name=f"{self.params.format}-{variant + 1}",
            meta={"variant": variant, "tokens": len(reply.ids), "characters": len(text)},
        )


def _texts(writer: Writer) -> Iterator[Sample]:
    variants = list(range(writer.params.variants))
    for start in range(0, len(variants), ROWS):
        batch = variants[start : start + ROWS]
        seeds = [f"{writer.params.seed}/{variant}" for variant in batch]
        for variant, reply in zip(batch, writer.write(seeds, batch, streaming=True), strict=True):
            yield writer.sample(variant, polish(reply.text, cuts=reply.cuts), reply)
    writer.run.report(100 * len(variants), 100 * len(variants))


def _headlines(writer: Writer, max_characters: int) -> Iterator[Sample]:
    """Yield the most fluent candidate of each variant that is a headline and was not taken by one before."""
    taken: set[str] = set()
    for variant in range(writer.params.variants):
        found = _headline(writer, variant, max_characters, taken)
        if found is None:
            writer.run.log(
                f"Variant {variant + 1}: no new headline within {max_characters} characters was found."
            )
            continue
        text, reply = found
        taken.add(text.lower())
        writer.run.stream(text, index=variant)
        yield writer.sample(variant, text, reply)
    if not taken:
        raise GeneratorError(
            f"None of {_ROUNDS * ROWS} candidates was a headline within {max_characters} characters. Shorten the "
            "product name in the facts, or raise the temperature."
        )
    writer.run.report(100 * writer.params.variants, 100 * writer.params.variants)


def _headline(writer: Writer, variant: int, max_characters: int, taken: set[str]) -> tuple[str, Reply] | None:
    for attempt in range(_ROUNDS):
        seeds = [f"{writer.params.seed}/{variant}/{attempt}/{row}" for row in range(ROWS)]
        decoding = replace(writer.decoding, temperature=writer.decoding.temperature + _BOLDER * attempt)
        replies = writer.write(seeds, [variant], streaming=False, decoding=decoding)
        candidates = [(polish_headline(reply.text), reply) for reply in replies if not reply.cuts]
        usable = [
            (text, reply)
            for text, reply in candidates
            if is_headline(text, max_characters) and text.lower() not in taken
        ]
        if usable:
            return max(usable, key=lambda candidate: candidate[1].fluency)
    return None
