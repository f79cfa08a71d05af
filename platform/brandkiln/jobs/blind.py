"""Two networks write for the same prompts, and people pick the better text without knowing whose it is."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from brandkiln.core.errors import Conflict, Unprocessable
from brandkiln.core.models import User
from brandkiln.jobs.models import BlindComparison, Checkpoint, Job, Verdict
from brandkiln.jobs.moves import State
from brandkiln.jobs.services import submit_job
from generators import registry
from generators.metrics.win_rate import WinRate, win_rate
from generators.params import Params

MOST_PROMPTS = 30
LONGEST_PROMPT = 2_000
PROMPTS = ("product", "opening")
"""The params that hold what a text is written for; a generator has one of them."""
COUNTS = ("variants", "count")
FIRST, SECOND, NEITHER = Verdict.Better.FIRST, Verdict.Better.SECOND, Verdict.Better.NEITHER
SIDES = (FIRST, SECOND)
PLACES = ("left", "right")
"""What a person says of a text; whose it is, only this module knows."""


@dataclass(frozen=True)
class Pair:
    """The two texts for a prompt, in the order in which a person sees them.

    Attributes:
        position: Of the prompt.
        texts: Each with what picks it: its place where it is yet to be judged, its network afterwards. Empty as long
            as one is being written.
        has_failed: Whether one of them could not be written.
    """

    position: int
    prompt: str
    texts: list[tuple[str, str]]
    has_failed: bool = False


@dataclass(frozen=True)
class Standing:
    """How a comparison stands: the win rate of the first network over all people, and who judged how much."""

    rate: WinRate | None
    wins: int
    losses: int
    draws: int
    people: int


def can_be_judged(generator: str) -> bool:
    """Return whether a generator writes texts for prompts."""
    spec = registry.specs().get(generator)
    return bool(spec and spec.modality == "text" and spec.sample and _named(spec.sample, PROMPTS))


def start_blind(
    *, first: Checkpoint, second: Checkpoint | None, prompts: Sequence[str], seed: int, actor: User | None
) -> BlindComparison:
    """Return a new comparison; a job for each prompt and network begins to write.

    Args:
        second: The other checkpoint of the same generator, or None for the network as it came.

    Raises:
        Unprocessable: If the two can't be compared, or there are no prompts or too many.
    """
    chosen = list(dict.fromkeys(prompt.strip() for prompt in prompts if prompt.strip()))
    _check(first, second, chosen)
    with transaction.atomic():
        row = BlindComparison.objects.create(
            workspace=first.workspace, project=first.project, generator=first.generator,
            first=first, second=second, prompts=chosen, requested_by=actor,
        )  # fmt: skip
        for position, prompt in enumerate(chosen):
            params = _params(first, prompt, seed + position)
            for side, checkpoint in zip(SIDES, (first, second), strict=True):
                submit_job(
                    workspace=row.workspace, project=row.project, requested_by=actor, kind=Job.Kind.COMPARE,
                    generator=row.generator, params=params, checkpoint=checkpoint,
                    idempotency_key=_key(row, position, side),
                )  # fmt: skip
    return row


def judge(*, row: BlindComparison, position: int, better: str, person: User) -> Verdict:
    """Keep what a person found better, "left", "right" or "neither"; each judges a pair once.

    Raises:
        Unprocessable: If there is no such pair or verdict, or its texts are not there yet.
        Conflict: If they judged it before.
    """
    if better not in (*PLACES, NEITHER) or not 0 <= position < len(row.prompts):
        raise Unprocessable(_("There is no such pair or verdict. Load the page again."))
    if not _pair(row, position, _jobs(row), person).texts:
        raise Unprocessable(_("The two texts are not written yet. Wait until both are there."))
    order = _order(row, position, person)
    made, is_new = Verdict.objects.get_or_create(
        comparison=row,
        position=position,
        person=person,
        defaults={"better": order[PLACES.index(better)] if better in PLACES else NEITHER},
    )
    if not is_new:
        raise Conflict(_("You have judged this pair already. Go on with the next one."))
    return made


def next_pair(row: BlindComparison, person: User) -> Pair | None:
    """Return the first pair that a person has not judged, those that are written first; None where all are judged."""
    judged = set(row.verdicts.filter(person=person).values_list("position", flat=True))
    jobs = _jobs(row)
    waiting = [
        _pair(row, position, jobs, person) for position in range(len(row.prompts)) if position not in judged
    ]
    open_pairs = [pair for pair in waiting if not pair.has_failed]
    return next((pair for pair in open_pairs if pair.texts), next(iter(open_pairs), None))


def judged_pairs(row: BlindComparison, person: User) -> list[tuple[Pair, str]]:
    """Return the pairs that a person has judged, the first network's text first, with what they found better."""
    jobs = _jobs(row)
    found = row.verdicts.filter(person=person).order_by("position")
    pairs = [(_pair(row, verdict.position, jobs, None), verdict.better) for verdict in found]
    return [(pair, better) for pair, better in pairs if pair.texts]


