"""Saying a sentence otherwise while its facts stay bound, undoing that, and setting the files anew."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.core.errors import Conflict, NotFound, Unprocessable
from brandkiln.core.models import User
from brandkiln.core.text import is_storable
from brandkiln.reports.choosing import choose
from brandkiln.reports.document_parts import Sentence
from brandkiln.reports.documents import ReportDocument, document_of
from brandkiln.reports.issues import make_issue
from brandkiln.reports.models import Edit, Issue
from generators.builtin.report.facts import Fact, Facts
from generators.builtin.report.rewording import objections

LONGEST = 1_000


def open_edits(issue: Issue) -> QuerySet[Edit]:
    """Return the steps that are not undone and in no issue yet, the oldest first."""
    return issue.edits.filter(undone_at=None, used_in=None)


def edited(issue: Issue, document: ReportDocument) -> dict[str, Sentence]:
    """Return the sentences that are said otherwise now, by their place; one that was taken out is empty."""
    return {edit.place: document.sentence(edit.place, edit.after) for edit in open_edits(issue)}


@transaction.atomic
def edit_sentence(*, issue: Issue, place: str, draft: str, actor: User) -> Edit:
    """Keep a sentence said otherwise, after the check that the generator's own sentences pass.

    Args:
        draft: The sentence with its facts as {placeholders}; empty to take it out.

    Raises:
        NotFound: If the document has no such sentence.
        Unprocessable: If it says what the facts do not; the text says what and where.
    """
    issue = (
        Issue.objects.select_for_update(of=("self",)).select_related("document", "report").get(pk=issue.pk)
    )
    document = document_of(issue)
    if place not in document.sentences:
        raise NotFound(
            _("There is no sentence %(place)s in %(issue)s.") % {"place": place[:80], "issue": issue}
        )
    now = edited(issue, document).get(place, document.sentences[place])
    draft = " ".join(draft.split())
    reasons = [] if not draft else objections(draft, document.sentences[place].draft, _facts(document))
    problems = [_spoken(reason, document) for reason in reasons]
    if len(draft) > LONGEST or not is_storable(draft):
        problems = [_("a sentence has at most %(most)d characters") % {"most": LONGEST}]
    if problems:
        raise Unprocessable(
            _("The sentence was not kept: %(problems)s.") % {"problems": "; ".join(problems)},
            fields={"draft": "; ".join(problems)},
        )
    if draft == now.draft:
        raise Conflict(_("The sentence already says that."))
    return Edit.objects.create(issue=issue, place=place, before=now.draft, after=draft, by=actor)


@transaction.atomic
def undo_edit(*, issue: Issue) -> Edit | None:
    """Take the last step back and return it; None where there is none."""
    last = open_edits(issue).select_for_update().order_by("-created_at", "-id").first()
    if last is not None:
        last.undone_at = timezone.now()
        last.save(update_fields=["undone_at"])
    return last


@transaction.atomic
def set_edited(*, issue: Issue, actor: User) -> Issue:
    """Submit the next issue, set from this one's document with what was said otherwise, and return it.

    Raises:
        Conflict: If nothing was.
    """
    edits = {edit.place: edit.after for edit in open_edits(issue).select_for_update()}
    if not edits:
        raise Conflict(_("No sentence of %(issue)s was changed. Change one first.") % {"issue": issue})
    rework: dict[str, Any] = {"earlier": str(issue.document_id), "edits": edits}
    made = make_issue(
        report=issue.report,
        actor=actor,
        origin=Issue.Origin.EDITED,
        parent=issue,
        changed=sorted({place.partition("/")[0] for place in edits}),
        rework=rework,
    )
    open_edits(issue).update(used_in=made)
    return made


@transaction.atomic
def rebuild_block(*, issue: Issue, block: str, actor: User) -> Issue:
    """Submit the next issue, with one block built anew as its template says it now, and everything else as it is.

    Raises:
        NotFound: If the document has no such block.
    """
    document = document_of(issue)
    if block not in {one.id for one in document.blocks}:
        raise NotFound(_("There is no block %(block)s in %(issue)s.") % {"block": block[:80], "issue": issue})
    rework: dict[str, Any] = {"earlier": str(issue.document_id), "redo": [block]}
    if issue.job is not None and issue.job.params.get("template"):
        rework["template"] = _with_block(issue.job.params["template"], choose(issue.report).param, block)
    return make_issue(
        report=issue.report,
        actor=actor,
        origin=Issue.Origin.REBUILT,
        parent=issue,
        changed=[block],
        rework=rework,
    )


def _with_block(template: dict[str, Any], newest: dict[str, Any], id: str) -> dict[str, Any]:
    """Return a template with one block as a newer version of it says that block."""
    found = {block["id"]: block for section in newest["sections"] for block in section["blocks"]}
    sections = [
        section | {"blocks": [found.get(id, one) if one["id"] == id else one for one in section["blocks"]]}
        for section in template["sections"]
    ]
    return template | {"sections": sections}


def _spoken(reason: str, document: ReportDocument) -> str:
    """Return a reason with the facts as they are printed in the place of their ids."""
    named = (id for id in document.facts if id in reason)
    for id in sorted(named, key=len, reverse=True):
        reason = reason.replace(id, f"“{document.facts[id].text}”")
    return reason


def _facts(document: ReportDocument) -> Facts:
    """Return the facts as the generator's check takes them; which rows are behind them is nothing to it."""
    facts = Facts()
    for kept in document.kept["facts"].values():
        facts.add(Fact(**kept | {"where": ()}))
    return facts
