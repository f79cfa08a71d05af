from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BulkConfig(AppConfig):
    name = "brandkiln.bulk"
    verbose_name = _("Bulk")

    def ready(self) -> None:
        from brandkiln.bulk.feeding import job_ended, look_after
        from brandkiln.jobs.moves import ON_END
        from brandkiln.jobs.sweep import CHORES

        if job_ended not in ON_END:
            ON_END.append(job_ended)
        if look_after not in CHORES:
            CHORES.append(look_after)
