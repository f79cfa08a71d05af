"""The templates that come with the studio, and the brand kit that speaks where they say nothing."""

from brandkiln.bulk.checking import Filler, versions_of
from brandkiln.bulk.models import Row, Template
from brandkiln.bulk.ready import take_ready
from brandkiln.bulk.services import create_bulk, set_mapping
from brandkiln.bulk.sources import table_of
from brandkiln.projects.services import update_brand_kit

from tests.factories import Cast


def test_the_ready_templates_are_taken_once(cast: Cast) -> None:
    first = take_ready(workspace=cast.acme, actor=cast.ada)
    assert take_ready(workspace=cast.acme, actor=cast.ada) == first
    assert Template.objects.filter(workspace=cast.acme).count() == len(first) == 3


def test_the_brand_kit_of_the_project_fills_what_template_and_row_leave_open(cast: Cast) -> None:
    update_brand_kit(project=cast.project, actor=cast.ada, voice="Plain and warm.", audience="Walkers")
    bulk = create_bulk(
        workspace=cast.acme, project=cast.project, actor=cast.ada,
        templates=take_ready(workspace=cast.acme, actor=cast.ada)[:1],
        table=table_of([{"name": "Boot", "audience": "Climbers"}, {"name": "Sock", "audience": ""}]),
    )  # fmt: skip
    mapping = {"product": {"columns": ["name"]}, "audience": {"columns": ["audience"]}}
    set_mapping(bulk=bulk, mapping=mapping, actor=cast.ada)
    filler = Filler.of(versions_of(bulk)[0], bulk)
    boot, sock = (filler.params(row.cells) for row in Row.objects.filter(bulk=bulk).order_by("position"))
    assert (boot["audience"], sock["audience"]) == ("Climbers", "Walkers")
    assert boot["brand_voice"] == sock["brand_voice"] == "Plain and warm."
