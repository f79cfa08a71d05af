"""Which of the platform's own jobs on texts, for which the host computes, is done by which function."""

from collections.abc import Callable

from brandkiln.jobs.models import Job

from workers.ask_work import ask
from workers.devices import Device
from workers.embed_work import embed
from workers.ending import Ending
from workers.host import Host
from workers.index_work import index_texts
from workers.reporter import Reporter

TEXT_WORK: dict[str, Callable[[Job, Reporter, Host, Device], Ending]] = {
    Job.Kind.EMBED: embed,
    Job.Kind.INDEX: index_texts,
    Job.Kind.ASK: ask,
}
