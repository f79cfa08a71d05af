"""Candidates for the variants of a job: written under rules, taken apart, checked and scored."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import Any

from generators.builtin.text_lm.decoding.requests import Completion, Request
from generators.builtin.text_lm.decoding.writing import write_each
from generators.builtin.text_lm.facts import product_name
from generators.builtin.text_lm.fingerprints import Fingerprints
from generators.builtin.text_lm.formats import FORMATS, Format
from generators.builtin.text_lm.formats.fitting import fitted
from generators.builtin.text_lm.formats.labels import labelled
from generators.builtin.text_lm.language import language_of, wrongly_in
from generators.builtin.text_lm.language_model import LanguageModel
from generators.builtin.text_lm.lexicon import ENGLISH
from generators.builtin.text_lm.parts import Piece, taken_apart
from generators.builtin.text_lm.prompt import check_length, conversation, encode_chat
from generators.builtin.text_lm.ranking import House, scores
from generators.builtin.text_lm.rules.grammar import grammar
from generators.builtin.text_lm.rules.keeping import Preferences, Rules, matcher_of
from generators.builtin.text_lm.rules.wording import Wording
from generators.builtin.text_lm.slips import mistaken_for, says_twice
from generators.builtin.text_lm.spec import SampleParams
from generators.builtin.text_lm.truth.check import Facts, Finding
from generators.errors import GeneratorError
from generators.run import Run

_BOLDER = 0.25
"""How much the temperature rises from one round of candidates to the next."""
_FIRST_ROUND = 90  # of a hundred steps of progress


@dataclass(slots=True)
class Draft:
    """A candidate.

    Attributes:
        fluency: Mean log-probability of its tokens, in nats.
        findings_by_part: What each part says without support.
        repeats: Whether a part says the same again, or that the product is what it has.
        scores: By name; empty until it is chosen.
        written: How many candidates it was chosen from.
    """

    variant: int
    piece: Piece
    tokens: int
    fluency: float
    findings_by_part: list[list[Finding]]
    repeats: bool = False
    scores: dict[str, float] = field(default_factory=dict)
    written: int = 1

    @property
    def findings(self) -> list[Finding]:
        """What the whole says without support."""
        return list(chain.from_iterable(self.findings_by_part))


class Drafts:
    """What all candidates of a job have in common; see `prepare`."""

    def __init__(
        self, language_model: LanguageModel, params: SampleParams, run: Run, *, form: Format, language: str,
        prompt: list[int], house: House,
    ) -> None:  # fmt: skip
        self.language_model, self.params, self.run = language_model, params, run
        self.form, self.language, self._prompt = form, language, prompt
        self.per_variant = params.candidates * form.candidates
        self._name, self._house = house.name, house
        self._matchers: dict[str, Any] = {}
        self._done = 0
        self._all = params.variants * self.per_variant

    @classmethod
    def prepare(
        cls, language_model: LanguageModel, params: SampleParams, run: Run, *, config: dict[str, Any]
    ) -> "Drafts":
        """Return the drafts of a job; refuse a prompt that is too long.

        Args:
            config: What the checkpoint was trained for; empty for the language model as it came.
        """
        params = _in_plain_text(params, language_model.tokenizer.all_special_tokens)
        language = (
            language_of(params.source or params.product) if params.language == "auto" else params.language
        )
        is_learnt = config.get("learn") == params.format
        plain = FORMATS[params.format].learnt() if is_learnt else FORMATS[params.format]
        form = labelled(fitted(plain, params, language, is_trained=bool(config)), language).keeping(
            params.locked
        )
        never = "".join(c for c in form.never if not any(c in term for term in params.required_terms))
        form = replace(form, never=never)
        prompt = encode_chat(language_model, conversation(form, params, language, is_learnt=is_learnt))
        check_length(language_model, prompt, form.max_tokens)
        house = House(
            product_name(params.product),
            params.required_terms,
            frozenset(config.get("house_words", ())),
            Fingerprints.read(config.get("fingerprints", "")),
        )
        return cls(language_model, params, run, form=form, language=language, prompt=prompt, house=house)

    def write(self, variants: Iterable[int], *, round_number: int) -> dict[int, list[Draft]]:
        """Return the candidates of each variant that are complete."""
        forms = {variant: self._form(variant) for variant in variants}
        found: dict[int, list[Draft]] = {variant: [] for variant in forms}
        asked = [
            (variant, number)
            for variant, form in forms.items()
            for number in range(self._candidates(form, round_number))
        ]
        requests = (self._request(forms[v], v, number, round_number) for v, number in asked)
        for index, completion in write_each(self.language_model, requests, check=self._report):
            variant = asked[index][0]
            self._done += 1
            if draft := self._draft(forms[variant], variant, completion):
                found[variant].append(draft)
        return found

    def best(self, drafts: Sequence[Draft], others: Sequence[str], *, written: int) -> Draft:
        """Return the draft with the highest score.

        Args:
            others: Texts that it should not resemble, beside the worked examples.
            written: How many candidates there were in all.
        """
        shown = ["\n".join(texts) for _, texts in self.form.examples]
        source = [self.params.source] if self.form.name == "variations" else []
        for draft in drafts:
            draft.written = written
            draft.scores = scores(
                draft.piece.prose, findings=draft.findings, facts=self.facts, house=self._house,
                fluency=draft.fluency, others=[*shown, *source, *others],
            )  # fmt: skip
        return max(drafts, key=lambda draft: draft.scores["total"])

    @cached_property
    def facts(self) -> Facts:
        """What the texts are checked against; what is summed up, translated or cut counts as well."""
        params = self.params
        keeps = self.form.name in {"summary", "translation"} or self.form.is_composed
        text = f"{params.product}\n{params.source}" if keeps else params.product
        return Facts.of(
            text,
            also=" ".join((params.brand_voice, params.source, *params.required_terms)),
            language=self.language,
            proven=(*params.proven_claims, *params.required_terms),
        )

    @cached_property
    def _barred(self) -> tuple[str, ...]:
        """What no text says: banned terms, and superlatives of the facts that nothing proves."""
        return (*self.params.banned_terms, *dict.fromkeys(self.facts.unproven))

    @cached_property
    def _wording(self) -> Wording:
        params = self.params
        given = f"{params.product}\n{params.brand_voice}\n{params.source}".strip()
        if params.grounding == "words" and self.language == "en":
            return Wording.plain(
                given,
                ENGLISH | self._house.words,
                phrases=params.required_terms,
                banned=[term for term in self._barred if " " not in term],
            )
        return Wording.free(
            given if params.grounding != "off" else None, self.language, never=self.form.never
        )

    @cached_property
    def _preferences(self) -> Preferences:
        easy = max(part.easy for part in self.form.parts)
        return Preferences(
            self.language_model, self._wording, easy=easy, required=self.params.required_terms,
            banned=self._barred, max_tokens=self.form.max_tokens,
        )  # fmt: skip

    def _candidates(self, form: Format, round_number: int) -> int:
        """Return how many are written of a form; a text that is settled would come out the same each time."""
        return int(round_number == 0) if form.is_settled else self.per_variant

    def _form(self, variant: int) -> Format:
        return self.form.about(self._name if self.language == "en" else "", variant)

    def _request(self, form: Format, variant: int, number: int, round_number: int) -> Request:
        key = repr([(part.openings, part.after, part.choices) for part in form.parts])
        if key not in self._matchers:
            rules = grammar(form, self._wording, required=self.params.required_terms)
            self._matchers[key] = matcher_of(self.language_model, rules)
        streams = number == 0 and round_number == 0
        return Request(
            prompt=self._prompt,
            max_tokens=form.max_tokens,
            seed=f"{self.params.seed}/{variant}/{round_number}/{number}",
            temperature=self.params.temperature + _BOLDER * round_number,
            top_p=self.params.top_p,
            repetition_penalty=form.repetition_penalty,
            constraint=Rules(self._matchers[key].deep_copy(), self._preferences),
            on_text=(lambda text: self.run.stream(text, index=variant)) if streams else None,
            urgent=True,
        )

    def _draft(self, form: Format, variant: int, completion: Completion) -> Draft | None:
        piece = taken_apart(form, completion.text) if completion.finish == "stop" else None
        if piece is None:
            return None
        required = self.params.required_terms
        findings = [self.facts.findings(text, banned=self.params.banned_terms) for text in piece.parts]
        missing = [
            one for one in self.facts.findings(piece.prose, required=required) if one.kind == "required"
        ]
        findings[0] += missing
        if wrong := wrongly_in(piece.prose, self.language):
            for part, text, found in zip(form.parts, piece.parts, findings, strict=True):
                found += [] if part.kept else [Finding("language", text, 0, len(text), wrong)]
        repeats = not form.is_composed and (
            any(says_twice(text, self._name) for text in piece.parts)
            or bool(self.language == "en" and mistaken_for(piece.prose, self.params.product))
        )
        return Draft(variant, piece, len(completion.ids), completion.fluency, findings, repeats)

    def _report(self) -> None:
        share = min(1.0, self._done / self._all)
        total = self.params.variants
        number = min(total, int(share * total) + 1)
        self.run.report(int(_FIRST_ROUND * share), 100, f"Writing variant {number} of {total}")


def _in_plain_text(params: SampleParams, controls: Sequence[str]) -> SampleParams:
    """Return params whose given texts name no control token: a grammar could only say it as the token itself.

    Raises:
        GeneratorError: If a text that has to be said word for word names one.
    """
    for term in (*params.required_terms, *params.locked):
        if found := next((name for name in controls if name in term), ""):
            raise GeneratorError(
                f'"{found}" is a control token of the language model and cannot be said in a text. Take it out of the '
                "kept parts and required terms."
            )
    named = re.compile("|".join(map(re.escape, sorted(controls, key=len, reverse=True))) or r"(?!)")
    given = {name: getattr(params, name) for name in ("product", "source", "brand_voice")}
    plain = {name: named.sub(" ", text) for name, text in given.items()}
    return params if plain == given else params.model_copy(update=plain)
