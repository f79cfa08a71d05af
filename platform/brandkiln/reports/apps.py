from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "brandkiln.reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        from brandkiln.jobs.sweep import CHORES
        from brandkiln.reports import removal  # noqa: F401  connects what it receives
        from brandkiln.reports.due import COURSE, run_due
        from brandkiln.reports.sharing import end_links
        from brandkiln.workspaces.leaving import ON_LEAVE

        if run_due not in CHORES:
            CHORES.append(run_due)
            ON_LEAVE.extend([end_links, COURSE.hand_on])
