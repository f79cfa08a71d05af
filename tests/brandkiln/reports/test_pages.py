"""The pages of reports: reading, editing, comparing, commenting, sharing."""

import re
from typing import Any

import pytest
from brandkiln.artifacts.models import Removal
from brandkiln.core.errors import Unprocessable
from brandkiln.core.links import MOST_REQUESTS, MOST_WRONG
from brandkiln.datasets.models import Dataset, Erasure, Record
from brandkiln.jobs.models import Job
from brandkiln.library.services import keep_sample
from brandkiln.notifications.letters import send_letters
from brandkiln.projects.models import BrandKit
from brandkiln.reports.comments import add_comment
from brandkiln.reports.comparing import compare
from brandkiln.reports.documents import ReportDocument
from brandkiln.reports.explaining import rows_behind, said
from brandkiln.reports.issues import keep_document, make_issue, with_brand
from brandkiln.reports.models import Issue, Report, ShareLink
from brandkiln.reports.sharing import share_issue
from django.test import Client
from django.utils import timezone

from generators.interactive import SCRIPT_SOURCE
from tests.brandkiln.reports.made import DRAFT, SENTENCE, document, finish, make_report, ready_issue
from tests.factories import ArtifactFactory, Cast, JobFactory


@pytest.fixture(autouse=True)
def rings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("brandkiln.jobs.queue.ring", lambda queue, key: None)


@pytest.fixture
def issue(cast: Cast) -> Issue:
    return ready_issue(cast.project, cast.ada)


@pytest.fixture
def ada(cast: Cast, client: Client) -> Client:
    client.force_login(cast.ada, backend="django.contrib.auth.backends.ModelBackend")
    return client


def at(issue: Issue, rest: str = "") -> str:
    return f"/w/acme/reports/{issue.report_id}/{issue.number}/{rest}"


def test_an_issue_is_read_with_numbers_that_lead_to_rows(ada: Client, issue: Issue) -> None:
    page = ada.get(at(issue)).content.decode()
    assert 'href="' + at(issue, "rows/?fact=c0.total") in page
    assert "$1,200" in page
    assert ada.get("/w/acme/reports/").content.decode().count("Monthly sales") >= 1
    assert "#1" in ada.get(f"/w/acme/reports/{issue.report_id}/").content.decode()


def test_a_sentence_is_said_otherwise_undone_and_set_again(ada: Client, issue: Issue) -> None:
    new = "All in all {p.all}, {m.c0} came to {c0.total}."
    say = {"place": "summary/sentences/0", "draft": new}
    assert ada.post(at(issue, "edit/say/"), say).status_code == 302
    assert "All in all" in ada.get(at(issue, "edit/")).content.decode()
    ada.post(at(issue, "edit/undo/"))
    assert not Issue.objects.filter(edits__undone_at=None, edits__isnull=False).exists()
    ada.post(at(issue, "edit/say/"), say)
    ada.post(at(issue, "edit/set/"))
    made = Issue.objects.get(number=2)
    assert (made.origin, made.parent, made.changed) == ("edited", issue, ["summary"])
    assert made.job is not None
    assert made.job.params["edits"] == {"summary/sentences/0": new}
    assert made.job.params["earlier"] == str(issue.document_id)
    assert made.job.params["template"]["name"] == "overview"


@pytest.mark.parametrize(
    ("draft", "why"),
    [
        ("{p.all}, {m.c0} came to 1,300.", "it writes the number 1300 itself"),
        ("{p.all}, {m.c0} rose to {c0.total}.", "stands by no change"),
        ("{p.all}, revenue came to {c0.total}.", "it writes the name"),
        ("{p.all}, {m.c0} came to {c0.total} dollars.", "it writes the unit"),
        ("{p.all}, {m.c9} came to {c0.total}.", "m.c9 is not the id of a fact"),
    ],
)
def test_a_sentence_that_says_what_the_facts_do_not_is_refused_at_its_place(
    ada: Client, issue: Issue, draft: str, why: str
) -> None:
    answer = ada.post(at(issue, "edit/say/"), {"place": "summary/sentences/0", "draft": draft})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert why in page
    assert re.search(r'aria-invalid="true" aria-describedby="problem-', page)
    assert not issue.edits.exists()


