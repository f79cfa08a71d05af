"""Which of the platform's own jobs, which need no generator, is done by which function."""

from collections.abc import Callable

from brandkiln.jobs.models import Job

from workers.check_work import check
from workers.derive_work import derive
from workers.ending import Ending
from workers.erase_work import erase
from workers.ingest_work import fetch, ingest
from workers.pack_work import pack
from workers.reporter import Reporter
from workers.search_work import search

PLATFORM_WORK: dict[str, Callable[[Job, Reporter], Ending]] = {
    Job.Kind.INGEST: ingest,
    Job.Kind.IMPORT: fetch,
    Job.Kind.DERIVE: derive,
    Job.Kind.ERASE: erase,
    Job.Kind.CHECK: check,
    Job.Kind.SEARCH: search,
    Job.Kind.PACK: pack,
}
