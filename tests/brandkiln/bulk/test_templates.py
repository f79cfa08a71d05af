"""Templates: what can be kept, versions, copies, and a template from what a job made."""

from dataclasses import replace
from typing import Any

import pytest
from brandkiln.bulk.models import Template
from brandkiln.bulk.templates import (
    archive_template,
    content_of,
    create_template,
    duplicate_template,
    newest_version,
    restore_version,
    save_version,
    start_from_job,
)
from brandkiln.core.errors import Conflict, Unprocessable
from brandkiln.workspaces.models import AuditEntry

from tests.brandkiln.bulk.conftest import CONTENT
from tests.factories import Cast, JobFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"generator": "none"}, "generator"),
        ({"params": {"prompt": "{unknown}"}}, "params.prompt"),
        ({"params": {"size": 4096}}, "params.size"),
        ({"params": {"sizes": 4}}, "params.sizes"),
        ({"variables": ({"name": "No good"},)}, "variables.0.name"),
        ({"variables": ({"name": "tone", "kind": "choice"},)}, "variables.0"),
        ({"variables": ({"name": "a"}, {"name": "a"})}, "variables.1.name"),
    ],
)
def test_what_does_not_fit_is_named_by_its_place(cast: Cast, change: dict[str, Any], place: str) -> None:
    content = replace(CONTENT, **{"params": {}, "variables": ()} | change)
    with pytest.raises(Unprocessable) as refusal:
        create_template(workspace=cast.acme, actor=cast.ben, name="Vase", content=content)
    assert place in refusal.value.fields


def test_each_save_is_a_version_and_an_earlier_one_can_hold_again(cast: Cast, template: Template) -> None:
    same = save_version(template=template, actor=cast.ben, content=content_of(newest_version(template)))
    assert same.number == 1
    changed = replace(CONTENT, params=CONTENT.params | {"prompt": "{name}"})
    assert save_version(template=template, actor=cast.ben, content=changed, seen=1).number == 2
    with pytest.raises(Conflict, match="Version 2 was saved"):
        save_version(template=template, actor=cast.ada, content=CONTENT, seen=1)
    again = restore_version(template=template, actor=cast.ben, number=1)
    assert (again.number, again.params) == (3, CONTENT.params)
    copy = duplicate_template(template=template, actor=cast.ada)
    assert (copy.name, newest_version(copy).params) == ("Vase (copy)", CONTENT.params)


def test_an_archived_template_stays_as_it_is_until_it_is_taken_back(cast: Cast, template: Template) -> None:
    archive_template(template=template, actor=cast.ben)
    with pytest.raises(Conflict, match="archived"):
        save_version(template=template, actor=cast.ben, content=CONTENT)
    assert archive_template(template=template, actor=cast.ben, undo=True).archived_at is None
    actions = AuditEntry.objects.filter(action__startswith="bulk_template").values_list("action", flat=True)
    assert set(actions) == {"bulk_template.created", "bulk_template.archived", "bulk_template.restored"}


def test_a_job_becomes_a_template_whose_product_is_a_variable(cast: Cast) -> None:
    params = {"format": "search_ad", "product": "name: Boot", "audience": "People with {braces}", "seed": 7}
    job = JobFactory(project=cast.project, generator="text-lm", params=params)
    begun = start_from_job(job)
    assert begun.name == "Search ad"
    assert begun.content.params["product"] == "{product}"
    assert begun.content.params["audience"] == "People with {{braces}}"
    assert "seed" not in begun.content.params
    create_template(workspace=cast.acme, actor=cast.ben, name=begun.name, content=begun.content)
    with pytest.raises(Conflict, match="did something else"):
        start_from_job(JobFactory(project=cast.project, kind="train"))
