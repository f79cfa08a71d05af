"""The page on which copy is created, and how finished texts are shown and worked on."""

import html
import re
from typing import Any

import pytest
from brandkiln.connections.services import create_connection
from brandkiln.jobs.events import add_events
from brandkiln.jobs.models import Job
from brandkiln.library.models import Asset
from brandkiln.library.services import keep_sample
from brandkiln.projects.models import BrandKit
from django.test import Client

from generators.builtin.text_lm.spec import SPEC
from tests.factories import Cast, JobFactory

START = "/w/acme/generators/text-lm/sample/"
FINDING = {"kind": "claim", "text": "best", "start": 4, "end": 8, "why": "superlative"}


def make_ad(cast: Cast) -> Asset:
    def part(name: str, text: str, limit: int, findings: list[dict[str, object]]) -> dict[str, object]:
        room = {"room": len(text), "limit": limit, "counting": "wide"}
        return {"name": name, "title": name.capitalize(), "text": text, "findings": findings, **room}

    parts = [
        part("headline", "The best <Boots>", 30, [FINDING]),
        part("description", "Boots that last.", 90, [{**FINDING, "kind": "required", "text": "Tide Club"}]),
    ]
    params = {"product": "Boots", "format": "search_ad", "variants": 1, "seed": 3}
    job = JobFactory(project=cast.project, generator="text-lm", requested_by=cast.ben, params=params)
    meta = {"format": "search_ad", "put_together": True, "parts": parts, "language": "en", "candidates": 4,
            "scores": {"facts": 0.6, "brand": 1.0, "total": 0.72}}  # fmt: skip
    return keep_sample(
        job=job, position=0, media_type="text/plain", text="Headline: The best <Boots>", meta=meta
    )


def test_every_format_can_be_picked_with_its_sentence_and_room(cast: Cast, ben: Client) -> None:
    page = ben.get(START).content.decode()
    assert all(f'name="format" value="{form.name}"' in page for form in SPEC.formats)
    assert '<option value="zh">Simplified Chinese</option>' in page  # a language by its name, not its code
    assert "Headline 30 × 3 · Description 90 × 2" in page
    assert page.count("checked") >= 1
    assert page.count('name="format"') == len(SPEC.formats)


def test_a_larger_network_is_one_step_away_where_the_packaged_one_writes_badly(
    cast: Cast, ada: Client, ben: Client, settings: Any
) -> None:
    assert "An admin can connect a larger network" in ben.get(START).content.decode()
    page = ada.get(START).content.decode()
    assert "/w/acme/settings/connections/" in page.partition("data-larger hidden")[2].partition("</p>")[0]
    marked = {form.name for form in SPEC.formats if form.wants_larger}
    assert {"press_release", "blog_article", "video_script", "translation"} <= marked
    assert page.count("data-wants-larger") == len(marked)
    settings.REMOTE_HOSTS = ["127.0.0.1:9"]
    made = create_connection(
        workspace=cast.acme, actor=cast.ada, name="Large", base_url="http://127.0.0.1:9/v1", model="big"
    )
    page = ben.get(START).content.decode()
    assert f"/w/acme/generators/openai-compatible/sample/?connection={made.pk}" in page
    told = ben.get(f"/w/acme/generators/openai-compatible/sample/?connection={made.pk}&task=A+press+release")
    assert "A press release</textarea>" in told.content.decode()


def test_the_brands_terms_begin_in_the_form_and_bind_whoever_asks(cast: Cast, ben: Client) -> None:
    BrandKit.objects.filter(project=cast.project).update(
        required_terms=["Tide"], banned_terms=["cheap", "Tide", "x" * 99]
    )
    assert "cheap" in ben.get(START).content.decode()
    ben.post(START, {"on-project": cast.project.pk, "product": "Boots", "banned_terms": "Cheap\nmerely"})
    assert Job.objects.get().params["banned_terms"] == ["Cheap", "merely", "Tide"]


def test_a_brand_proves_the_claims_that_hold_today(cast: Cast, ben: Client) -> None:
    claims = [{"text": "best boots 2026"}, {"text": "made in Portugal", "expires": "2020-01-01"}]
    BrandKit.objects.filter(project=cast.project).update(guide={"claims": claims})
    ben.post(START, {"on-project": cast.project.pk, "product": "Boots", "proven_claims": "Best of all"})
    assert Job.objects.get().params["proven_claims"] == ["best boots 2026"]


