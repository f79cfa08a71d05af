"""Texts about a product: several candidates for each variant, checked against the facts, of which the best is kept."""

import os
from collections.abc import Iterator

from generators.blank import says_a_word
from generators.builtin.text_lm.drafts import Draft, Drafts
from generators.builtin.text_lm.language import name_of
from generators.builtin.text_lm.language_model import BUILT_IN, LanguageModel, load, model_folder
from generators.builtin.text_lm.orders import without_orders
from generators.builtin.text_lm.spec import SampleParams
from generators.builtin.text_lm.tuning import Tuning
from generators.checkpoint import Checkpoint
from generators.errors import BadParams, GeneratorError
from generators.run import Notice, Run, Sample

_ROUNDS = 3
"""How many times candidates may be written for a variant."""


_UNCHANGED = Notice(
    "unchanged",
    "The text came back as it was: no rule makes it what was asked for.",
    "Change it by hand, or set grounding to numbers to have the network write it.",
)


def sample(checkpoint: Checkpoint | None, params: SampleParams, run: Run) -> Iterator[Sample]:
    """Yield the best candidate of each variant; the first one streams before, under the variant's number.

    Raises:
        GeneratorError: If the facts do not fit the network, or no text kept the rules.
    """
    run.report(0, 1, "Loading the language model")
    params = _facts_only(params, run)
    language_model = load(model_folder(), run.device, tuning=Tuning.of(checkpoint))
    drafts = Drafts.prepare(language_model, params, run, config=checkpoint.config if checkpoint else {})
    _warn(drafts, run)
    if language_model.back_end != BUILT_IN or language_model.back_end_note:
        run.log(f"Texts are read by: {language_model.back_end}. {language_model.back_end_note}".strip())
    written = drafts.write(range(params.variants), round_number=0)
    chosen: list[Draft] = []
    for variant in range(params.variants):
        draft = _chosen(drafts, variant, written[variant], chosen)
        if draft is None:
            run.log(f"Variant {variant + 1}: no text is new, whole and supported.")
            continue
        if not any(_language_found(one) for one in chosen):
            _warn_of_language(draft, drafts.language, run)
        if drafts.form.is_composed and not chosen and draft.piece.prose == " ".join(params.source.split()):
            run.notice(_UNCHANGED)
        chosen.append(draft)
        yield _sample(draft, params, drafts.language, language_model)
    if not chosen:
        raise GeneratorError(
            f"None of {_ROUNDS * drafts.per_variant * params.variants} texts was whole and kept the rules. Give more "
            "facts, shorten the product name, take back required terms, or raise the temperature."
        )
    run.report(100, 100)


def _facts_only(params: SampleParams, run: Run) -> SampleParams:
    """Return the params without orders to the writer among the facts; a notice quotes them.

    Raises:
        BadParams: If nothing else is there.
    """
    facts, orders = without_orders(params.product)
    if not orders:
        return params
    if not says_a_word(facts):
        raise BadParams(
            f'The facts hold nothing but an order to the writer: "{orders[0][:120]}". Say what the product is.'
        )
    values: dict[str, int | float | str] = {"said": orders[0][:120]}
    run.notice(
        Notice(
            "order_in_facts",
            f'The facts hold an order to the writer, which was left out: "{values["said"]}".',
            "Take it out of the facts; if it was meant as one, say it in other words.",
            values=values,
        )
    )
    return params.model_copy(update={"product": facts})


def _chosen(drafts: Drafts, variant: int, found: list[Draft], before: list[Draft]) -> Draft | None:
    """Return the best draft of a variant; where none is new, supported and free of repeats, bolder ones are written."""
    taken = {draft.piece.prose.lower() for draft in before}
    others = [draft.piece.prose for draft in before]
    params = drafts.params
    for round_number in range(_ROUNDS):
        if round_number:
            found = [*found, *drafts.write([variant], round_number=round_number)[variant]]
        new = [
            draft for draft in found if draft.piece.prose.lower() not in taken and not draft.piece.is_flawed
        ]
        supported = [draft for draft in new if params.unsupported == "mark" or not _unsupported(draft)]
        if clean := [draft for draft in supported if not draft.repeats]:
            return drafts.best(clean, others, written=len(found))
    left = supported if supported or params.unsupported == "drop" else new
    return drafts.best(left, others, written=len(found)) if left else None


def _unsupported(draft: Draft) -> bool:
    """Return whether a draft says what it should not; its language does not change when it is written again."""
    return any(finding.kind != "language" for finding in draft.findings)


def _sample(draft: Draft, params: SampleParams, language: str, reader: LanguageModel) -> Sample:
    text = draft.piece.text
    return Sample(
        media_type="text/plain",
        text=text,
        seed=params.seed,
        name=f"{params.format}-{draft.variant + 1}",
        meta={
            "variant": draft.variant,
            "tokens": draft.tokens,
            "characters": len(text),
            "format": params.format,
            "language": language,
            "parts": draft.piece.as_json(draft.findings_by_part),
            "findings": len(draft.findings),
            "scores": draft.scores,
            "candidates": draft.written,
            "put_together": draft.piece.form.is_composed,
        }
        | (
            {}
            if reader.back_end == BUILT_IN
            else {"back_end": reader.back_end, "back_end_why": reader.back_end_note}
        ),
    )


def _language_found(draft: Draft) -> str:
    """Return the language that a draft is in where that is not the one asked for; else ""."""
    return next((finding.why for finding in draft.findings if finding.kind == "language"), "")


def _warn_of_language(draft: Draft, asked: str, run: Run) -> None:
    if found := _language_found(draft):
        names: dict[str, int | float | str] = {"asked": name_of(asked), "written": name_of(found)}
        run.notice(
            Notice(
                "wrong_language",
                f"Asked for {names['asked']}, written in {names['written']}: this network does not write "
                f"{names['asked']}.",
                "Ask your admin to set another network (BRANDKILN_TEXT_LM), or choose a connection to a remote one.",
                values=names,
            )
        )


def _warn(drafts: Drafts, run: Run) -> None:
    language = drafts.language
    if drafts.form.is_holding:
        run.notice(
            Notice(
                "no_answer",
                "The product facts do not say what the message asks, so the reply only promises an answer.",
                "Add the answer to the product facts and write it again, or change the reply by hand.",
            )
        )
    if language != "en" and not drafts.form.is_composed and not os.environ.get("BRANDKILN_TEXT_LM"):
        run.notice(
            Notice(
                "weak_language",
                f"The packaged network writes English; in {name_of(language)} its texts are not usable.",
                "Ask your admin to set another network (BRANDKILN_TEXT_LM).",
                values={"language": name_of(language)},
            )
        )
