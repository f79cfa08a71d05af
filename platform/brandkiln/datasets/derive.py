"""A version becomes the next one: its records stream through a recipe, are dealt anew, and are kept in one transaction.

Asking twice gives the same version: a key names the request, and content that equals the newest version makes none.
"""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from brandkiln.core.errors import Conflict, Unprocessable
from brandkiln.core.models import User
from brandkiln.datasets.bulk import add_records
from brandkiln.datasets.generated import refuse_dealing
from brandkiln.datasets.keys import Key
from brandkiln.datasets.manifest import Sorted, manifest_entry, manifest_hash, sort_records
from brandkiln.datasets.models import Dataset, DatasetVersion
from brandkiln.datasets.moments import moment_key
from brandkiln.datasets.quotas import scratch
from brandkiln.datasets.recipes.figures import Figures
from brandkiln.datasets.recipes.line import Line
from brandkiln.datasets.recipes.parent import parent_lines, with_groups
from brandkiln.datasets.recipes.registry import Recipe, check_recipe
from brandkiln.datasets.recipes.run import columns_after, run_recipe
from brandkiln.datasets.recipes.step import Held, Work
from brandkiln.datasets.splits import SplitRule
from brandkiln.workspaces.services import record_audit

Progress = Callable[[int, int, str], None]
TICK = 500


def derive_version(
    *,
    parent: DatasetVersion,
    recipe: Recipe,
    split_rule: SplitRule,
    split_seed: int,
    actor: User | None,
    report_progress: Progress,
    origin: DatasetVersion.Origin = DatasetVersion.Origin.RECIPE,
    key: str = "",
) -> DatasetVersion:
    """Return the version that the recipe makes of its parent, or the newest where that has the same content.

    Args:
        report_progress: Called often; it raises when the work has to stop, and then nothing is left behind.
        key: Names the request, a job's id say: asked again with the same key, the same version is returned.

    Raises:
        Unprocessable: If the recipe does not fit the parent, or leaves no record.
    """
    if key and (version := _made_before(parent, key)):
        return version
    check_rule(split_rule, parent, recipe)
    check_recipe(recipe, parent)
    with tempfile.TemporaryDirectory(dir=scratch(), prefix="derive-") as name:
        making = _Making(parent, recipe, split_rule, split_seed, Path(name), report_progress)
        columns, report, done = making.values(key)
        newest = parent.dataset.versions.filter(trashed_at=None).order_by("-number").first()
        if newest and newest.sha256 == columns["sha256"]:
            message = _("The content is the same as version %(number)d, so no new version was made.")
            report_progress(newest.record_count, newest.record_count, message % {"number": newest.number})
            return newest
        return _keep(parent, making, origin, actor, {**columns, "report": report, "recipe": done}, key)


def check_rule(rule: SplitRule, parent: DatasetVersion, recipe: Recipe) -> None:
    """Raise Unprocessable where the rule needs something that the version does not have."""
    names = {column["name"] for column in columns_after(recipe, parent.columns)}
    for wanted in {
        rule.column if rule.together == "column" else "",
        rule.time_column if rule.by == "time" else "",
    }:
        if wanted and parent.columns and wanted not in names:
            message = _('The split names the column "%(name)s", which is not there after the recipe.')
            raise Unprocessable(message % {"name": wanted}, fields={"split_rule": wanted})
    if rule.by != "keep":
        refuse_dealing(parent)
    if rule.together == "near_duplicate" and not hasattr(parent, "quality"):
        message = _(
            "Version %(number)d has not been checked for near duplicates yet; check it, then split it."
        )
        raise Unprocessable(message % {"number": parent.number}, fields={"split_rule.together": "unchecked"})