def test_an_ad_is_shown_by_its_parts_with_room_reasons_and_what_is_unsupported(
    cast: Cast, ben: Client
) -> None:
    page = ben.get(f"/w/acme/library/{make_ad(cast).pk}/").content.decode()
    assert (
        "It is put together from what was given"
        in ben.get(f"/w/acme/library/{make_ad(cast).pk}/").content.decode()
    )
    assert '<mark class="unsupported" title="The facts do not say this.">best</mark> &lt;Boots&gt;' in page
    assert "16 / 30" in page
    assert "Missing: Tide Club" in page
    assert "2 unsupported" in page
    assert "The best of 4 that were written." in page
    assert "72 / 100" in page


@pytest.mark.parametrize(
    ("wish", "part", "expected"),
    [
        (
            "shorter",
            1,
            {"format": "rewrite", "source": "Boots that last.", "change": "shorter", "variants": 3},
        ),
        (
            "formal",
            0,
            {"format": "rewrite", "source": "The best <Boots>", "change": "tone", "tone": "formal"},
        ),
        ("variations", 0, {"format": "search_ad", "variants": 3, "source": ""}),
    ],
)
def test_a_press_says_a_part_otherwise_or_varies_the_whole(
    wish: str, part: int, expected: dict[str, object], cast: Cast, ben: Client
) -> None:
    asset = make_ad(cast)
    answer = ben.post(f"/w/acme/library/{asset.pk}/rework/", {"wish": wish, "part": part})
    job = Job.objects.exclude(pk=asset.job_id).get()
    assert answer["Location"] == f"/w/acme/jobs/{job.pk}/"
    assert job.params["product"] == "Boots"
    assert {name: job.params[name] for name in expected} == expected


@pytest.mark.parametrize("sent", [{"wish": "louder"}, {"wish": "shorter", "part": 9}])
def test_a_wish_or_part_that_there_is_not_is_refused(
    sent: dict[str, object], cast: Cast, ben: Client
) -> None:
    asset = make_ad(cast)
    assert ben.post(f"/w/acme/library/{asset.pk}/rework/", sent).status_code == 422
    assert Job.objects.count() == 1


def test_the_results_of_a_job_are_cards_with_parts_to_copy(cast: Cast, ben: Client) -> None:
    asset = make_ad(cast)
    Job.objects.filter(pk=asset.job_id).update(state="succeeded")
    page = ben.get(f"/w/acme/jobs/{asset.job_id}/").content.decode()
    assert f'data-copy="part-{asset.pk}-2"' in page
    assert "Boots that last." in page
    assert 'value="variations"' in page


def test_the_form_is_sent_from_the_keyboard_and_says_so(ben: Client) -> None:
    page = ben.get(START).content.decode()
    assert 'id="start-form" novalidate data-sent-by="go"' in page
    assert 'id="go" aria-keyshortcuts="Control+Enter Meta+Enter" aria-describedby="go-keys"' in page
    assert '<kbd class="kbd">Ctrl</kbd> <kbd class="kbd">Enter</kbd> or' in page.partition('id="go-keys"')[2]


def test_where_the_packaged_network_is_weak_in_a_language_a_larger_one_is_offered_beside_the_notice(
    cast: Cast, ada: Client, ben: Client, settings: Any
) -> None:
    params = {
        "product": "羊毛围巾，售价 199 元",
        "format": "press_release",
        "language": "zh",
        "brand_voice": "",
        "source": "",
    }
    job = JobFactory(project=cast.project, generator="text-lm", requested_by=cast.ben, params=params)
    values = {"language": "Chinese"}
    notice = {"code": "weak_language", "level": "info", "text": "", "remedy": "", "values": values}
    add_events(job.pk, [("notice", notice)])
    page = f"/w/acme/jobs/{job.pk}/"
    assert "An admin can connect a larger network" in ben.get(page).content.decode()
    assert '/w/acme/settings/connections/">Connect a larger network</a>' in ada.get(page).content.decode()
    settings.REMOTE_HOSTS = ["127.0.0.1:9"]
    create_connection(
        workspace=cast.acme, actor=cast.ada, name="Large", base_url="http://127.0.0.1:9/v1", model="big"
    )
    shown = ben.get(page).content.decode()
    [address] = re.findall(r'href="([^"]+)">Have Large write it instead', shown)
    form = ben.get(html.unescape(address)).content.decode()
    assert "羊毛围巾，售价 199 元</textarea>" in form
    assert "Write this in Simplified Chinese, and use only the facts: Press release." in form
    plain = JobFactory(project=cast.project, generator="text-lm", requested_by=cast.ben, params=params)
    assert "larger network" not in ben.get(f"/w/acme/jobs/{plain.pk}/").content.decode()
