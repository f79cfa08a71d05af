"""Where an asset is used: whatever refers to it or to its bytes, in any app.

A model says how: `used_as`, what people call its rows; `used_where`, a filter for those that count; and
`use_link()`, the name of one row and the address of its page. `used_as = ""` says that its rows are no use of an asset.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import ManyToOneRel, Model
from django.urls import reverse
from django.utils.translation import gettext as _

from brandkiln.artifacts.models import Artifact
from brandkiln.datasets.models import Record
from brandkiln.library.models import Asset

OWN = {"library", "artifacts", "notifications"}
"""Apps whose rows about an asset are part of it or only tell of it."""
QUIET = {"brand.verdict", "brand.overrule", "jobs.job", "datasets.record"}
"""Likewise single tables; records are told of as their data sets."""
NAMED = 3
Link = tuple[str, str]


@dataclass(frozen=True)
class Use:
    """Rows of one kind that refer to assets.

    Attributes:
        title: What they are, as people call them.
        count: How many there are.
        links: Of the first of them the name, and the address of its page where it has one.
    """

    title: str
    count: int
    links: tuple[Link, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What the first of them are called."""
        return tuple(name for name, _address in self.links)


def uses_of(assets: list[Asset]) -> list[Use]:
    """Return where assets are used, a line for each kind of thing."""
    found: dict[str, tuple[int, tuple[Link, ...]]] = {}
    keys, bytes_of = [asset.pk for asset in assets], [asset.artifact_id for asset in assets]
    for relation in _relations(Asset):
        _count(found, relation, keys)
    for relation in _relations(Artifact):
        _count(found, relation, bytes_of)
    rows = Record.objects.filter(artifact__in=bytes_of).order_by("version")
    columns = ("version__dataset__name", "version__dataset__workspace__slug", "version__dataset_id")
    sets = dict.fromkeys(rows.values_list(*columns))
    if links := tuple(
        (name, reverse("dashboard:dataset_page", args=[slug, key])) for name, slug, key in sets
    ):
        found[_("data sets that were made from it")] = (len(links), links[:NAMED])
    return [Use(title, count, links) for title, (count, links) in sorted(found.items())]


def _relations(model: type[Model]) -> Iterator[ManyToOneRel]:
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel):
            related: Any = relation.related_model
            label = related._meta.label_lower
            if label.partition(".")[0] not in OWN and label not in QUIET and related.used_as:
                yield relation


def _count(found: dict[str, tuple[int, tuple[Link, ...]]], relation: ManyToOneRel, keys: list[UUID]) -> None:
    model: Any = relation.related_model
    rows = model._base_manager.filter(**{f"{relation.field.name}__in": keys}).order_by()
    rows = rows.filter(**getattr(model, "used_where", {}))
    if count := rows.count():
        title = str(model.used_as)
        before, links = found.get(title, (0, ()))
        found[title] = (before + count, (links + tuple(_links(model, rows)))[:NAMED])


def _links(model: Any, rows: Any) -> Iterator[Link]:
    has_name = model.__str__ is not Model.__str__
    for row in rows[:NAMED]:
        if hasattr(row, "use_link"):
            name, address = row.use_link()
            yield name[:80], address
        elif has_name:
            yield str(row)[:80], ""
