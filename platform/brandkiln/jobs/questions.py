"""Questions to a workspace's texts: asking one is submitting a job."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from brandkiln.core.errors import NotFound, Unprocessable
from brandkiln.core.models import User
from brandkiln.core.text import is_storable
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.jobs.services import submit_job
from brandkiln.retrieval.models import SearchIndex
from brandkiln.retrieval.search import usable_indexes
from brandkiln.workspaces.models import Workspace
from generators import registry
from generators.blank import says_a_word

WRITER = "text-lm"
PRIORITY = 10
LONGEST = 2000


class AskParams(BaseModel):
    """A question as its job keeps it."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    question: str = Field(min_length=1, max_length=LONGEST)
    """What is asked."""
    datasets: tuple[UUID, ...] = Field((), max_length=100)
    """The data sets of texts that may answer; empty for all that are indexed."""
    passages: int = Field(5, ge=1, le=12)
    """How many passages are shown and given to the writer."""
    draft: bool = True
    """Whether an answer is drafted from them."""
    checkpoint: UUID | None = None
    """The checkpoint that writes; null for the network as it came."""
    seed: int = Field(0, ge=0, le=2**32 - 1)
    """Seed of the draft."""


def submit_question(
    *,
    workspace: Workspace,
    actor: User | None,
    question: str,
    datasets: Sequence[UUID] = (),
    passages: int = 5,
    draft: bool = True,
    generator: str = WRITER,
    checkpoint: Checkpoint | None = None,
    seed: int = 0,
    idempotency_key: str | None = None,
) -> Job:
    """Return a new job that answers a question from the workspace's texts.

    Raises:
        Unprocessable: If nothing is asked, no data set is indexed, or the generator writes no answers.
        NotFound: If a data set or the checkpoint belongs to another workspace.
    """
    asked = " ".join(question.split())
    if not says_a_word(asked) or len(asked) > LONGEST or not is_storable(asked):
        message = _("Ask something in words, in at most %(most)s characters.") % {"most": LONGEST}
        raise Unprocessable(message, fields={"question": message})
    spec = registry.specs().get(generator)
    if spec is None or not spec.chats or spec.needs.remote:
        message = _("%(generator)s writes no answers. Choose a generator that does.") % {
            "generator": generator
        }
        raise Unprocessable(message, fields={"generator": message})
    if checkpoint and (checkpoint.workspace_id != workspace.pk or checkpoint.generator != generator):
        raise NotFound(_("There is no such checkpoint in this workspace."))
    indexes = asked_indexes(workspace, datasets)
    params = AskParams(
        question=asked,
        datasets=tuple(datasets),
        passages=passages,
        draft=draft,
        checkpoint=checkpoint.pk if checkpoint else None,
        seed=seed,
    )
    return submit_job(
        workspace=workspace,
        project=indexes[0].version.dataset.project,
        requested_by=actor,
        kind=Job.Kind.ASK,
        generator=generator,
        params=params.model_dump(mode="json"),
        checkpoint=checkpoint,
        priority=PRIORITY,
        idempotency_key=idempotency_key,
    )


def asked_indexes(workspace: Workspace, datasets: Sequence[UUID]) -> list[SearchIndex]:
    """Return the indexes that a question to these data sets is answered from; to none, all of the workspace.

    Raises:
        NotFound: If one of them is not in the workspace or not indexed.
        Unprocessable: If nothing is indexed.
    """
    indexes = usable_indexes(workspace, list(datasets) or None)
    known = {index.version.dataset_id for index in indexes}
    if missing := [str(one) for one in datasets if one not in known]:
        raise NotFound(
            _("No index of data set %(names)s can be asked in this workspace. Index it first.")
            % {"names": ", ".join(missing)}
        )
    if not indexes:
        message = _("No data set of texts is indexed yet. Index one, then ask.")
        raise Unprocessable(message, fields={"datasets": message})
    return indexes


def answers_of(workspace: Workspace) -> Any:
    """Return the questions that were asked, the newest first."""
    return Job.objects.filter(workspace=workspace, kind=Job.Kind.ASK).order_by("-created_at")
