from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BulkConfig(AppConfig):
    name = "brandkiln.bulk"
    verbose_name = _("Bulk")

    def ready(self) -> None:
        from brandkiln.bulk.feeding import is_for_row, job_ended, look_after
        from brandkiln.bulk.queries import made_in_bulk
        from brandkiln.jobs.moves import ON_END
        from brandkiln.jobs.sweep import CHORES
        from brandkiln.jobs.telling import IS_PART
        from brandkiln.library.filters import EXTRAS

        EXTRAS["bulk"] = made_in_bulk

        for hooks, hook in ((ON_END, job_ended), (CHORES, look_after), (IS_PART, is_for_row)):
            if hook not in hooks:
                hooks.append(hook)  # type: ignore[arg-type]
