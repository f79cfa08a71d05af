"""Writes about templates, one transaction each; each save makes a version that never changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import ValidationError

from brandkiln.bulk.filling import fill, names_in
from brandkiln.bulk.models import Template, TemplateVersion
from brandkiln.bulk.params import examples_of, facts_params, text_params
from brandkiln.bulk.variables import Variable
from brandkiln.core.errors import Conflict, NotFound, Unprocessable
from brandkiln.core.models import User
from brandkiln.core.problems import by_place, in_words
from brandkiln.core.text import is_storable
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.jobs.requests import CheckpointChoice, find_spec
from brandkiln.workspaces.models import Workspace
from brandkiln.workspaces.services import record_audit
from brandkiln.workspaces.versions import (
    NAME_LENGTH,
    checked_note,
    checked_words,
    locked_to_save,
    set_archived,
    set_words,
    version_again,
)
from generators.params import Params

MOST_VARIABLES = 40


@dataclass(frozen=True)
class Content:
    """What a version of a template says, before it is checked."""

    generator: str
    params: dict[str, Any]
    variables: Sequence[Mapping[str, Any]] = ()
    checkpoint: CheckpointChoice = None


@dataclass(frozen=True)
class Start:
    """What a new template begins with."""

    name: str
    content: Content


def newest_version(template: Template) -> TemplateVersion:
    """Return the version that is offered."""
    return template.versions.order_by("-number")[0]


def read_variables(rows: Sequence[Mapping[str, Any]]) -> tuple[Variable, ...]:
    """Return the variables as they are kept.

    Raises:
        Unprocessable: If one does not fit; ``fields`` names its place.
    """
    problems: dict[str, str] = {}
    found: list[Variable] = []
    for number, row in enumerate(rows):
        try:
            found.append(Variable.model_validate(row))
        except ValidationError as error:
            problems |= by_place(error, at=f"variables.{number}")
            continue
        if any(one.name == found[-1].name for one in found[:-1]):
            problems[f"variables.{number}.name"] = _("There are two variables %(name)s.") % {
                "name": found[-1].name
            }
    if len(rows) > MOST_VARIABLES:
        problems["variables"] = _("A template has at most %(most)d variables.") % {"most": MOST_VARIABLES}
    if problems:
        _refuse(problems)
    return tuple(found)


def check_content(content: Content, *, workspace: Workspace) -> tuple[Variable, ...]:
    """Return the variables of a version that can be kept.

    Raises:
        Unprocessable: If the generator, a param or a variable does not fit; ``fields`` names the place.
    """
    spec = find_spec(content.generator, "sample")
    variables = read_variables(content.variables)
    problems = _param_problems(content.params, variables, spec.params_for("sample"))
    checkpoint = content.checkpoint
    if isinstance(checkpoint, Checkpoint) and (
        checkpoint.workspace_id != workspace.pk or checkpoint.generator != spec.name
    ):
        raise NotFound(_("There is no such checkpoint of this generator in the workspace."))
    if checkpoint is None and spec.needs.checkpoint:
        problems["checkpoint"] = _("%(name)s needs a checkpoint: choose one, or the one in production.") % {
            "name": spec.title
        }
    if problems:
        _refuse(problems)
    return variables


def _param_problems(
    params: Mapping[str, Any], variables: Sequence[Variable], model: type[Params]
) -> dict[str, str]:
    """Return what does not fit; params with variables are tried with an example of each."""
    known = {variable.name for variable in variables}
    problems: dict[str, str] = {}
    for name, value in params.items():
        if unknown := sorted(names_in(value) - known):
            problems[f"params.{name}"] = _(
                "There is no variable %(name)s. Add it, or write {{%(name)s}} for the word in braces."
            ) % {"name": unknown[0]}
        elif not is_storable(value):
            problems[f"params.{name}"] = _("The text holds a character that is none. Remove it.")
    if problems:
        return problems
    try:
        model.model_validate(fill(params, examples_of(variables), text_params(model)))
    except ValidationError as error:
        for item in error.errors(include_url=False, include_input=False):
            name = str(item["loc"][0]) if item["loc"] else ""
            if item["type"] == "value_error" or not names_in(params.get(name)):
                problems[f"params.{name}" if name else "params"] = in_words(item)
    return problems


def _refuse(problems: dict[str, str]) -> None:
    raise Unprocessable(
        _("The template does not fit: %(what)s") % {"what": " ".join(dict.fromkeys(problems.values()))},
        fields=problems,
    )


@transaction.atomic
def create_template(
    *,
    workspace: Workspace,
    actor: User | None,
    name: str,
    content: Content,
    summary: str = "",
    note: str = "",
) -> Template:
    """Return a new template with its first version.

    Raises:
        Unprocessable: If something does not fit; ``fields`` names it.
    """
    words = checked_words(name=name, summary=summary)
    template = Template.objects.create(workspace=workspace, created_by=actor, **words)
    _version(template, 1, content, note, actor).save()
    _audit(template, actor, "bulk_template.created")
    return template


@transaction.atomic
def save_version(
    *, template: Template, actor: User | None, content: Content, note: str = "", seen: int | None = None
) -> TemplateVersion:
    """Return the template's next version; the newest one where nothing was changed.

    Args:
        seen: The version that the change began with; None for whichever is the newest.

    Raises:
        Conflict: If somebody has saved another one since, or the template is archived.
        Unprocessable: If the content does not fit.
    """
    template, newest = locked_to_save(template, newest_version, seen=seen)
    version = _version(template, newest.number + 1, content, note, actor)
    if said(version) == said(newest):
        return newest
    version.save()
    _audit(template, actor, "bulk_template.saved", version=version.number)
    return version


def said(version: TemplateVersion) -> tuple[Any, ...]:
    """Return all that a version says."""
    return (
        version.generator, version.params, version.variables, version.checkpoint_id, version.uses_production,
    )  # fmt: skip


def content_of(version: TemplateVersion) -> Content:
    """Return what a version says, to be said again."""
    choice: CheckpointChoice = "production" if version.uses_production else version.checkpoint
    return Content(version.generator, version.params, version.variables, choice)


def restore_version(*, template: Template, actor: User | None, number: int) -> TemplateVersion:
    """Return the template's next version, which says what an earlier one said.

    Raises:
        NotFound: If it has no such version.
    """
    old, note = version_again(template, number)
    return save_version(template=template, actor=actor, content=content_of(old), note=note)


def duplicate_template(*, template: Template, actor: User | None) -> Template:
    """Return a new template that begins as the newest version of another."""
    name = _("%(name)s (copy)") % {"name": template.name[: NAME_LENGTH - 12]}
    return create_template(
        workspace=template.workspace, actor=actor, name=name, summary=template.summary,
        content=content_of(newest_version(template)),
    )  # fmt: skip


@transaction.atomic
def rename_template(*, template: Template, actor: User | None, name: str, summary: str) -> Template:
    """Give a template another name and summary; its versions stay as they are."""
    set_words(template, name=name, summary=summary)
    _audit(template, actor, "bulk_template.renamed")
    return template


@transaction.atomic
def archive_template(*, template: Template, actor: User | None, undo: bool = False) -> Template:
    """Stop offering a template, or offer it again; what was made with it stays as it is."""
    if set_archived(template, undo=undo):
        _audit(template, actor, "bulk_template.restored" if undo else "bulk_template.archived")
    return template


def start_from_job(job: Job) -> Start:
    """Return what a template begins with that makes again what a job made: its product becomes a variable.

    Raises:
        Conflict: If the job made no samples.
        Unprocessable: If its generator is no longer installed.
    """
    if job.kind != Job.Kind.SAMPLE:
        raise Conflict(_("Only a job that made pieces becomes a template; this one did something else."))
    spec = find_spec(job.generator, "sample")
    facts = facts_params(spec.params_for("sample"))
    params = {
        name: f"{{{name}}}" if name in facts else _literal(value)
        for name, value in job.params.items()
        if name != "seed"
    }
    variables = [{"name": name, "kind": "facts", "required": True} for name in facts if name in params]
    production = job.checkpoint is not None and job.checkpoint.is_production
    choice: CheckpointChoice = "production" if production else job.checkpoint
    form = next((one.title for one in spec.formats if one.name == job.params.get("format")), spec.title)
    return Start(_(form), Content(spec.name, params, variables, choice))


def _literal(value: Any) -> Any:
    """Return a param as a template holds it: braces that look like a variable are doubled."""
    if isinstance(value, str):
        for name in names_in(value):
            value = value.replace(f"{{{name}}}", f"{{{{{name}}}}}")
        return value
    return [_literal(one) for one in value] if isinstance(value, list) else value


def _version(
    template: Template, number: int, content: Content, note: str, actor: User | None
) -> TemplateVersion:
    """Return a version that fits, not yet kept."""
    variables = check_content(content, workspace=template.workspace)
    return TemplateVersion(
        template=template,
        number=number,
        generator=content.generator,
        params=content.params,
        variables=[variable.model_dump(mode="json") for variable in variables],
        checkpoint=content.checkpoint if isinstance(content.checkpoint, Checkpoint) else None,
        uses_production=content.checkpoint == "production",
        note=checked_note(note),
        created_by=actor,
    )


def _audit(template: Template, actor: User | None, action: str, **facts: Any) -> None:
    record_audit(workspace=template.workspace, actor=actor, action=action, subject=template.name, data=facts)