class _Making:
    """The stages before the transaction: everything slow, all of it in a scratch folder."""

    def __init__(
        self,
        parent: DatasetVersion,
        recipe: Recipe,
        rule: SplitRule,
        seed: int,
        folder: Path,
        report_progress: Progress,
    ) -> None:
        self.parent, self.recipe, self.rule, self.seed = parent, recipe, rule, seed
        self.folder, self.report_progress = folder, report_progress
        self.held: Held
        self.sorted: Sorted

    def values(self, key: str) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
        """Run the recipe and return the version's columns, its report, and the recipe with what it did."""
        kind = self.parent.dataset.kind
        columns = columns_after(self.recipe, self.parent.columns)
        figures = Figures(kind, columns)
        work = Work(self.parent, self.folder, self.parent.columns, check=self._check)
        lines, done = run_recipe(self.recipe, self._read(), work)
        self.held = work.hold(_seen(lines, figures))
        if not len(self.held):
            raise Unprocessable(
                _("The recipe leaves no record of %(count)d, so no version was made. Change a step.")
                % {"count": self.parent.record_count},
                fields={"recipe": "empty"},
            )
        self._say(_("Splitting"))
        self.sorted = sort_records(self._keys(), rule=self.rule, seed=self.seed, folder=self.folder)
        self._say(_("Storing"))
        entries = (
            manifest_entry(kind, line.sha256, line.label, line.text, line.fields) for line in self.held
        )
        values = {
            "sha256": manifest_hash(kind, columns, entries, self.sorted.dealt),
            "record_count": len(self.held),
            "counts": self.sorted.counts(),
            "labels": sorted(label for label in self.sorted.labels if label),
            "columns": columns,
        }
        report = {
            "accepted": len(self.held),
            "refused": 0,
            "made_by": key,
            **figures.summary(),
            **self.sorted.report(kind),
        }
        recipe = [
            {**step.dumped(), "counts": dict(mine.counts)}
            for step, mine in zip(self.recipe, done, strict=True)
        ]
        return values, report, recipe

    def rows(self, version: DatasetVersion) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of the records, in the order of bulk.COLUMNS."""
        for position, (line, split) in enumerate(zip(self.held, self.sorted.dealt, strict=True)):
            yield (
                version.pk,
                position,
                line.name,
                line.sha256,
                split.value,
                line.label,
                line.artifact,
                line.thumbnail,
                line.text,
                line.fields,
                line.facts,
            )

    def _read(self) -> Iterator[Line]:
        total = self.parent.record_count
        for done, line in enumerate(parent_lines(self.parent)):
            if done % TICK == 0:
                self.report_progress(done, total, _("Cleaning"))
            yield line

    def _keys(self) -> Iterator[Key]:
        together, column = self.rule.together, self.rule.column
        code = "near_duplicate" if together == "near_duplicate" else ""
        lines = (
            with_groups(iter(self.held), self.parent, code) if code else ((one, None) for one in self.held)
        )
        for line, found in lines:
            value = line.fields.get(column) if together == "column" else found
            yield Key(
                line.sha256,
                line.label,
                group="" if value in (None, "") else str(value),
                moment=moment_key(line.fields.get(self.rule.time_column)) if self.rule.by == "time" else "",
                kept=line.split,
            )

    def _check(self) -> None:
        self._say(_("Cleaning"))

    def _say(self, message: str) -> None:
        total = self.parent.record_count
        self.report_progress(total, total, message)


def _seen(lines: Iterator[Line], figures: Figures) -> Iterator[Line]:
    for line in lines:
        figures.see(line)
        yield line


@transaction.atomic
def _keep(
    parent: DatasetVersion,
    making: _Making,
    origin: DatasetVersion.Origin,
    actor: User | None,
    values: dict[str, Any],
    key: str,
) -> DatasetVersion:
    dataset = Dataset.objects.select_for_update().get(pk=parent.dataset_id)
    if key and (version := _made_before(parent, key)):
        return version  # another attempt at the same request was faster
    now = DatasetVersion.objects.filter(pk=parent.pk, sha256=parent.sha256, record_count=parent.record_count)
    if not now.exists():
        raise Conflict(
            _(
                "Version %(number)d was changed while it was being worked on; run the recipe on what it is now."
            )
            % {"number": parent.number}
        )
    last = dataset.versions.aggregate(last=Max("number"))["last"] or 0
    version = DatasetVersion.objects.create(
        workspace_id=parent.workspace_id,
        dataset=dataset,
        number=last + 1,
        origin=origin,
        parent=parent,
        split_seed=making.seed,
        split_rule=making.rule.model_dump(mode="json"),
        **values,
    )
    add_records(making.rows(version))
    record_audit(
        workspace=parent.workspace,
        actor=actor,
        action="dataset_version.derived",
        subject=str(version),
        data={
            "parent": parent.number,
            "sha256": version.sha256,
            "records": version.record_count,
            "recipe": [step["step"] for step in version.recipe],
        },
    )
    return version


def _made_before(parent: DatasetVersion, key: str) -> DatasetVersion | None:
    return parent.dataset.versions.filter(report__made_by=key).first()
