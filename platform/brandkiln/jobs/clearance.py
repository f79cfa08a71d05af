"""Whether a data set version may be used for a job: what its terms forbid, and what has to be known of it first."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brandkiln.core.errors import Conflict, Unprocessable
from brandkiln.core.models import User
from brandkiln.datasets.models import DatasetVersion
from brandkiln.datasets.protection.decisions import undecided_findings
from brandkiln.datasets.terms import has_expired, missing_terms
from brandkiln.jobs.models import Job
from brandkiln.workspaces.models import Membership, Role

LEARNS = {Job.Kind.TRAIN, Job.Kind.AUGMENT}
USES = {
    Job.Kind.TRAIN,
    Job.Kind.EVALUATE,
    Job.Kind.REPORT,
    Job.Kind.COMPRESS,
    Job.Kind.AUGMENT,
    Job.Kind.INDEX,
}
NAMED = 3
REASON_LENGTH = 400
NAMES = {
    "licence": gettext_lazy("licence"),
    "consent": gettext_lazy("consent basis"),
    "people": gettext_lazy("people depicted"),
    "personal_data": gettext_lazy("a decision on the personal data that was found"),
}


class InTrash(Conflict):
    """What was chosen lies in the trash, so nothing works with it."""

    code = "in_trash"


class DataForbidden(Unprocessable):
    """The terms of the data forbid the job, to everybody."""

    code = "data_forbidden"


class DataNotCleared(Unprocessable):
    """Something has to be known of the data first; an admin may go on and give a reason."""

    code = "data_not_cleared"


@dataclass(frozen=True)
class Cleared:
    """That a job may use its data, and what an admin's reason stands in for."""

    override_reason: str = ""
    lacking: tuple[str, ...] = ()


def refuse_trashed(version: DatasetVersion) -> None:
    """Raise InTrash if the version or its data set lies in the trash."""
    if version.trashed_at or version.dataset.trashed_at:
        message = _("%(version)s is in the trash. Restore it first, or choose another version.") % {
            "version": version
        }
        raise InTrash(message, fields={"dataset_version": message})


def refuse_forbidden(version: DatasetVersion, kind: str) -> None:
    """Raise DataForbidden if the terms of the data rule the job out, whoever asks."""
    dataset = version.dataset
    if kind in USES and has_expired(dataset):
        message = _(
            "%(dataset)s could be used until %(day)s. Choose another data set, or change its last day if it may be "
            "used for longer."
        ) % {"dataset": dataset.name, "day": dataset.expires_on}
        raise DataForbidden(message, fields={"dataset_version": message})
    if kind in USES and version.report.get("erased"):
        message = _(
            "A record was erased from %(version)s, so it is not what it was. Choose the newest version of %(dataset)s."
        ) % {"version": version, "dataset": dataset.name}
        raise DataForbidden(message, fields={"dataset_version": message})
    if kind in LEARNS and dataset.do_not_train:
        message = _(
            '%(dataset)s is marked "do not train". Choose another data set; a publisher can take the mark off.'
        ) % {"dataset": dataset.name}
        raise DataForbidden(message, fields={"dataset_version": message})


def clear_data(
    version: DatasetVersion, *, kind: str, actor: User | None, override_reason: str = ""
) -> Cleared:
    """Return that the job may use the version, with the reason where an admin had to give one.

    Raises:
        InTrash: If it lies in the trash.
        DataForbidden: If its terms rule the job out.
        DataNotCleared: If something has to be known first and no admin has given a reason to go on without.
    """
    refuse_trashed(version)
    refuse_forbidden(version, kind)
    if kind not in LEARNS:
        return Cleared()
    lacking = missing_terms(version.dataset)
    if undecided_findings(version):
        lacking.append("personal_data")
    if not lacking:
        return Cleared()
    reason = " ".join(override_reason.split())[:REASON_LENGTH]
    is_admin = is_admin_of(version, actor)
    if reason and is_admin:
        return Cleared(reason, tuple(lacking))
    raise _not_cleared(version, lacking, is_admin)


def is_admin_of(version: DatasetVersion, actor: User | None) -> bool:
    """Return whether the person is an admin of the version's workspace."""
    admins = Membership.objects.filter(workspace=version.workspace_id, role=Role.ADMIN)
    return actor is not None and admins.filter(user=actor).exists()


def _not_cleared(version: DatasetVersion, lacking: list[str], is_admin: bool) -> DataNotCleared:
    facts = {
        "version": version,
        "names": ", ".join(str(NAMES[name]) for name in lacking),
        "people": ", ".join(_who_can_say(version)),
    }
    message = (
        _(
            "Before anything is trained on %(version)s, this is missing: %(names)s. Fill it in on its Protection tab; "
            "%(people)s can do that."
        )
        % facts
    )
    fields = {"dataset_version": message}
    if is_admin:
        fields["override_reason"] = _("As an admin you can go on without it: say why. The reason is kept.")
    return DataNotCleared(message, fields=fields)


def _who_can_say(version: DatasetVersion) -> list[str]:
    """Return the names of some who may fill in what is missing: who made the data set, publishers and admins."""
    able = Membership.objects.filter(workspace=version.workspace_id, role__in=[Role.PUBLISHER, Role.ADMIN])
    people = [member.user for member in able.select_related("user").order_by("created_at")[:NAMED]]
    made_by = version.dataset.created_by
    if made_by and made_by not in people:
        people.insert(0, made_by)
    return [str(person) for person in people[:NAMED]]
