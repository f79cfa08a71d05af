"""Features that an admin may switch off for a workspace: pages hide them, and services refuse them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brandkiln.core.errors import StudioError, Unprocessable
from brandkiln.core.models import User
from brandkiln.workspaces.models import Workspace
from brandkiln.workspaces.services import record_audit


class SwitchedOff(StudioError):
    """An admin has switched the feature off for this workspace."""

    code, status = "switched_off", 403


@dataclass(frozen=True, slots=True)
class Feature:
    """Something that a workspace can do without."""

    name: str
    label: str | Promise
    about: str | Promise


FEATURES = {
    feature.name: feature
    for feature in (
        Feature(
            "training", gettext_lazy("Training"),
            gettext_lazy("Train networks, search for settings, compress. What is trained can still be used."),
        ),
        Feature(
            "uploads", gettext_lazy("Bringing data in"), gettext_lazy("Upload files, fetch them from places, import."),
        ),
        Feature(
            "remote", gettext_lazy("Networks on other servers"),
            gettext_lazy("Make connections and use them. Off, nothing that is written here leaves for another server."),
        ),
        Feature(
            "sharing", gettext_lazy("Links for people outside"),
            gettext_lazy("Share reports and pieces by link. Off, links that are out stop opening."),
        ),
        Feature(
            "exports", gettext_lazy("Exports"), gettext_lazy("Export packs, checkpoints as files, downloads of many."),
        ),
        Feature("webhooks", gettext_lazy("Webhooks"), gettext_lazy("Tell other servers what happens here.")),
        Feature(
            "bulk", gettext_lazy("Bulk runs"), gettext_lazy("Make pieces for every row of a table."),
        ),
    )
}  # fmt: skip
"""Every feature by its name; all are on in a new workspace."""


def is_on(workspace: Workspace, name: str) -> bool:
    """Return whether the workspace may use a feature."""
    return FEATURES[name].name not in workspace.switched_off


def require_feature(workspace: Workspace, name: str) -> None:
    """Raise SwitchedOff where an admin has switched the feature off."""
    if not is_on(workspace, name):
        raise SwitchedOff(
            _(
                '"%(feature)s" is switched off in this workspace. An admin can switch it on under Settings, Features.'
            )
            % {"feature": FEATURES[name].label}
        )


@transaction.atomic
def save_switches(*, workspace: Workspace, actor: User | None, off: Iterable[str]) -> Workspace:
    """Switch off what is named, and on everything else.

    Raises:
        Unprocessable: If there is no such feature.
    """
    wanted = sorted(set(off))
    if unknown := [name for name in wanted if name not in FEATURES]:
        message = _("There is no feature %(names)s; use %(known)s.") % {
            "names": ", ".join(unknown), "known": ", ".join(FEATURES),
        }  # fmt: skip
        raise Unprocessable(message, fields={"off": message})
    workspace = Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
    before = set(workspace.switched_off)
    workspace.switched_off = wanted
    workspace.save(update_fields=["switched_off"])
    for name in sorted(before ^ set(wanted)):
        action = "feature.off" if name in wanted else "feature.on"
        record_audit(workspace=workspace, actor=actor, action=action, subject=name)
    return workspace
