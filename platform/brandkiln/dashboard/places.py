"""Where a person may go in a workspace: the menu, the shortcuts and the palette all read this list."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from brandkiln.workspaces.models import Workspace
from brandkiln.workspaces.switches import is_on


@dataclass(frozen=True)
class Place:
    """One page that everybody should find."""

    name: str
    """Of its route, without the namespace."""
    title: str | Promise
    icon: str
    group: str | Promise | None = None
    """The heading that it stands under in the menu; None stands at the top, and "" in the palette alone."""
    sections: tuple[str, ...] = ()
    """First words of the routes that belong to it; by default its own."""
    key: str = ""
    """The letter that goes there after g."""
    words: str | Promise = ""
    """What else people call it."""
    args: tuple[str, ...] = ()
    """What its route takes after the workspace."""
    feature: str = ""
    """Where a workspace has switched this off, nobody is led there."""

    @property
    def covers(self) -> tuple[str, ...]:
        """The sections in which the menu marks it as the current page."""
        return self.sections or (self.name.split("_")[0],)

    def address(self, workspace: Workspace) -> str:
        """Return where it is."""
        return reverse(f"dashboard:{self.name}", args=[workspace.slug, *self.args])


MATERIAL, SETTINGS = _("Material"), _("Workspace")

PLACES = (
    Place("workspace", _("Home"), "house", key="h", words=_("overview start dashboard")),
    Place("asset_list", _("Library"), "images", key="l", words=_("assets pictures copy pieces")),
    Place("review_list", _("Review"), "badge-check", key="v", words=_("approve reject comments waiting")),
    Place(
        "campaign_list", _("Campaigns"), "target", sections=("campaign", "pack", "share"), key="m",
        words=_("brief goal board export pack share link"),
    ),
    Place("calendar_page", _("Calendar"), "calendar", key="k", words=_("plan schedule month week publish iCal")),
    Place(
        "bulk_list", _("Bulk"), "table-2", key="b", words=_("templates rows CSV products many spreadsheet"),
        feature="bulk",
    ),
    Place("report_list", _("Reports"), "file-chart-column", key="r", words=_("figures charts PDF slides")),
    Place("question_list", _("Ask"), "search", key="a", words=_("questions documents answers")),
    Place("project_list", _("Projects"), "folder", MATERIAL, key="p", words=_("brand kit voice colours logo")),
    Place("dataset_list", _("Data sets"), "database", MATERIAL, key="d", words=_("upload import tables pictures")),
    Place("generator_list", _("Generators"), "flame", MATERIAL, key="c", words=_("create make write train")),
    Place("checkpoint_list", _("Checkpoints"), "layers", MATERIAL, words=_("weights versions production")),
    Place("job_list", _("Jobs"), "activity", SETTINGS, key="j", words=_("work queue progress")),
    Place(
        "member_list", _("Settings"), "settings", SETTINGS,
        ("member", "token", "connection", "audit", "webhook", "usage", "quota", "feature", "plugin", "worker"),
        words=_("people roles invitations"),
    ),
    Place("first_piece", _("Your first piece"), "sparkles", "", words=_("tour start help newcomer")),
    Place("dataset_new", _("Add a data set"), "upload", "", words=_("upload import files"), feature="uploads"),
    Place("project_new", _("New project"), "folder", "", words=_("brand kit")),
    Place("report_start", _("Make a report"), "file-chart-column", "", words=_("figures charts PDF slides")),
    Place("bulk_new", _("New bulk"), "table-2", "", words=_("CSV products rows many"), feature="bulk"),
    Place("bulk_template_list", _("Templates of bulks"), "copy", "", words=_("variables"), feature="bulk"),
    Place("report_template_list", _("Templates of reports"), "file-chart-column", ""),
    Place("dataset_trashed", _("Trash of data sets"), "trash-2", "", words=_("deleted restore")),
    Place("token_list", _("API tokens"), "key-round", "", words=_("keys programs")),
    Place("connection_list", _("Connections"), "link", "", words=_("remote server OpenAI Ollama"), feature="remote"),
    Place("notification_list", _("Notifications"), "bell", "", words=_("news told unread mail digest")),
    Place("webhook_list", _("Webhooks"), "webhook", "", words=_("servers API events"), feature="webhooks"),
    Place("usage_list", _("Usage and quotas"), "gauge", "", words=_("cost price limit budget")),
    Place("feature_list", _("Features"), "list-filter", "", words=_("switch off on allow")),
    Place("worker_list", _("Workers"), "cpu", "", words=_("GPU load machines")),
    Place("plugin_list", _("Plugins"), "package", "", words=_("generators quarantine broken")),
    Place("audit_list", _("Audit log"), "list", "", words=_("history who")),
)  # fmt: skip


def places_of(workspace: Workspace) -> list[Place]:
    """Return the places that the workspace has not switched off."""
    return [place for place in PLACES if not place.feature or is_on(workspace, place.feature)]


def menu(workspace: Workspace) -> Iterator[tuple[str | Promise | None, list[Place]]]:
    """Yield each heading of the menu with its places."""
    shown = [place for place in places_of(workspace) if place.group != ""]
    for group in dict.fromkeys(place.group for place in shown):
        yield group, [place for place in shown if place.group == group]