def test_one_block_is_built_anew_as_the_next_issue(ada: Client, issue: Issue) -> None:
    assert issue.job is not None
    template = issue.job.params["template"]
    template["sections"][1]["blocks"][0]["most"] = 3  # as if an older version of the template had said so
    Job.objects.filter(pk=issue.job_id).update(params=issue.job.params)
    ada.post(at(issue, "rebuild/"), {"block": "keys"})
    made = Issue.objects.get(number=2)
    assert made.job is not None
    assert (made.origin, made.job.params["redo"], made.changed) == ("rebuilt", ["keys"], ["keys"])
    assert made.job.params["template"]["sections"][1]["blocks"][0]["most"] == 8
    assert made.dataset_version == issue.dataset_version
    ada.post(at(issue, "rebuild/"), {"block": "nothing"})
    assert Issue.objects.count() == 2


def test_two_issues_are_compared(ada: Client, issue: Issue) -> None:
    later = make_issue(report=issue.report, actor=None)
    longer = [*SENTENCE[:-1], " and no more."]
    finish(later, document(1500.0, "$1,500", said=[longer, ["All is well."]]))
    page = ada.get(f"/w/acme/reports/{issue.report_id}/compare/").content.decode()
    assert "▲ +25.0%" in page
    assert page.count(">added<") == page.count(">changed<") == 1


def test_a_comparison_says_what_is_shown_no_longer() -> None:
    found = compare(ReportDocument(document()), ReportDocument(document(missing="No dates.")))
    assert [(block.id, block.reason) for block in found.lost] == [("keys", "No dates.")]
    assert found.same == 1
    assert found.figures[0].after is None


def test_comments_name_members_and_are_resolved_and_reopened(
    ada: Client, cast: Cast, issue: Issue, mailoutbox: Any, settings: Any
) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    ada.post(at(issue, "comments/"), {"block": "keys", "text": "@Ben@example.com and @ada@example.com: net?"})
    assert send_letters() == 1
    (letter,) = mailoutbox
    assert letter.to == ["ben@example.com"]
    assert "net?" in letter.body
    comment = issue.comments.get()
    ada.post(at(issue, f"comments/{comment.pk}/"))
    comment.refresh_from_db()
    assert comment.resolved_by == cast.ada
    ada.post(at(issue, f"comments/{comment.pk}/"), {"reopen": ""})
    comment.refresh_from_db()
    assert comment.resolved_at is None
    refused = ada.post(at(issue, "comments/"), {"text": "@cleo@example.com look"})
    assert refused.status_code == 422
    assert "cleo@example.com is no member" in refused.content.decode()
    with pytest.raises(Unprocessable, match="1 to 4000"):
        add_comment(issue=issue, author=cast.ada, text="  ")


def test_rows_behind_a_number_are_found_as_the_generator_read_them(ada: Client, issue: Issue) -> None:
    version = issue.dataset_version
    assert version is not None
    cells = [
        ("01.05.2026", " North ", "$1,200"), ("02.06.2026", "North", "80"), ("03.05.2026", "South", "5"),
        ("04.05.2026", "n/a", "7"), ("", "North", "900"), ("30.05.2026", "North", 3.5),
    ]  # fmt: skip
    Record.objects.bulk_create(
        Record(version=version, position=n, sha256=f"{n:064}", split="train",
               fields={"day": day, "region": region, "revenue": amount})
        for n, (day, region, amount) in enumerate(cells)
    )  # fmt: skip
    month = {
        "column": "day",
        "values": [],
        "spans": [[{"$date": "2026-05-01"}, {"$date": "2026-06-01"}]],
        "negated": False,
    }
    north = {"column": "region", "values": ["North"], "spans": [], "negated": False}
    large = {"column": "revenue", "values": [], "spans": [[100.0, None]], "negated": False}
    nowhere = {"column": "region", "values": [None], "spans": [], "negated": False}
    kept = document() | {"blanks": ["", "n/a"]}
    days = {text: f"2026-{text[3:5]}-{text[:2]}" for text, _, _ in cells if text}
    kept["columns"] = {
        "day": {"kind": "date", "spellings": days},
        "revenue": {"kind": "number", "spellings": {}},
    }
    read = ReportDocument(kept)

    def places(*where: dict[str, Any], **asked: Any) -> list[int]:
        return [row.position for row in rows_behind(issue, read, list(where), **asked).records]

    assert places(month, north) == [0, 5]
    assert places(large) == [0, 4]
    assert places(nowhere) == [3]
    assert places(north | {"negated": True}) == [2, 3]
    assert places(month, limit=2) == [0, 2]
    assert rows_behind(issue, read, [month], limit=2).next == 2
    assert places(month, after=2, limit=2) == [3, 5]
    assert said([month, north]) == '"day" >= 2026-05-01 and "day" < 2026-06-01 and "region" = \'North\''
    page = ada.get(at(issue, "rows/?fact=c0.total")).content.decode()
    assert ">900<" in page
    assert ada.get(at(issue, "rows/?fact=m.c0")).status_code == 404
    Dataset.objects.filter(pk=version.dataset_id).update(trashed_at=timezone.now())
    assert ada.get(at(issue, "rows/?fact=c0.total")).status_code == 409


