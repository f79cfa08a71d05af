"""The production tag, its history, going back, and checkpoints that leave."""

from pathlib import Path

import pytest
from brandkiln.artifacts.models import Removal
from brandkiln.core.errors import Unprocessable
from brandkiln.jobs.checkpoint_trash import (
    InProduction,
    empty_checkpoint_trash,
    restore_checkpoint,
    trash_checkpoint,
)
from brandkiln.jobs.checkpoints import record_checkpoint
from brandkiln.jobs.clearance import InTrash
from brandkiln.jobs.models import Checkpoint, Promotion
from brandkiln.jobs.production import NothingBefore, ReadsWorse, promote_checkpoint, roll_back
from brandkiln.jobs.services import submit_job
from brandkiln.jobs.trash import InUse
from brandkiln.workspaces.models import AuditEntry

from tests.brandkiln.jobs.test_checkpoints import record, write
from tests.factories import Cast, JobFactory


@pytest.fixture
def three(cast: Cast, tmp_path: Path) -> list[Checkpoint]:
    return [record(cast, write(tmp_path / str(n), weight=n)) for n in range(3)]


def in_production() -> list[int]:
    return list(Checkpoint.objects.filter(is_production=True).values_list("number", flat=True))


def test_every_move_of_the_tag_is_remembered(cast: Cast, three: list[Checkpoint]) -> None:
    promote_checkpoint(checkpoint=three[1], actor=cast.pia)
    promote_checkpoint(checkpoint=three[1], actor=cast.pia)  # it is there already
    moves = Promotion.objects.order_by("created_at").values_list("number", "replaced__number", "actor__email")
    assert list(moves) == [(1, None, None), (2, 1, "pia@example.com")]


def test_what_was_compressed_at_the_cost_of_its_texts_is_refused_with_figures(
    cast: Cast, three: list[Checkpoint]
) -> None:
    for row, after in zip(three[1:], (14.94, 15.2), strict=True):
        row.compression = {"before": {"perplexity": 14.8}, "after": {"perplexity": after}}
        row.save(update_fields=["compression"])
    promote_checkpoint(checkpoint=three[1], actor=cast.pia)
    with pytest.raises(ReadsWorse, match=r"perplexity of 15.20; .* 14.80, and at most 14.95"):
        promote_checkpoint(checkpoint=three[2], actor=cast.pia)
    assert in_production() == [2]


def test_going_back_twice_goes_further_back(cast: Cast, three: list[Checkpoint]) -> None:
    for row in three[1:]:
        promote_checkpoint(checkpoint=row, actor=cast.pia)
    for expected in (2, 1):
        roll_back(project=cast.project, generator="dummy", actor=cast.pia)
        assert in_production() == [expected]
    with pytest.raises(NothingBefore, match="dummy"):
        roll_back(project=cast.project, generator="dummy", actor=cast.pia)
    assert AuditEntry.objects.filter(action="checkpoint.rolled_back", actor=cast.pia).count() == 2
    promote_checkpoint(checkpoint=three[2], actor=cast.pia)
    roll_back(project=cast.project, generator="dummy", actor=cast.pia)
    assert in_production() == [2]


def test_what_is_in_production_never_goes_to_the_trash(cast: Cast, three: list[Checkpoint]) -> None:
    with pytest.raises(InProduction, match="#1 is in production"):
        trash_checkpoint(checkpoint=three[0], actor=cast.ada)
    Checkpoint.objects.update(trashed_at="2020-01-01T00:00:00Z")  # however it may have got there
    assert sorted(empty_checkpoint_trash(days=0)) == ["dummy #2", "dummy #3"]
    assert in_production() == [1]


def test_a_trashed_checkpoint_draws_nothing_until_it_is_restored(cast: Cast, three: list[Checkpoint]) -> None:
    row = trash_checkpoint(checkpoint=three[1], actor=cast.ada)
    with pytest.raises(InTrash):
        promote_checkpoint(checkpoint=row, actor=cast.pia)
    with pytest.raises(Unprocessable, match="in the trash"):
        submit_job(
            workspace=cast.acme, project=cast.project, requested_by=cast.ben, kind="sample",
            generator="dummy", checkpoint=row,
        )  # fmt: skip
    restore_checkpoint(checkpoint=row, actor=cast.ada)
    assert promote_checkpoint(checkpoint=row, actor=cast.pia).is_production


def test_a_checkpoint_that_a_job_works_with_stays(cast: Cast, three: list[Checkpoint]) -> None:
    JobFactory(project=cast.project, checkpoint=three[1], state="running")
    with pytest.raises(InUse, match="Generate"):
        trash_checkpoint(checkpoint=three[1], actor=cast.ada)


def test_deleting_for_good_releases_its_bytes(cast: Cast, three: list[Checkpoint]) -> None:
    row = trash_checkpoint(checkpoint=three[2], actor=cast.ada)
    assert empty_checkpoint_trash(days=1) == []
    assert empty_checkpoint_trash(days=0, actor=cast.ada) == ["dummy #3"]
    assert Removal.objects.get().sha256 == row.weights.sha256


def test_a_smaller_form_names_its_parent_and_goes_into_production_by_a_person_only(
    cast: Cast, three: list[Checkpoint], tmp_path: Path
) -> None:
    Checkpoint.objects.update(is_production=False)
    job = JobFactory(project=cast.project, kind="compress", checkpoint=three[1], params={"method": "int8"})
    figures = {"before": {"bytes": 8.0}, "after": {"bytes": 2.0}}
    made = record_checkpoint(job=job, folder=write(tmp_path / "small", weight=9), figures=figures)
    assert (made.number, made.parent, made.is_production) == (4, three[1], False)
    assert made.compression["method"] == "int8"
    assert made.compression["after"] == {"bytes": 2.0}
