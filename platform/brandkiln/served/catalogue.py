"""The models that a workspace is served: networks as they came, checkpoints in production, and the embedder."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from brandkiln.connections.models import Connection
from brandkiln.jobs.models import Checkpoint
from brandkiln.projects.models import Project
from brandkiln.served.errors import Refusal
from brandkiln.workspaces.models import Workspace
from generators import registry

EMBEDDER = "all-minilm-l6-v2"
REMOTE = "openai-compatible"
DIMENSIONS = 384


@dataclass(frozen=True)
class ServedModel:
    """One name that programs may ask for."""

    id: str
    generator: str
    """"" for the embedder."""
    checkpoint: Checkpoint | None = None
    connection: Connection | None = None
    created_at: datetime | None = None

    def body(self) -> dict[str, object]:
        """Return it as the list of models says it."""
        created = self.created_at or (self.checkpoint.created_at if self.checkpoint else None)
        return {
            "id": self.id,
            "object": "model",
            "created": int((created or timezone.now()).timestamp()),
            "owned_by": "brandkiln" if self.checkpoint is None else self.checkpoint.project.slug,
        }


def served_models(workspace: Workspace) -> list[ServedModel]:
    """Return what the workspace may ask.

    "text-lm" is a network as it came, "project/text-lm" what is in production there, "remote/name" a connection.
    """
    chatting = [spec for spec in registry.specs().values() if spec.chats]
    plain = [
        ServedModel(spec.name, spec.name, created_at=workspace.created_at)
        for spec in chatting
        if not spec.needs.checkpoint and not spec.needs.remote
    ]
    reached = [
        ServedModel(f"remote/{row.slug}", REMOTE, connection=row, created_at=row.created_at)
        for row in Connection.objects.filter(workspace=workspace).order_by("slug")
    ]
    rows = Checkpoint.objects.filter(
        workspace=workspace, generator__in=[spec.name for spec in chatting], is_production=True
    ).select_related("project")
    trained = [
        ServedModel(f"{row.project.slug}/{row.generator}", row.generator, row)
        for row in rows.order_by("project__slug", "generator")
    ]
    return [*plain, *trained, *reached, ServedModel(EMBEDDER, "", created_at=workspace.created_at)]


def find_model(workspace: Workspace, name: str, *, embeds: bool = False) -> ServedModel:
    """Return the model of this name.

    Raises:
        Refusal: If the workspace has none, or it does something else.
    """
    models = served_models(workspace)
    found = next((model for model in models if model.id == name), None)
    fitting = [model.id for model in models if (model.generator == "") == embeds]
    if found is None or found.id not in fitting:
        said = f"There is no model {name!r} for this in the workspace. Known are: {', '.join(fitting)}."
        raise Refusal(404, said, code="model_not_found", param="model")
    return found


def find_project(workspace: Workspace, model: ServedModel, slug: str) -> Project:
    """Return the project that a request belongs to: the named one, the checkpoint's, or the workspace's oldest.

    Raises:
        Refusal: If there is none.
    """
    projects = Project.objects.filter(workspace=workspace)
    if slug:
        project = projects.filter(slug=slug).first()
        said = f"There is no project {slug!r} in the workspace. Send its slug in OpenAI-Project, or leave it out."
    elif model.checkpoint:
        return model.checkpoint.project
    else:
        project = projects.order_by("created_at").first()
        said = "The workspace has no project yet. Create one; requests are counted there."
    if project is None:
        raise Refusal(404, said, code="project_not_found")
    return project
