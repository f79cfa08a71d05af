"""Templates of reports that a workspace may use: the ready ones, and its own in versions that never change."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import ValidationError

from brandkiln.core.errors import NotFound, Unprocessable
from brandkiln.core.models import User
from brandkiln.core.problems import by_place
from brandkiln.core.slugs import create_with_slug
from brandkiln.core.text import is_storable
from brandkiln.reports.models import Template, TemplateVersion
from brandkiln.workspaces.models import Workspace
from brandkiln.workspaces.services import record_audit
from brandkiln.workspaces.versions import (
    checked_note,
    checked_words,
    locked_to_save,
    set_archived,
    set_words,
    version_again,
)
from generators.builtin.report.template import ReportTemplate, ready_names, ready_template, text_of

EMPTY = {"sections": [{"id": "figures", "blocks": [{"id": "keys", "kind": "key_figures"}]}]}
"""What a template from nothing begins with."""


@dataclass(frozen=True)
class Offered:
    """A template that a person may choose.

    Attributes:
        key: What forms and the API call it by: the name of a ready one, the id of an own one.
        document: What it says now.
        row: The own template's row; None for a ready one.
    """

    key: str
    document: ReportTemplate
    row: Template | None = None

    @property
    def title(self) -> str:
        """What it is called, in the reader's language."""
        return self.row.name if self.row else text_of(self.document.title, reader_language()) or self.key

    @property
    def summary(self) -> str:
        """What it is for, in the reader's language."""
        return (self.row.summary if self.row else "") or text_of(self.document.summary, reader_language())


def offered_templates(workspace: Workspace, *, archived: bool = False) -> list[Offered]:
    """Return the workspace's own templates, newest first, and the ready ones behind them.

    Args:
        archived: Return the archived own ones instead.
    """
    newest = Prefetch("versions", TemplateVersion.objects.order_by("-number"), to_attr="newest_first")
    rows = Template.objects.filter(workspace=workspace, archived_at__isnull=not archived)
    own = []
    for row in rows.prefetch_related(newest):
        with suppress(
            Unprocessable
        ):  # an update of the studio may know a field no more; the editor says which
            own.append(_offered(row))
    return own if archived else own + [Offered(name, ready_template(name)) for name in ready_names()]


def find_offered(workspace: Workspace, key: str) -> Offered:
    """Return a ready template by its name or an own one by its id, archived or not.

    Raises:
        NotFound: If the workspace has none.
        Unprocessable: If an own one says what this version of the studio does not know.
    """
    if key in ready_names():
        return Offered(key, ready_template(key))
    try:
        row = Template.objects.filter(workspace=workspace, pk=UUID(key)).first()
    except ValueError:
        row = None
    if row is None:
        raise NotFound(
            _("There is no template %(key)s in this workspace. Ready ones are: %(names)s.")
            % {"key": key[:80], "names": ", ".join(ready_names())}
        )
    return _offered(row)


def newest_version(template: Template) -> TemplateVersion:
    """Return the version that is offered."""
    return template.versions.order_by("-number")[0]


def check_document(document: dict[str, Any]) -> ReportTemplate:
    """Return a template's document as the generator reads it.

    Raises:
        Unprocessable: If it does not fit; ``fields`` names each place.
    """
    try:
        checked = ReportTemplate.model_validate(document)
    except ValidationError as error:
        problems = by_place(error, at="document")
        message = _(
            "The template does not fit: %(names)s. The schema of the report generator says what does."
        )
        raise Unprocessable(message % {"names": ", ".join(problems)}, fields=problems) from error
    if not is_storable(checked.model_dump(mode="json")):
        message = _(
            "The template holds a character that is none: NUL or half of a surrogate pair. Remove it."
        )
        raise Unprocessable(message, fields={"document": message})
    return checked


