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
        from brandkiln.planning.shares import end_shares
        from brandkiln.planning.zones import ZONE_OF_MEMBER
        from brandkiln.workspaces.access import ALSO_READ
        from brandkiln.workspaces.leaving import ON_LEAVE

        ALSO_READ["time_zone"] = ZONE_OF_MEMBER

        if tell_due not in CHORES:
            CHORES.extend([tell_due, drop_old_packs])
            ON_LEAVE.append(end_shares)
