"""What Prometheus reads: the job table, counted at the moment of asking."""

from collections.abc import Iterator

from django.db.models import Count, Min
from django.db.models.functions import Now
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from brandkiln.jobs.models import Job


class JobCollector(Collector):
    """Counts jobs by queue and state, the oldest wait, and leases that ran out."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        jobs = GaugeMetricFamily("brandkiln_jobs", "Jobs by queue and state.", labels=["queue", "state"])
        for row in Job.objects.values("queue", "state").annotate(number=Count("id")).order_by():
            jobs.add_metric([row["queue"], row["state"]], row["number"])
        yield jobs
        wait = GaugeMetricFamily(
            "brandkiln_oldest_queued_seconds",
            "Seconds that the oldest queued job has waited.",
            labels=["queue"],
        )
        queued = Job.objects.filter(state=Job.State.QUEUED)
        for waiting in queued.values("queue").annotate(oldest=Min("created_at")).order_by():
            wait.add_metric([waiting["queue"]], (timezone.now() - waiting["oldest"]).total_seconds())
        yield wait
        lost = Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=Now()).count()
        yield GaugeMetricFamily("brandkiln_lost_leases", "Running jobs whose lease ran out.", value=lost)
