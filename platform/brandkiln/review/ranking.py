"""The ranker: learns from a workspace's decisions which pieces are likely to be approved, and says why it thinks so.

It is a logistic regression on what `features.py` can tell. It sorts and never hides; it says nothing as long as there
is too little to learn from, or where it does no better than chance on decisions that it had not seen.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any
from uuid import UUID
from zlib import crc32

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.library.models import Asset
from brandkiln.review.features import NAMES, WORD, about, features_of
from brandkiln.review.logistic import auc, fit, sigmoid
from brandkiln.review.models import Ranker, Review, State, Step
from brandkiln.workspaces.models import Workspace

FEWEST = 20
"""Decisions below which nothing is learned."""
FEWEST_EACH = 5
"""Approvals and refusals, each."""
NEWEST = 800
MOST_WORDS = 30
FOLDS = 5
BETTER_THAN_CHANCE = 0.6
"""The held-out AUC from which the ranker is used."""
NEWS = 5
"""Decisions after which it learns anew."""
SHOWN = 3
SCORED_AT_ONCE = 2_000


Learned = dict[str, Any]
"""Names, means, spreads and weights of the features, and the intercept."""


@dataclass(frozen=True)
class Reason:
    """Something that speaks for or against a piece: in words, and its part of the log-odds."""

    words: str
    weight: float


@dataclass(frozen=True)
class Evidence:
    """What the ranker thinks of a piece.

    Attributes:
        score: Probability that it is approved.
    """

    score: float
    ranker: Ranker
    speaks_for: tuple[Reason, ...]
    speaks_against: tuple[Reason, ...]

    @property
    def percent(self) -> int:
        """The score as people read it; a few hundred decisions never make anything certain."""
        return min(99, max(1, round(100 * self.score)))


@dataclass(frozen=True)
class Example:
    """A decision to learn from; pieces of one group are never on both sides of a test."""

    features: dict[str, float]
    label: int
    group: str


def rankers_of(workspace: Workspace) -> list[Ranker]:
    """Return what was learned in a workspace, of texts and of pictures."""
    return list(Ranker.objects.filter(workspace=workspace).order_by("-about"))


def ready(rankers: Iterable[Ranker]) -> bool:
    """Return whether one of them is good enough to sort by."""
    return any(is_used(ranker) for ranker in rankers)


def is_used(ranker: Ranker) -> bool:
    """Return whether a ranker does better than chance on decisions that it had not seen."""
    return bool(ranker.learned) and (ranker.auc or 0) >= BETTER_THAN_CHANCE


def evidence_of(asset: Asset) -> Evidence | None:
    """Return what the ranker thinks of a piece and why; None where it says nothing."""
    ranker = Ranker.objects.filter(workspace=asset.workspace_id, about=about(asset)).first()
    if ranker is None or not is_used(ranker):
        return None
    found = features_of(asset)
    parts = _contributions(ranker.learned, found)
    total = ranker.learned["intercept"] + sum(parts.values())
    ordered = sorted(parts.items(), key=lambda part: -abs(part[1]))
    reasons = [
        (Reason(_words(name, found, ranker), part), part) for name, part in ordered if abs(part) > 0.05
    ]
    return Evidence(
        score=sigmoid(total),
        ranker=ranker,
        speaks_for=tuple(reason for reason, part in reasons if part > 0)[:SHOWN],
        speaks_against=tuple(reason for reason, part in reasons if part < 0)[:SHOWN],
    )


def score_of(asset: Asset, ranker: Ranker | None = None) -> float | None:
    """Return how probable it is that a piece is approved; None where nothing is known."""
    if ranker is None:
        ranker = Ranker.objects.filter(workspace=asset.workspace_id, about=about(asset)).first()
    if ranker is None or not is_used(ranker):
        return None
    return sigmoid(log_odds(ranker.learned, features_of(asset)))


def learn_due() -> int:
    """Learn anew where enough was decided since the last time; return in how many workspaces."""
    waiting = Counter(Step.objects.filter(is_learned=False).values_list("workspace", flat=True)[:5000])
    due = [workspace for workspace, count in waiting.items() if count >= NEWS]
    for key in due:
        learn(Workspace.objects.get(pk=key))
    return len(due)


@transaction.atomic
def learn(workspace: Workspace) -> list[Ranker]:
    """Learn from a workspace's newest decisions, and score what waits for review."""
    Step.objects.filter(workspace=workspace, is_learned=False).update(is_learned=True)
    rankers = [_learned(workspace, kind) for kind in Ranker.About]
    _score_waiting(workspace, {ranker.about: ranker for ranker in rankers})
    return rankers


