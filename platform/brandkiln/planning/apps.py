from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlanningConfig(AppConfig):
    name = "brandkiln.planning"
    verbose_name = _("Planning")

    def ready(self) -> None:
        from brandkiln.jobs.sweep import CHORES
        from brandkiln.planning import following  # noqa: F401  connects what it receives
        from brandkiln.planning.due import tell_due
        from brandkiln.planning.packs import drop_old_packs
        from brandkiln.planning.zones import ZONE_OF_MEMBER
        from brandkiln.workspaces.access import ALSO_READ

        ALSO_READ["time_zone"] = ZONE_OF_MEMBER

        for chore in (tell_due, drop_old_packs):
            if chore not in CHORES:
                CHORES.append(chore)
