"""Quick jobs behind pages: the same wish is answered by the same job, so what was computed once is there at once."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from brandkiln.jobs.models import Job
from brandkiln.workspaces.models import Workspace


@dataclass(frozen=True)
class Wish:
    """What somebody wants to see, as the key under which the jobs for it are found."""

    workspace: Workspace
    key: str

    @classmethod
    def of(cls, workspace: Workspace, kind: str, facts: Any) -> "Wish":
        """Return a wish that is the same for the same facts.

        Args:
            facts: All that the answer depends on, as JSON has it.
        """
        digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
        return cls(workspace, f"{kind}:{digest}")

    @property
    def newest(self) -> Job | None:
        """The newest job for it, whatever became of that."""
        return self._jobs.first()

    @property
    def answer(self) -> Job | None:
        """The newest job for it that did not fail and was not cancelled."""
        return self._jobs.exclude(state__in=Job.GIVEN_UP).first()

    @property
    def next_key(self) -> str:
        """The idempotency key of another job for it, the same one for two people who ask at once."""
        return f"{self.key}:{self._jobs.count()}"

    @property
    def _jobs(self) -> QuerySet[Job]:
        jobs = Job.objects.filter(workspace=self.workspace, idempotency_key__startswith=f"{self.key}:")
        return jobs.order_by("-created_at")