def standing(row: BlindComparison) -> Standing:
    """Return the win rate of the first network with its interval."""
    counts = Counter(row.verdicts.values_list("better", flat=True))
    wins, losses, draws = counts[FIRST], counts[SECOND], counts[NEITHER]
    people = row.verdicts.values("person").distinct().count()
    return Standing(win_rate(wins, losses, draws), wins, losses, draws, people)


def _check(first: Checkpoint, second: Checkpoint | None, prompts: Sequence[str]) -> None:
    spec = registry.specs().get(first.generator)
    if spec is None or not can_be_judged(first.generator):
        message = _("%(checkpoint)s writes no texts for prompts. Choose a checkpoint of a text generator.")
        raise Unprocessable(
            message % {"checkpoint": first}, fields={"first": message % {"checkpoint": first}}
        )
    if second is None and spec.needs.checkpoint:
        message = _("%(title)s knows nothing without training. Choose a second checkpoint.")
        raise Unprocessable(
            message % {"title": spec.title}, fields={"second": message % {"title": spec.title}}
        )
    if second is not None and (second.generator != first.generator or second.pk == first.pk):
        message = _("Choose another checkpoint of %(generator)s.") % {"generator": first.generator}
        raise Unprocessable(message, fields={"second": message})
    if not 1 <= len(prompts) <= MOST_PROMPTS or any(len(prompt) > LONGEST_PROMPT for prompt in prompts):
        message = _(
            "Give 1 to %(most)d prompts of up to %(longest)d characters, a line each; these are %(n)d."
        )
        said = message % {"most": MOST_PROMPTS, "longest": LONGEST_PROMPT, "n": len(prompts)}
        raise Unprocessable(said, fields={"prompts": said})


def _params(checkpoint: Checkpoint, prompt: str, seed: int) -> dict[str, Any]:
    """Return the params of one text for a prompt, in the format that the checkpoint learnt where it learnt one."""
    model = registry.get(checkpoint.generator).params_for("sample")
    params: dict[str, Any] = {_named(model, PROMPTS): prompt, "seed": seed}
    if count := _named(model, COUNTS):
        params[count] = 1
    learnt = checkpoint.card.get("config", {}).get("learn")
    form = model.model_fields.get("format")
    if form is not None and learnt in getattr(form.annotation, "__args__", ()):
        params["format"] = learnt
    return params


def _named(model: type[Params], names: Sequence[str]) -> str:
    return next((name for name in names if name in model.model_fields), "")


def _key(row: BlindComparison, position: int, side: str) -> str:
    return f"blind:{row.pk}:{position}:{side}"


def _jobs(row: BlindComparison) -> dict[str, Job]:
    found = Job.objects.filter(workspace=row.workspace_id, idempotency_key__startswith=f"blind:{row.pk}:")
    return {str(job.idempotency_key): job for job in found}


def _pair(row: BlindComparison, position: int, jobs: dict[str, Job], person: User | None) -> Pair:
    """Return a pair as a person sees it before the verdict, or with None as it is shown afterwards."""
    both = [jobs.get(_key(row, position, side)) for side in SIDES]
    has_failed = any(job is None or job.state in (State.FAILED, State.CANCELLED) for job in both)
    written = [job.result.get("texts") if job else None for job in both]
    texts = {side: str(text[0]) for side, text in zip(SIDES, written, strict=True) if text}
    if len(texts) < len(SIDES):
        return Pair(position, row.prompts[position], [], has_failed)
    if person is None:
        return Pair(position, row.prompts[position], [(texts[side], str(side)) for side in SIDES])
    seen = zip(_order(row, position, person), PLACES, strict=True)
    return Pair(position, row.prompts[position], [(texts[side], place) for side, place in seen])


def _order(row: BlindComparison, position: int, person: User) -> tuple[Verdict.Better, ...]:
    """Return whose text is left and whose is right: by chance, but the same whenever the person looks."""
    digest = hashlib.sha256(f"{row.pk}/{position}/{person.pk}".encode()).digest()
    return SIDES[::-1] if digest[0] & 1 else SIDES