@pytest.fixture
def shared(cast: Cast, issue: Issue) -> tuple[ShareLink, str]:
    assert issue.job is not None
    keep_sample(job=issue.job, position=0, media_type="text/html", text="<h1>Sales</h1>", name="Sales.html")
    return share_issue(issue=issue, actor=cast.ada)


def test_a_stranger_reads_a_shared_issue_and_nothing_else(
    client: Client, issue: Issue, shared: tuple[ShareLink, str]
) -> None:
    link, secret = shared
    page = client.get(f"/r/{secret}/")
    assert page.status_code == 200
    assert page["X-Robots-Tag"].startswith("noindex")
    assert (page["Referrer-Policy"], page["Cache-Control"]) == ("same-origin", "private, no-store")
    assert 'sandbox="allow-scripts"' in page.content.decode()
    assert "/w/acme" not in page.content.decode()
    inner = client.get(f"/r/{secret}/page/")
    assert f"script-src {SCRIPT_SOURCE}; sandbox allow-scripts" in inner["Content-Security-Policy"]
    assert b"".join(inner.streaming_content) == b"<h1>Sales</h1>"  # type: ignore[attr-defined]
    file = client.get(f"/r/{secret}/files/0/")
    assert file["Content-Disposition"].startswith("attachment")
    assert b"".join(file.streaming_content)  # type: ignore[attr-defined]
    assert client.get(f"/r/{secret}/files/1/").status_code == 404
    assert client.get(at(issue)).status_code == 302
    link.refresh_from_db()
    assert (link.views, link.requests) == (1, 4)


def test_a_link_ends(ada: Client, client: Client, issue: Issue, shared: tuple[ShareLink, str]) -> None:
    link, secret = shared
    ShareLink.objects.update(expires_at=timezone.now())
    assert Client().get(f"/r/{secret}/").status_code == 404
    ShareLink.objects.update(expires_at=timezone.now() + timezone.timedelta(days=1))  # type: ignore[attr-defined]
    ShareLink.objects.update(requests=MOST_REQUESTS, window_at=timezone.now())
    assert Client().get(f"/r/{secret}/").status_code == 429
    ada.post(at(issue, f"share/{link.pk}/revoke/"))
    assert Client().get(f"/r/{secret}/").status_code == 404
    made = ada.post(at(issue, "share/"), {"days": 7, "password": ""}).content.decode()
    assert re.search(r"/r/[\w-]{32}/", made)
    assert "At least 8" in ada.post(at(issue, "share/"), {"days": 7, "password": "short"}).content.decode()


def test_a_password_opens_a_link_for_an_hour(cast: Cast, client: Client, issue: Issue) -> None:
    link, secret = share_issue(issue=issue, actor=cast.ada, password="felt and leather")
    assert "password" in client.get(f"/r/{secret}/").content.decode()
    assert client.get(f"/r/{secret}/page/").status_code == 404
    wrong = [client.post(f"/r/{secret}/", {"password": "guess"}).status_code for _ in range(MOST_WRONG + 1)]
    assert wrong == [422] * MOST_WRONG + [429]
    ShareLink.objects.update(window_at=None)
    assert client.post(f"/r/{secret}/", {"password": "felt and leather"}).status_code == 302
    assert client.get(f"/r/{secret}/").status_code == 200
    link.refresh_from_db()
    assert link.views == 1
    assert "felt" not in link.password


