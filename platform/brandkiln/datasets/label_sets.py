"""The set of labels that a version is labelled with: add, rename, merge, remove, give keys.

A record's own label is never changed. What it is called now stands in ``LabelSet.renamed``, and labels that people
have set are rewritten, so renaming a label of a million records is one small write.
"""

import string
import unicodedata
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.core.errors import Conflict, Unprocessable
from brandkiln.core.models import User
from brandkiln.core.text import is_storable
from brandkiln.datasets.models import Annotation, DatasetVersion, LabelSet
from brandkiln.workspaces.services import record_audit

COMMANDS = "acfgjkpuv"
"""Letters that the labelling page and the studio keep for themselves."""
KEYS = "123456789" + "".join(letter for letter in string.ascii_lowercase if letter not in COMMANDS)
LENGTH = 120
MOST = 5_000


def label_set_of(version: DatasetVersion) -> LabelSet:
    """Return the version's set of labels; where nobody has changed it yet, one that is not saved."""
    kept = LabelSet.objects.filter(version=version).first()
    return kept or LabelSet(version=version, labels=_first_labels(version))


def locked_label_set(version: DatasetVersion) -> LabelSet:
    """Return the version's set for the rest of the transaction; who else wants to change labels waits."""
    LabelSet.objects.get_or_create(version=version, defaults={"labels": _first_labels(version)})
    return LabelSet.objects.select_for_update().get(version=version)


def names_of(labels: LabelSet) -> list[str]:
    """Return the names in the order in which they are offered."""
    return [one["name"] for one in labels.labels]


def clean_label(text: str) -> str:
    """Return a name as it is kept.

    Raises:
        Unprocessable: If it is too long or holds what is no character.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if len(name) > LENGTH or not is_storable(name) or any(unicodedata.category(one) == "Cc" for one in name):
        message = _('"%(name)s" is no label: it may have %(length)d characters, none of them a control.') % {
            "name": name[:40],
            "length": LENGTH,
        }
        raise Unprocessable(message, fields={"name": message})
    return name


@transaction.atomic
def add_labels(*, version: DatasetVersion, names: Iterable[str], actor: User | None) -> LabelSet:
    """Add labels at the end of the set, each with the next free key; those that are there already stay."""
    labels = locked_label_set(version)
    known = set(names_of(labels))
    new = [name for name in dict.fromkeys(map(clean_label, names)) if name and name not in known]
    if len(known) + len(new) > MOST:
        raise Unprocessable(
            _("A version has at most %(most)d labels; with these it would have %(here)d. Merge some first.")
            % {"most": MOST, "here": len(known) + len(new)}
        )
    if new:
        free = iter(_free_keys(labels.labels))
        labels.labels = [*labels.labels, *({"name": name, "key": next(free, "")} for name in new)]
        labels.save(update_fields=["labels"])
        _note(version, actor, "label.added", {"labels": new[:20], "count": len(new)})
    return labels


@transaction.atomic
def rename_label(
    *, version: DatasetVersion, name: str, to: str, actor: User | None, merge: bool = False
) -> LabelSet:
    """Call a label by another name, for the records that have it too.

    Args:
        merge: Whether ``to`` may be a label that is there already, so that two become one.

    Raises:
        Conflict: If ``to`` is there already and they are not to be merged.
    """
    labels = locked_label_set(version)
    entry = _entry(labels, name)
    to = clean_label(to)
    if not to:
        raise _unfit("to", _("A label needs a name."))
    if to == name:
        return labels
    taken = to in names_of(labels)
    if taken and not merge:
        message = _('There is a label "%(name)s" already. Choose another name, or merge the two.') % {
            "name": to
        }
        raise Conflict(message, fields={"to": message})
    if taken:
        labels.labels = [one for one in labels.labels if one["name"] != name]
    else:
        labels.labels = [{**one, "name": to} if one == entry else one for one in labels.labels]
    called = {own: labels.renamed.get(own, own) for own in version.labels}
    labels.renamed = {own: new for own, now in called.items() if (new := to if now == name else now) != own}
    labels.save(update_fields=["labels", "renamed"])
    Annotation.objects.filter(version=version, label=name).update(
        label=to, revision=F("revision") + 1, by=actor, at=timezone.now()
    )
    _note(version, actor, "label.merged" if taken else "label.renamed", {"from": name, "to": to})
    return labels


@transaction.atomic
def remove_label(*, version: DatasetVersion, name: str, actor: User | None) -> LabelSet:
    """Take a label that no record has out of the set.

    Raises:
        Conflict: If a record has it.
    """
    labels = locked_label_set(version)
    entry = _entry(labels, name)
    own = [one for one in version.labels if labels.renamed.get(one, one) == name]
    if own or Annotation.objects.filter(version=version, label=name).exists():
        message = _('Records have the label "%(name)s". Merge it into another one instead.') % {"name": name}
        raise Conflict(message, fields={"name": message})
    labels.labels = [one for one in labels.labels if one != entry]
    labels.save(update_fields=["labels"])
    _note(version, actor, "label.removed", {"label": name})
    return labels


@transaction.atomic
def set_key(*, version: DatasetVersion, name: str, key: str, actor: User | None) -> LabelSet:
    """Give a label the key that sets it, or none; a label that had this key before loses it."""
    labels = locked_label_set(version)
    entry = _entry(labels, name)
    key = key.strip().lower()
    if key and key not in set(KEYS):
        message = _('"%(key)s" can be no key of a label; free are %(keys)s.') % {
            "key": key[:10],
            "keys": " ".join(_free_keys(labels.labels)),
        }
        raise _unfit("key", message)
    labels.labels = [
        {**one, "key": key} if one == entry else {**one, "key": "" if one["key"] == key else one["key"]}
        for one in labels.labels
    ]
    labels.save(update_fields=["labels"])
    return labels


def _first_labels(version: DatasetVersion) -> list[dict[str, str]]:
    """Return what the labellers of the parent version agreed on, then the version's other labels."""
    before = LabelSet.objects.filter(version=version.parent_id).first() if version.parent_id else None
    kept = [dict(one) for one in before.labels] if before else []
    known = {one["name"] for one in kept}
    free = iter(_free_keys(kept))
    return kept + [{"name": name, "key": next(free, "")} for name in version.labels if name not in known]


def _free_keys(labels: list[dict[str, str]]) -> list[str]:
    taken = {one["key"] for one in labels}
    return [key for key in KEYS if key not in taken]


def _entry(labels: LabelSet, name: str) -> dict[str, str]:
    found: dict[str, str] | None = next((one for one in labels.labels if one["name"] == name), None)
    if found is None:
        raise _unfit("name", _('There is no label "%(name)s". Add it first.') % {"name": name[:LENGTH]})
    return found


def _unfit(field: str, message: str) -> Unprocessable:
    return Unprocessable(message, fields={field: message})


def _note(version: DatasetVersion, actor: User | None, action: str, data: dict[str, object]) -> None:
    record_audit(workspace=version.workspace, actor=actor, action=action, subject=version, data=data)