def examples_of(workspace: Workspace, kind: str) -> list[Example]:
    """Return the newest decision about each version of a piece, as something to learn from."""
    steps = Step.objects.filter(
        workspace=workspace,
        kind__in=[Step.Kind.APPROVED, Step.Kind.CHANGES, Step.Kind.REJECTED],
        undone_at=None,
        guest="",
        asset__media_type__startswith=f"{kind}/",
    ).exclude(features={})
    found: dict[tuple[UUID, str], Example] = {}
    rows = steps.order_by("-created_at").values_list("asset", "sha256", "kind", "features", "asset__job")
    for asset, sha256, decision, features, job in rows[:NEWEST]:
        example = Example(features, int(decision == Step.Kind.APPROVED), str(job or asset))
        found.setdefault((asset, sha256), example)
    return list(found.values())


def trained(examples: Sequence[Example]) -> Learned:
    """Return weights, means and spreads of the features that the examples have."""
    names = _names(examples)
    values = [[one.features.get(name) for one in examples] for name in names]
    means, spreads = [], []
    for name, column in zip(names, values, strict=True):
        known = [value for value in column if value is not None]
        if name.startswith(WORD):
            known = [value or 0.0 for value in column]
        mean = sum(known) / len(known)
        means.append(mean)
        spreads.append(sqrt(sum((value - mean) ** 2 for value in known) / len(known)) or 1.0)
    learned: Learned = {"names": names, "means": means, "spreads": spreads}
    rows = [_standardised(learned, one.features) for one in examples]
    intercept, *weights = fit(rows, [one.label for one in examples])
    return learned | {"intercept": intercept, "weights": weights}


def held_out_auc(examples: Sequence[Example]) -> float | None:
    """Return the AUC on examples that were left out while it learned, over five parts; None without both classes."""
    scores: list[float] = []
    labels: list[int] = []
    for fold in range(FOLDS):
        rest = [one for one in examples if crc32(one.group.encode()) % FOLDS != fold]
        out = [one for one in examples if crc32(one.group.encode()) % FOLDS == fold]
        if not out or len({one.label for one in rest}) < 2:
            continue
        learned = trained(rest)
        scores += [log_odds(learned, one.features) for one in out]
        labels += [one.label for one in out]
    return auc(scores, labels)


def _learned(workspace: Workspace, kind: str) -> Ranker:
    examples = examples_of(workspace, kind)
    approved = sum(one.label for one in examples)
    refused = len(examples) - approved
    is_enough = len(examples) >= FEWEST and min(approved, refused) >= FEWEST_EACH
    ranker, _created = Ranker.objects.update_or_create(
        workspace=workspace,
        about=kind,
        defaults={
            "approved": approved,
            "refused": refused,
            "learned": trained(examples) if is_enough else {},
            "auc": held_out_auc(examples) if is_enough else None,
            "learned_at": timezone.now(),
        },
    )
    return ranker


def _score_waiting(workspace: Workspace, rankers: dict[str, Ranker]) -> None:
    waiting = Review.objects.filter(workspace=workspace, state=State.IN_REVIEW).select_related(
        "asset__artifact"
    )
    scored = list(waiting.order_by("-asked_at")[:SCORED_AT_ONCE])
    for review in scored:
        ranker = rankers.get(about(review.asset))
        review.score = score_of(review.asset, ranker) if ranker else None
    Review.objects.bulk_update(scored, ["score"], batch_size=500)


def _names(examples: Sequence[Example]) -> list[str]:
    """Return the features to learn: those that most pieces have, and the words that some have and some have not."""
    having = Counter(name for one in examples for name in one.features)
    plain = [name for name in NAMES if having[name] >= len(examples) / 2]
    said = [
        (count, name)
        for name, count in having.items()
        if name.startswith(WORD) and FEWEST_EACH <= count <= 0.8 * len(examples)
    ]
    return plain + [name for _count, name in sorted(said, key=lambda one: (-one[0], one[1]))[:MOST_WORDS]]


def _standardised(learned: Learned, features: dict[str, float]) -> list[float]:
    """Return the features as the weights want them: a missing number is the mean, a missing word 0."""
    return [
        (features.get(name, 0.0 if name.startswith(WORD) else mean) - mean) / spread
        for name, mean, spread in zip(learned["names"], learned["means"], learned["spreads"], strict=True)
    ]


def _contributions(learned: Learned, features: dict[str, float]) -> dict[str, float]:
    values = _standardised(learned, features)
    return {
        name: weight * value
        for name, weight, value in zip(learned["names"], learned["weights"], values, strict=True)
    }


def log_odds(learned: Learned, features: dict[str, float]) -> float:
    """Return the log-odds with which a piece of these features is approved."""
    return float(learned["intercept"] + sum(_contributions(learned, features).values()))


def _words(name: str, features: dict[str, float], ranker: Ranker) -> str:
    """Return a feature of a piece in words: more of it than usual, or less."""
    if name.startswith(WORD):
        word = name.removeprefix(WORD)
        return (_("says “%(word)s”") if name in features else _("does not say “%(word)s”")) % {"word": word}
    place = ranker.learned["names"].index(name)
    more, less = NAMES[name]
    return str(more if features.get(name, 0) >= ranker.learned["means"][place] else less)
