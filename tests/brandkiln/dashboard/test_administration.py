"""What admins look after: usage as charts, quotas and roles that can be taken back, the audit log in words."""

import re
from datetime import date
from decimal import Decimal

from brandkiln.dashboard.audit_rows import rows_of
from brandkiln.dashboard.templatetags.usage import money
from brandkiln.dashboard.usage_charts import HEIGHT, charts
from brandkiln.library.services import keep_sample
from brandkiln.workspaces.models import AuditEntry, Membership, Price, Quota
from brandkiln.workspaces.quotas import save_quota
from brandkiln.workspaces.services import record_audit
from brandkiln.workspaces.units import amount_said, number_read
from django.test import Client

from tests.factories import Cast, JobFactory

UNDO = re.compile(r'action="(/w/acme/settings/[^"]+)"[^>]*>\s*<input[^>]*>\s*<button[^>]*>Undo')


def undo_address(page: str) -> str:
    found = UNDO.search(page)
    assert found
    return found[1].replace("&amp;", "&")


def test_amounts_are_said_with_their_units() -> None:
    said = [amount_said(*one) for one in (("cpu_seconds", 40), ("cpu_seconds", 600), ("gpu_seconds", 5400))]
    assert said == ["40 s", "10 min", "1.5 h"]
    assert amount_said("pieces", 2340) == "2,340 pieces"
    assert amount_said("stored_bytes", 20 * 2**30) == "20 GiB"
    assert money((Decimal("0.0004"), "EUR")).startswith("under 0.01")


def test_a_chart_is_a_year_that_ends_with_the_newest_month() -> None:
    months = [(date(2026, 9, 1), {"pieces": 5.0}), (date(2026, 11, 1), {"pieces": 10.0})]
    (pieces,) = charts(months, {}, date(2026, 11, 1))
    assert [float(one.height) for one in pieces.columns] == [0.0] * 9 + [HEIGHT / 2, 0.0, HEIGHT]
    assert [one.is_shown for one in pieces.columns] == [False] * 11 + [True]
    assert (pieces.now, pieces.columns[9].title) == ("10 pieces", "Sep 2026: 5 pieces")
    cost, _pieces = charts(months, {"pieces": Price(amount=Decimal(2), currency="EUR")}, date(2026, 9, 1))
    assert (cost.title, cost.now, cost.most) == ("Cost", "10.00\u00a0EUR", "20.00\u00a0EUR")


def test_a_quota_that_was_taken_away_comes_back_by_undo(cast: Cast, ada: Client) -> None:
    save_quota(workspace=cast.acme, actor=cast.ada, unit="cpu_seconds", most=5400, person=cast.ben)
    key = Quota.objects.get().pk
    page = ada.post(f"/w/acme/settings/quotas/{key}/delete/", follow=True).content.decode()
    assert not Quota.objects.exists()
    ada.post(undo_address(page))
    assert [(one.unit, one.most, one.person) for one in Quota.objects.all()] == [
        ("cpu_seconds", 5400, cast.ben)
    ]


def test_a_quota_that_is_refused_keeps_what_was_typed(cast: Cast, ada: Client) -> None:
    whose = f"person:{Membership.objects.get(workspace=cast.acme, user=cast.ben).pk}"
    answer = ada.post("/w/acme/settings/quotas/", {"unit": "pieces", "whose": whose, "most": "-3"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="-3"' in page
    for chosen in ("pieces", whose):
        assert f'<option value="{chosen}" selected>' in page


def test_a_quota_is_read_as_people_write_numbers_and_its_change_comes_back_by_undo(
    cast: Cast, ada: Client
) -> None:
    wrote = ("1,000", "1,299.50", "0,5", "2.5", "1 000", "0,125")
    assert [str(number_read(one)) for one in wrote] == ["1000", "1299.50", "0.5", "2.5", "1000", "0.125"]
    address = "/w/acme/settings/quotas/"
    first = ada.post(address, {"unit": "pieces", "most": "1,000"}, follow=True).content.decode()
    assert "The quota is set: Pieces, at most 1,000 pieces." in first
    changed = ada.post(address, {"unit": "pieces", "most": "50"}, follow=True).content.decode()
    ada.post(undo_address(changed))
    assert Quota.objects.get().most == 1000
    ada.post(undo_address(first))
    assert not Quota.objects.exists()
    for bad in ("many", "", "1,00,0", "nan"):
        assert ada.post(address, {"unit": "pieces", "most": bad}).status_code == 422


def test_a_role_that_was_changed_comes_back_by_undo(cast: Cast, ada: Client) -> None:
    member = Membership.objects.get(workspace=cast.acme, user=cast.ben)
    page = ada.post(f"/w/acme/settings/members/{member.pk}/role/", {"role": "publisher"}, follow=True)
    ada.post(undo_address(page.content.decode()))
    member.refresh_from_db()
    assert member.role == "creator"


def test_the_audit_log_names_pieces_and_says_values_in_words(cast: Cast) -> None:
    job = JobFactory(project=cast.project, generator="text-lm")
    piece = keep_sample(job=job, position=0, media_type="text/plain", text="Felt boots")
    data = {"sha256": "f62958", "reasons": ["dull"], "note": "", "due": "2026-11-24T09:00:00+00:00"}
    record_audit(workspace=cast.acme, actor=cast.ada, action="review.changes", subject=piece.pk, data=data)
    record_audit(
        workspace=cast.acme,
        actor=cast.ada,
        action="quota.set",
        subject="Pieces",
        data={"unit": "pieces", "most": 5},
    )
    entries = AuditEntry.objects.filter(action__in=["review.changes", "quota.set"]).order_by("created_at")
    review, quota = rows_of(list(entries), cast.acme)
    assert (review.subject, review.address) == ("Felt boots", f"/w/acme/library/{piece.pk}/")
    assert sorted(review.details) == [("Due", "24 Nov 2026, 09:00"), ("Reasons", "dull")]
    assert quota.details == [("Most", "5 pieces")]