@transaction.atomic
def create_template(
    *,
    workspace: Workspace,
    actor: User | None,
    name: str,
    summary: str = "",
    document: dict[str, Any] | None = None,
    copied_from: str = "",
    note: str = "",
) -> Template:
    """Return a new template of the workspace with its first version.

    Args:
        document: What it says; None copies ``copied_from``, or begins with nothing but key figures.
        copied_from: The key of the template that it begins as.

    Raises:
        Unprocessable: If something does not fit; ``fields`` names it.
        NotFound: If there is nothing to copy from.
    """
    words = checked_words(name=name, summary=summary)
    source = find_offered(workspace, copied_from) if copied_from else None
    if document is None:
        document = (
            source.document.model_dump(mode="json") if source else {**EMPTY, "title": {"en": words["name"]}}
        )
    template = create_with_slug(
        lambda free: Template.objects.create(
            workspace=workspace,
            slug=free,
            copied_from=source.key if source and source.row is None else "",
            created_by=actor,
            **words,
        ),
        name=words["name"],
        taken=Template.objects.filter(workspace=workspace),
        fallback="template",
    )
    _add_version(template, 1, {**document, "name": _document_name(template)}, note, actor)
    _audit(template, actor, "report_template.created", copied_from=copied_from)
    return template


@transaction.atomic
def save_version(
    *,
    template: Template,
    actor: User | None,
    document: dict[str, Any],
    note: str = "",
    seen: int | None = None,
) -> TemplateVersion:
    """Return the template's next version; the newest one where nothing was changed.

    Args:
        seen: The version that the change began with; None for whichever is the newest.

    Raises:
        Conflict: If somebody has saved another one since, or the template is archived.
        Unprocessable: If the document does not fit.
    """
    template, newest = locked_to_save(template, newest_version, seen=seen)
    wanted = {**document, "name": _document_name(template)}
    if check_document({**wanted, "version": newest.number}).model_dump(mode="json") == newest.document:
        return newest
    version = _add_version(template, newest.number + 1, wanted, note, actor)
    _audit(template, actor, "report_template.saved", version=version.number)
    return version


def restore_version(*, template: Template, actor: User | None, number: int) -> TemplateVersion:
    """Return the template's next version, which says what an earlier one said.

    Raises:
        NotFound: If it has no such version.
        Conflict: If it is archived.
    """
    old, note = version_again(template, number)
    return save_version(template=template, actor=actor, document=old.document, note=note)


@transaction.atomic
def rename_template(*, template: Template, actor: User | None, name: str, summary: str) -> Template:
    """Give a template another name and summary; its versions stay as they are."""
    set_words(template, name=name, summary=summary)
    _audit(template, actor, "report_template.renamed")
    return template


@transaction.atomic
def archive_template(*, template: Template, actor: User | None, undo: bool = False) -> Template:
    """Stop offering a template, or offer it again; reports that were made with it stay as they are."""
    if set_archived(template, undo=undo):
        _audit(template, actor, "report_template.restored" if undo else "report_template.archived")
    return template


def _add_version(
    template: Template, number: int, document: dict[str, Any], note: str, actor: User | None
) -> TemplateVersion:
    checked = check_document({**document, "version": number})
    return TemplateVersion.objects.create(
        template=template,
        number=number,
        document=checked.model_dump(mode="json"),
        note=checked_note(note),
        created_by=actor,
    )


def _offered(row: Template) -> Offered:
    rows: list[TemplateVersion] = getattr(row, "newest_first", None) or [newest_version(row)]
    return Offered(str(row.pk), check_document(rows[0].document), row)


def _document_name(template: Template) -> str:
    """Return the slug as ids of documents are written: they begin with a letter and have at most 40 characters."""
    return template.slug[:40] if template.slug[:1].isalpha() else f"t-{template.slug}"[:40]


def reader_language() -> Literal["en", "zh"]:
    """Return the language that texts of templates are read in: that of the page."""
    return "zh" if (get_language() or "").startswith("zh") else "en"


def _audit(template: Template, actor: User | None, action: str, **facts: Any) -> None:
    record_audit(workspace=template.workspace, actor=actor, action=action, subject=template.name, data=facts)
