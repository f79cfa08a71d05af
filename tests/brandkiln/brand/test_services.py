"""A piece is judged by its project's kit; people mend it, overrule a rule, and can always go back."""

from typing import Any

import pytest
from brandkiln.artifacts import store
from brandkiln.brand.models import Logo, Verdict
from brandkiln.brand.services import hold_again, mend, overrule, set_logo, verdict_of, verdicts_of
from brandkiln.core.errors import Conflict, Unprocessable
from brandkiln.library.models import Asset
from brandkiln.library.revisions import restore, revise
from brandkiln.library.services import keep_sample
from brandkiln.projects.services import update_brand_kit
from brandkiln.workspaces.models import AuditEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.brandkiln.brand.test_rules import picture
from tests.factories import Cast, JobFactory

SUBJECT, BODY = "Warm feet! 🔥", "Email us. We mend what we sell."
PARTS = [
    {
        "name": name,
        "title": name.title(),
        "text": text,
        "room": 0,
        "limit": 0,
        "counting": "characters",
        "findings": [],
    }
    for name, text in (("subject", SUBJECT), ("body", BODY))
]
RULES: dict[str, Any] = {
    "most_emoji": 0,
    "most_exclamation_marks": 0,
    "spellings": [{"wrong": "email", "right": "e-mail"}],
}


@pytest.fixture
def asset(cast: Cast) -> Asset:
    update_brand_kit(project=cast.project, actor=cast.ada, banned_terms=["mend"], guide=RULES)
    job = JobFactory(project=cast.project, generator="text-lm")
    return keep_sample(
        job=job,
        position=0,
        media_type="text/plain",
        text=f"Subject: {SUBJECT}\n\n{BODY}",
        meta={"format": "email", "parts": PARTS},
    )


def failing(asset: Asset) -> list[str]:
    verdict = verdict_of(asset)
    assert verdict
    return [row["rule"] for row in verdict.findings if row["findings"]]


def test_a_verdict_counts_rules_and_is_made_anew_when_the_kit_changes(cast: Cast, asset: Asset) -> None:
    first = verdict_of(asset)
    assert first
    assert (first.tested, first.passed) == (4, 0)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert verdict_of(asset) == first
    assert not [q for q in queries if q["sql"].startswith(("INSERT", "UPDATE"))], "it is kept"
    update_brand_kit(project=cast.project, actor=cast.ada, banned_terms=[])
    again = verdict_of(asset)
    assert again
    assert (again.tested, again.passed) == (3, 0)
    assert Verdict.objects.count() == 1


def test_mending_changes_the_parts_the_text_and_the_bytes(cast: Cast, asset: Asset) -> None:
    before = asset.artifact
    changed = mend(asset=asset, rule="", seen=0, actor=cast.ben)
    assert changed.text == "Subject: Warm feet.\n\nE-mail us. We mend what we sell."
    assert [part["text"] for part in changed.receipt["details"]["parts"]] == [
        "Warm feet.",
        "E-mail us. We mend what we sell.",
    ]
    assert b"".join(store.chunks(changed.artifact)).decode() == changed.text
    (edit,) = changed.receipt["edits"]
    assert (edit["from_sha256"], edit["to_sha256"]) == (before.sha256, changed.artifact.sha256)
    assert failing(changed) == ["banned_terms"]
    with pytest.raises(Conflict):
        mend(asset=changed, rule="emoji", seen=1, actor=cast.ben)


def test_an_earlier_wording_comes_back_and_nothing_is_lost(cast: Cast, asset: Asset) -> None:
    mend(asset=asset, rule="emoji", seen=0, actor=cast.ben)
    back = restore(asset=asset, number=0, seen=1, actor=cast.rita)
    assert back.text == f"Subject: {SUBJECT}\n\n{BODY}"
    assert [row.number for row in back.revisions.order_by("number")] == [0, 1]
    with pytest.raises(Unprocessable):
        restore(asset=asset, number=7, seen=2, actor=cast.rita)


@pytest.mark.parametrize("texts", [["One"], ["One", ""], ["One", "x" * 200_001]])
def test_a_wording_that_is_not_whole_is_refused(cast: Cast, asset: Asset, texts: list[str]) -> None:
    with pytest.raises(Unprocessable):
        revise(asset=asset, texts=texts, seen=0, actor=cast.ben)


def test_two_people_do_not_overwrite_each_other(cast: Cast, asset: Asset) -> None:
    revise(asset=asset, texts=["One", "Two"], seen=0, actor=cast.ben)
    with pytest.raises(Conflict):
        revise(asset=asset, texts=["Three", "Four"], seen=0, actor=cast.rita)


def test_an_overruled_rule_counts_as_passed_until_it_holds_again(cast: Cast, asset: Asset) -> None:
    with pytest.raises(Unprocessable):
        overrule(asset=asset, rule="emoji", reason=" ", actor=cast.ben)
    overrule(asset=asset, rule="emoji", reason="A customer wrote it.", actor=cast.ben)
    overrule(asset=asset, rule="emoji", reason="Not mine to say.", actor=cast.rita)
    (said,) = AuditEntry.objects.filter(action="rule.overruled")
    assert (said.actor, said.data["reason"]) == (cast.ben, "A customer wrote it.")
    verdict = verdict_of(asset)
    assert verdict
    assert verdict.passed == 1
    hold_again(asset=asset, rule="emoji", actor=cast.ben)
    verdict = verdict_of(asset)
    assert verdict
    assert verdict.passed == 0


def test_many_pieces_are_read_with_few_queries(cast: Cast, asset: Asset) -> None:
    for position in range(1, 8):
        keep_sample(job=asset.job, position=position, media_type="text/plain", text=f"Warm {position}!")  # type: ignore[arg-type]
    rows = list(Asset.objects.select_related("artifact", "workspace"))
    verdicts_of(rows)
    with CaptureQueriesContext(connection) as queries:
        assert len(verdicts_of(rows)) == 8
    assert len(queries) == 3


def test_a_logo_replaces_the_one_before(cast: Cast) -> None:
    first = set_logo(project=cast.project, data=picture("#ffffff", "#222222").getvalue(), actor=cast.ada)
    second = set_logo(project=cast.project, data=picture("#ffffff", "#b4532a").getvalue(), actor=cast.ada)
    assert first.pk == second.pk
    assert Logo.objects.get(project=cast.project).artifact == second.artifact != first.artifact
    with pytest.raises(Unprocessable):
        set_logo(project=cast.project, data=b"GIF89a", actor=cast.ada)


def test_the_page_shows_what_fails_and_mends_it(cast: Cast, asset: Asset) -> None:
    client = Client()
    client.force_login(cast.ben)
    page = client.get(reverse("dashboard:asset_page", args=["acme", asset.pk])).content.decode()
    assert "0 of 4 rules" in page
    assert "Emoji: at most 0." in page
    answer = client.post(
        reverse("dashboard:asset_mend", args=["acme", asset.pk]), {"rule": "", "seen": "0"}, follow=True
    )
    assert "3 of 4 rules" in answer.content.decode()
    answer = client.post(
        reverse("dashboard:asset_edit", args=["acme", asset.pk]),
        {"part-0": "Felt shoes", "part-1": "For long winters.", "seen": "1"},
        follow=True,
    )
    asset.refresh_from_db()
    assert asset.text == "Subject: Felt shoes\n\nFor long winters."
    assert "4 of 4 rules" in answer.content.decode()
