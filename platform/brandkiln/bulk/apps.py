from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BulkConfig(AppConfig):
    name = "brandkiln.bulk"
    verbose_name = _("Bulk")

    def ready(self) -> None:
        from brandkiln.bulk import removal  # noqa: F401  connects what it receives
        from brandkiln.bulk.feeding import ON_OVER, is_for_row, job_ended, look_after
        from brandkiln.bulk.schedules import COURSE, run_due, run_over
        from brandkiln.jobs.moves import ON_END
        from brandkiln.jobs.sweep import CHORES
        from brandkiln.jobs.telling import IS_PART
        from brandkiln.workspaces.leaving import ON_LEAVE

        hooked = (
            (ON_END, job_ended),
            (CHORES, look_after),
            (CHORES, run_due),
            (IS_PART, is_for_row),
            (ON_OVER, run_over),
            (ON_LEAVE, COURSE.hand_on),
        )
        for hooks, hook in hooked:
            if hook not in hooks:
                hooks.append(hook)  # type: ignore[arg-type]
