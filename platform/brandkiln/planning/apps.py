from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlanningConfig(AppConfig):
    name = "brandkiln.planning"
    verbose_name = _("Planning")

    def ready(self) -> None:
        from brandkiln.planning import following  # noqa: F401  connects what it receives
