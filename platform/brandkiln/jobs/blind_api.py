"""/api/v1/blind-comparisons: two networks write for the same prompts; people pick without knowing whose text it is."""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from brandkiln.core.api import ERRORS, Body, find
from brandkiln.core.models import User
from brandkiln.jobs.blind import judge, next_pair, standing, start_blind
from brandkiln.jobs.models import BlindComparison, Checkpoint
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["checkpoints"])


class BlindIn(Body):
    """A checkpoint that writes, what it is compared with, and what both write for."""

    first: UUID
    second: UUID | None = None
    """Another checkpoint of the same generator; null for the network as it came."""
    prompts: list[str] = Field(min_length=1, max_length=100)
    """Facts of a product, or how a text begins: up to 30."""
    seed: int = Field(0, ge=0, le=2**31 - 1)


class VerdictIn(Body):
    """Which of the two texts for a prompt is better."""

    position: int = Field(ge=0, le=10_000)
    """The prompt's, as the pair said it."""
    better: Literal["left", "right", "neither"]


class PairOut(Schema):
    """The two texts for a prompt, in an order by chance that stays the same for you."""

    position: int
    prompt: str
    left: str | None
    """null while it is being written."""
    right: str | None


class StandingOut(Schema):
    """The verdicts of all people."""

    win_rate: float
    """Of the first network; a draw counts as half."""
    low: float
    high: float
    """The 95 % interval."""
    verdicts: int
    wins: int
    losses: int
    draws: int
    people: int


class BlindOut(Schema):
    """A comparison as whoever asks may see it."""

    id: UUID
    generator: str
    first: UUID
    second: UUID | None
    prompts: int
    judged: int
    """How many you have judged."""
    pair: PairOut | None
    """The next one to judge; null once you have judged all."""
    standing: StandingOut | None
    """null until then."""


@router.post("/blind-comparisons", response={202: BlindOut, **ERRORS}, summary="Start a blind comparison")
def start(request: HttpRequest, payload: BlindIn) -> Status[dict[str, Any]]:
    """Let both write, a job for each prompt and network."""
    token = require_scope(request, "jobs")
    mine = Checkpoint.objects.filter(workspace=token.workspace, trashed_at=None).select_related(
        "project", "workspace"
    )
    row = start_blind(
        first=find(mine, payload.first, "checkpoint"),
        second=find(mine, payload.second, "checkpoint") if payload.second else None,
        prompts=payload.prompts,
        seed=payload.seed,
        actor=token.user,
    )
    return Status(202, _seen(row, token.user))


@router.get(
    "/blind-comparisons/{comparison_id}",
    response={200: BlindOut, **ERRORS},
    summary="Get a blind comparison",
)
def get(request: HttpRequest, comparison_id: UUID) -> dict[str, Any]:
    """Return the next pair to judge; once you have judged all, how the two stand."""
    token = require_scope(request, "read")
    row = find(BlindComparison.objects.filter(workspace=token.workspace), comparison_id, "comparison")
    return _seen(row, token.user)


@router.post(
    "/blind-comparisons/{comparison_id}/verdicts",
    response={200: BlindOut, **ERRORS},
    summary="Judge a pair",
)
def add_verdict(request: HttpRequest, comparison_id: UUID, payload: VerdictIn) -> dict[str, Any]:
    """Keep what you found better; each pair is judged once."""
    token = require_scope(request, "jobs")
    row = find(BlindComparison.objects.filter(workspace=token.workspace), comparison_id, "comparison")
    judge(row=row, position=payload.position, better=payload.better, person=token.user)
    return _seen(row, token.user)


def _seen(row: BlindComparison, person: User) -> dict[str, Any]:
    pair, stands = next_pair(row, person), standing(row)
    texts = {place: text for text, place in pair.texts} if pair else {}
    return {
        "id": row.pk,
        "generator": row.generator,
        "first": row.first_id,
        "second": row.second_id,
        "prompts": len(row.prompts),
        "judged": row.verdicts.filter(person=person).count(),
        "pair": pair
        and {
            "position": pair.position,
            "prompt": pair.prompt,
            "left": texts.get("left"),
            "right": texts.get("right"),
        },
        "standing": {
            "win_rate": stands.rate.value,
            "low": stands.rate.low,
            "high": stands.rate.high,
            "verdicts": stands.rate.n,
            "wins": stands.wins,
            "losses": stands.losses,
            "draws": stands.draws,
            "people": stands.people,
        }
        if stands.rate and pair is None
        else None,
    }