def test_a_schedule_is_set_on_its_page(ada: Client, cast: Cast) -> None:
    report: Report = make_report(cast.project, cast.ada)
    address = f"/w/acme/reports/{report.pk}/schedule/"
    assert ada.get(address).status_code == 200
    sent = {
        "every": "month",
        "day": "31",
        "at": "07:30",
        "time_zone": "Asia/Shanghai",
        "recipients": ["ben@example.com"],
    }
    assert ada.post(address, sent | {"recipients": ["ben@example.com"]}).status_code == 302
    assert "Asia/Shanghai" in ada.get(f"/w/acme/reports/{report.pk}/").content.decode()
    ada.post(f"{address}switch/", {"do": "pause"})
    report.schedule.refresh_from_db()
    assert not report.schedule.is_on
    ada.post(f"{address}switch/", {"do": "delete"})
    assert "Set a schedule" in ada.get(f"/w/acme/reports/{report.pk}/").content.decode()


def test_the_document_goes_with_the_data_set(issue: Issue) -> None:
    sha256 = issue.document.sha256 if issue.document else ""
    issue.report.dataset.delete()
    assert not Issue.objects.exists()
    assert Removal.objects.filter(sha256=sha256).exists()


def test_a_job_that_was_retried_hands_its_issue_on(cast: Cast) -> None:
    issue = make_issue(report=make_report(cast.project, cast.ada), actor=cast.ada)
    retry = JobFactory(project=cast.project, kind="report", retry_of=issue.job)
    artifact = ArtifactFactory(workspace=cast.acme)
    keep_document(retry, artifact)
    issue.refresh_from_db()
    assert (issue.job, issue.document) == (retry, artifact)
    assert DRAFT.startswith("{p.all}")


def test_an_erased_record_marks_the_issues_that_saw_it_and_closes_their_links(
    ada: Client, cast: Cast, issue: Issue
) -> None:
    link, _secret = share_issue(issue=issue, actor=cast.ada)
    reached = {"versions": [str(issue.dataset_version_id)]}
    erasure = Erasure.objects.create(workspace=cast.acme, content_sha256="0" * 64, reached=reached)
    assert "a record was erased" not in ada.get(at(issue)).content.decode()
    erasure.finished_at = timezone.now()
    erasure.save()
    link.refresh_from_db()
    assert link.revoked_at
    page = ada.get(at(issue)).content.decode()
    assert "a record was erased" in page
    assert f"/w/acme/reports/{issue.report_id}/make/" in page
    issue.refresh_from_db()
    edited = make_issue(report=issue.report, actor=cast.ada, parent=issue)
    assert edited.erased_at == issue.erased_at
    assert make_issue(report=issue.report, actor=cast.ada).erased_at is None


def test_changing_a_report_that_was_made_begins_with_its_choices(ada: Client, cast: Cast) -> None:
    report = make_report(
        cast.project, cast.ada, ready="executive-brief", language="zh", formats=["pptx"],
        params={"accent": "#2e7d32", "roles": {"revenue": "spend"}},
    )  # fmt: skip
    issue = finish(make_issue(report=report, actor=cast.ada))
    assert issue.job
    assert (
        f"/w/acme/reports/new/?again={issue.pk}" in ada.get(f"/w/acme/jobs/{issue.job.pk}/").content.decode()
    )
    start = ada.get("/w/acme/reports/new/", {"again": str(issue.pk)}).context["start"]
    assert (start.template, start.given) == ("executive-brief", {"revenue": "spend"})
    assert {start.form[name].value() for name in ("language", "accent")} == {"zh", "#2e7d32"}
    assert start.form["formats"].value() == ["pptx"]
    assert ada.get("/w/acme/reports/new/", {"again": "nonsense"}).status_code == 200


def test_the_typeface_of_the_brand_goes_into_the_report(cast: Cast) -> None:
    BrandKit.objects.update_or_create(project=cast.project, defaults={"fonts": ["Bad;font", "Inter Display"]})
    assert with_brand({"font": "Old", "logo": "x"}, cast.project) == {"font": "Inter Display"}
