"""Templates of reports: copies, versions, drafts, what is different, and whose they are."""

from typing import Any

import pytest
from brandkiln.core.errors import Conflict, NotFound, Unprocessable
from brandkiln.reports import drafts
from brandkiln.reports.differences import compare_documents
from brandkiln.reports.models import Template, TemplateVersion
from brandkiln.reports.templates import (
    archive_template,
    create_template,
    find_offered,
    newest_version,
    offered_templates,
    restore_version,
    save_version,
)

from generators.builtin.report.template import ready_template
from tests.factories import Cast, make_cast

OVERVIEW = ready_template("overview").model_dump(mode="json")


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def own(cast: Cast) -> Template:
    return create_template(workspace=cast.acme, actor=cast.ada, name="Board", copied_from="overview")


def ids(draft: drafts.Draft) -> list[str]:
    return [block["id"] for _, block in drafts.blocks_of(draft)]


def test_a_copy_of_a_ready_template_says_the_same_under_its_own_name(cast: Cast, own: Template) -> None:
    document = newest_version(own).document
    assert {**document, "name": "overview"} == OVERVIEW
    assert own.copied_from == "overview"
    assert next(one.title for one in offered_templates(cast.acme)) == "Board"
    again = create_template(workspace=cast.acme, actor=cast.ada, name="Board", copied_from=str(own.pk))
    assert (again.slug, again.copied_from) == ("board-2", "")


def test_a_version_never_changes_and_saving_the_same_makes_none(cast: Cast, own: Template) -> None:
    first = newest_version(own)
    changed = drafts.remove_block(first.document, "spread")
    second = save_version(template=own, actor=cast.ben, document=changed, note="No spread", seen=1)
    assert (second.number, second.document["version"]) == (2, 2)
    assert save_version(template=own, actor=cast.ben, document=second.document).number == 2
    with pytest.raises(Conflict, match="Version 2 was saved while you changed version 1"):
        save_version(template=own, actor=cast.ben, document=first.document, seen=1)
    third = restore_version(template=own, actor=cast.ada, number=1)
    assert (third.number, ids(third.document)) == (3, ids(first.document))
    first.refresh_from_db()
    assert "spread" in ids(first.document)


def test_a_document_that_does_not_fit_is_refused_with_its_place(cast: Cast, own: Template) -> None:
    broken = drafts.find_block(document := newest_version(own).document, "trend")
    assert broken is not None
    broken["period"] = "fortnight"
    with pytest.raises(Unprocessable) as refusal:
        save_version(template=own, actor=cast.ada, document=document)
    assert [name.split(".")[-1] for name in refusal.value.fields] == ["period"]
    [problem] = drafts.problems_of(document)
    assert (problem.section, problem.block, problem.field) == ("figures", "trend", "period")


def test_an_archived_template_is_not_offered_until_it_is_taken_back(cast: Cast, own: Template) -> None:
    archive_template(template=own, actor=cast.ada)
    assert all(one.row is None for one in offered_templates(cast.acme))
    assert [one.row for one in offered_templates(cast.acme, archived=True)] == [own]
    with pytest.raises(Conflict, match="archived"):
        save_version(template=own, actor=cast.ada, document=OVERVIEW)
    archive_template(template=own, actor=cast.ada, undo=True)
    assert offered_templates(cast.acme)[0].row == own


def test_a_template_of_an_older_studio_is_not_offered_and_not_in_the_way(cast: Cast, own: Template) -> None:
    TemplateVersion.objects.update(document={**OVERVIEW, "colour": "red"})
    assert all(one.row is None for one in offered_templates(cast.acme))
    with pytest.raises(Unprocessable, match="colour"):
        find_offered(cast.acme, str(own.pk))


def test_a_stranger_finds_the_ready_ones_only(cast: Cast, own: Template) -> None:
    assert all(one.row is None for one in offered_templates(cast.other))
    for key in (str(own.pk), "no-such"):
        with pytest.raises(NotFound):
            find_offered(cast.other, key)
    with pytest.raises(NotFound):
        create_template(workspace=cast.other, actor=cast.cleo, name="Mine", copied_from=str(own.pk))


def test_blocks_move_within_and_across_sections() -> None:
    up = drafts.move_block(OVERVIEW, "trend", "up")
    assert [block["id"] for block in (drafts.find_section(up, "key_figures") or {})["blocks"]] == [
        "keys",
        "trend",
    ]
    assert drafts.move_block(up, "trend", "down") == OVERVIEW
    assert ids(drafts.move_block(OVERVIEW, "trend", "down"))[2:4] == ["by0", "trend"]
    assert drafts.move_block(OVERVIEW, "summary", "up") == OVERVIEW
    dropped = drafts.drop_block(OVERVIEW, "notes", section="figures", before="mix")
    assert ids(dropped)[4:7] == ["change", "notes", "mix"]
    first = drafts.move_section(OVERVIEW, "notes", "up")
    assert [section["id"] for section in first["sections"]][-2:] == ["notes", "ranking"]


def test_added_and_copied_blocks_get_ids_of_their_own() -> None:
    draft, first = drafts.add_block(OVERVIEW, "trend", section="figures", after="trend")
    draft, second = drafts.copy_block(draft, first)
    draft, section = drafts.add_section(draft, after="summary")
    assert (first, second, section) == ("trend-2", "trend-3", "section")
    assert ids(draft)[2:5] == ["trend", "trend-2", "trend-3"]
    assert drafts.problems_of(draft) == []
    assert "mix" not in ids(drafts.remove_block(draft, "mix"))


def test_a_sentence_of_a_block_that_is_gone_is_a_problem_only_where_it_is_named() -> None:
    draft = drafts.remove_block(OVERVIEW, "by0")
    assert drafts.problems_of(draft) == []
    (drafts.find_block(draft, "summary") or {})["blocks"] = ["by0"]
    [problem] = drafts.problems_of(draft)
    assert (problem.block, problem.field) == ("summary", "blocks")


def test_differences_name_what_came_went_moved_and_changed() -> None:
    after: Any = drafts.remove_block(OVERVIEW, "mix")
    after = drafts.drop_block(after, "spread", section="figures", before="trend")
    after, _ = drafts.add_block(after, "text", section="notes")
    (drafts.find_block(after, "ranking") or {})["top_n"] = 5
    after["title"] = {"en": "Board"}
    found = [(one.what, one.how, one.id) for one in compare_documents(OVERVIEW, after)]
    assert found == [
        ("template", "changed", ""),
        ("block", "changed", "ranking"),
        ("block", "added", "text"),
        ("block", "removed", "mix"),
        ("block", "moved", "spread"),
    ]
    assert compare_documents(OVERVIEW, OVERVIEW) == []
