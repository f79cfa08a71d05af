"""Blind comparisons of two networks that write."""

import re
from typing import Any

import pytest
from brandkiln.artifacts import store
from brandkiln.core.errors import Conflict, Unprocessable
from brandkiln.jobs.blind import judge, next_pair, standing, start_blind
from brandkiln.jobs.models import BlindComparison, Checkpoint, Job
from brandkiln.workspaces.services import issue_token
from django.test import Client

from tests.factories import Cast

PROMPTS = ["A red mug", "A lamp", "A chair", "A vase"]


def checkpoint(cast: Cast, number: int = 1, generator: str = "text-lm") -> Checkpoint:
    weights = store.put_bytes(b"weights", workspace=cast.acme, media_type="application/octet-stream")
    return Checkpoint.objects.create(
        workspace=cast.acme, project=cast.project, generator=generator, generator_version="1.1.0",
        number=number, weights=weights, card={"config": {"learn": "email"}},
    )  # fmt: skip


@pytest.fixture
def written(cast: Cast) -> BlindComparison:
    """Return a comparison of a checkpoint with the network as it came, all of it written."""
    row = start_blind(first=checkpoint(cast), second=None, prompts=PROMPTS, seed=5, actor=cast.ben)
    for job in Job.objects.filter(idempotency_key__startswith=f"blind:{row.pk}:"):
        job.result = {"texts": [f"{job.params['product']} by {'ours' if job.checkpoint_id else 'theirs'}"]}
        job.state = "succeeded"
        job.save()
    return row


def test_both_write_for_the_same_prompts_with_the_same_seeds_in_the_format_that_was_learnt(
    cast: Cast, written: BlindComparison
) -> None:
    jobs = Job.objects.filter(kind="compare")
    assert jobs.count() == 2 * len(PROMPTS)
    ours, theirs = (
        sorted((job.params["product"], job.params["seed"]) for job in jobs if bool(job.checkpoint_id) is side)
        for side in (True, False)
    )
    assert ours == theirs == sorted((prompt, 5 + at) for at, prompt in enumerate(PROMPTS))
    assert {job.params["format"] for job in jobs} == {"email"}


def test_verdicts_count_for_whose_text_was_picked_wherever_it_stood(
    cast: Cast, written: BlindComparison
) -> None:
    for _ in PROMPTS[:3]:
        pair = next_pair(written, cast.ben)
        assert pair is not None
        picked = next(place for text, place in pair.texts if text.endswith("ours"))
        judge(row=written, position=pair.position, better=picked, person=cast.ben)
    pair = next_pair(written, cast.ben)
    assert pair is not None
    judge(row=written, position=pair.position, better="neither", person=cast.ben)
    found = standing(written)
    assert (found.wins, found.losses, found.draws, found.people) == (3, 0, 1, 1)
    assert found.rate is not None
    assert found.rate.value == 3.5 / 4
    assert next_pair(written, cast.ben) is None
    assert next_pair(written, cast.ada) is not None
    with pytest.raises(Conflict):
        judge(row=written, position=pair.position, better="left", person=cast.ben)
    with pytest.raises(Unprocessable):
        judge(row=written, position=9, better="left", person=cast.ben)


def test_the_page_shows_whose_texts_they_were_only_at_the_end(ben: Client, written: BlindComparison) -> None:
    address = f"/w/acme/blind/{written.pk}/"
    for at in range(len(PROMPTS)):
        shown = ben.get(address).content.decode()
        assert f"{at} of 4 judged" in shown
        assert "text-lm #1" not in shown
        assert "first" not in re.findall(r'name="better" value="(\w+)"', shown)
        position = re.search(r'name="position" value="(\d+)"', shown)[1]  # type: ignore[index]
        ben.post(f"{address}verdict/", {"position": position, "better": "left"})
    shown = ben.get(address).content.decode()
    assert "text-lm #1" in shown
    assert "Win rate" in shown
    assert "your choice" in shown


def test_the_api_shows_pairs_without_names_and_the_standing_at_the_end(
    cast: Cast, written: BlindComparison
) -> None:
    _, secret = issue_token(workspace=cast.acme, user=cast.ben, name="Script", scopes=["read", "jobs"])
    asks: dict[str, Any] = {"HTTP_AUTHORIZATION": f"Bearer {secret}", "content_type": "application/json"}
    address, client = f"/api/v1/blind-comparisons/{written.pk}", Client()
    seen = client.get(address, **asks).json()
    for at in range(len(PROMPTS)):
        assert (seen["judged"], seen["standing"]) == (at, None)
        better = "left" if seen["pair"]["left"].endswith("ours") else "right"
        body = {"position": seen["pair"]["position"], "better": better}
        seen = client.post(f"{address}/verdicts", body, **asks).json()
    assert seen["pair"] is None
    assert (seen["standing"]["win_rate"], seen["standing"]["wins"], seen["standing"]["people"]) == (1, 4, 1)
    assert client.post(f"{address}/verdicts", body, **asks).status_code == 409
    begun = client.post(
        "/api/v1/blind-comparisons", {"first": str(written.first_id), "prompts": ["A hat"]}, **asks
    )
    assert begun.status_code == 202
    assert begun.json()["pair"] == {"position": 0, "prompt": "A hat", "left": None, "right": None}


def test_a_comparison_begins_from_the_page_of_a_checkpoint(ben: Client, cast: Cast) -> None:
    row = checkpoint(cast)
    assert f"/checkpoints/{row.pk}/blind/" in ben.get(f"/w/acme/checkpoints/{row.pk}/").content.decode()
    answer = ben.post(
        f"/w/acme/checkpoints/{row.pk}/blind/", {"second": "", "prompts": "A mug\n\nA mug\nA hat"}
    )
    made = BlindComparison.objects.get()
    assert answer.url == f"/w/acme/blind/{made.pk}/"  # type: ignore[attr-defined]
    assert made.prompts == ["A mug", "A hat"]
    assert "They are writing" in ben.get(f"/w/acme/blind/{made.pk}/").content.decode()


@pytest.mark.parametrize(
    ("generator", "prompts", "said"),
    [
        ("image-gan", ["A mug"], "writes no texts"),
        ("text-gpt", ["A mug"], "Choose a second checkpoint"),
        ("text-lm", [" "], "Give 1 to 30 prompts"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    cast: Cast, generator: str, prompts: list[str], said: str
) -> None:
    with pytest.raises(Unprocessable, match=said):
        start_blind(first=checkpoint(cast, 1, generator), second=None, prompts=prompts, seed=0, actor=None)
