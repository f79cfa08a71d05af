"""What jobs hold of records that are erased: previews that showed them, answers and params that quote them."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from brandkiln.artifacts.removal import release
from brandkiln.datasets.models import Record
from brandkiln.jobs.models import Job, JobEvent
from generators.params import facts_text

SHORTEST_QUOTE = 12
"""Characters: a shorter text may be anybody's."""
ROWS = 500


@transaction.atomic
def forget_previews(versions: Collection[UUID]) -> int:
    """Delete the previews of versions with their pictures and pages; return how many there were.

    Whoever wants to look again gets a new one.
    """
    jobs = Job.objects.filter(kind=Job.Kind.PREVIEW, dataset_version__in=versions, state__in=Job.FINAL)
    said = JobEvent.objects.filter(job__in=jobs, type="preview").values_list("data", flat=True)
    shown = {data.get("artifact") for data in said}
    shown |= {result.get("page") for result in jobs.values_list("result", flat=True)}
    release([UUID(key) for key in shown if key])
    count = jobs.count()
    jobs.delete()
    return count


def forget_answers(workspace_id: UUID, hashes: Collection[str]) -> int:
    """Empty the answers that had one of these records as a source; the questions stay. Return how many."""
    asked = Job.objects.filter(workspace=workspace_id, kind=Job.Kind.ASK)
    emptied = 0
    for key, result in asked.values_list("pk", "result").iterator(chunk_size=ROWS):
        if not any(source.get("content") in hashes for source in result.get("sources", ())):
            continue
        result |= {"answer": "", "claims": [], "erased": timezone.now().isoformat()}
        with transaction.atomic():
            Job.objects.filter(pk=key).update(result=result)
            JobEvent.objects.filter(job=key, type="text").delete()
        emptied += 1
    return emptied


def quotes_of(versions: Collection[UUID], hashes: Collection[str]) -> set[str]:
    """Return the texts of records as params hold them: their text, and their fields as facts."""
    rows = Record.objects.filter(version__in=versions, sha256__in=hashes).values_list("text", "fields")
    texts = {text for text, _fields in rows} | {str(facts_text(fields)) for _text, fields in rows}
    return {text for text in texts if len(text) >= SHORTEST_QUOTE}


def forget_quotes(jobs: QuerySet[Job], quotes: Collection[str]) -> int:
    """Empty the texts in the params of jobs that hold one of the quotes; return in how many jobs."""
    emptied = 0
    rows = jobs.exclude(params={}).values_list("pk", "params")
    for key, params in rows.iterator(chunk_size=ROWS) if quotes else ():
        without = _without(params, quotes)
        if without != params:
            emptied += Job.objects.filter(pk=key).update(params=without)
    return emptied


def _without(value: Any, quotes: Collection[str]) -> Any:
    if isinstance(value, str):
        return "" if any(quote in value for quote in quotes) else value
    if isinstance(value, Mapping):
        return {name: _without(one, quotes) for name, one in value.items()}
    return [_without(one, quotes) for one in value] if isinstance(value, list) else value
