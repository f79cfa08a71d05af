"""Where an asset is used: whatever refers to it or to its bytes, in any app."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import ManyToOneRel, Model
from django.utils.translation import gettext_lazy as _

from brandkiln.artifacts.models import Artifact
from brandkiln.datasets.models import Record
from brandkiln.library.models import Asset

OWN = {"library", "artifacts", "notifications"}
"""Apps whose rows about an asset are part of it or only tell of it."""
QUIET = {"brand.verdict", "brand.overrule", "jobs.job"}
"""Likewise single tables."""


@dataclass(frozen=True)
class Use:
    """Rows of one kind that refer to assets.

    Attributes:
        title: What they are, as people call them.
        count: How many there are.
        names: Of the first of them.
    """

    title: str
    count: int
    names: tuple[str, ...]


def uses_of(assets: list[Asset]) -> list[Use]:
    """Return where assets are used, a line for each kind of thing."""
    found: dict[str, tuple[int, tuple[str, ...]]] = {}
    keys, bytes_of = [asset.pk for asset in assets], [asset.artifact_id for asset in assets]
    for relation in _relations(Asset):
        _count(found, relation, keys)
    for relation in _relations(Artifact):
        if relation.related_model is not Record:
            _count(found, relation, bytes_of)
    versions = (
        Record.objects.filter(artifact__in=bytes_of)
        .order_by("version")
        .values_list("version__dataset__name", flat=True)
    )
    if names := tuple(dict.fromkeys(versions)):
        found[str(_("data sets that were made from it"))] = (len(names), names[:3])
    return [Use(title, count, names) for title, (count, names) in sorted(found.items())]


def _relations(model: type[Model]) -> Iterator[ManyToOneRel]:
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel):
            label = relation.related_model._meta.label_lower
            if label.partition(".")[0] not in OWN and label not in QUIET:
                yield relation


def _count(found: dict[str, tuple[int, tuple[str, ...]]], relation: ManyToOneRel, keys: list[UUID]) -> None:
    rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": keys}).order_by()
    if count := rows.count():
        title = str(relation.related_model._meta.verbose_name_plural)
        before, names = found.get(title, (0, ()))
        has_name = type(relation.related_model()).__str__ is not Model.__str__
        some = tuple(str(row)[:80] for row in rows[:3]) if has_name else ()
        found[title] = (before + count, (names + some)[:3])
