from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardConfig(AppConfig):
    name = "brandkiln.dashboard"
    verbose_name = _("Dashboard")

    def ready(self) -> None:
        from brandkiln.dashboard.library_filters import add_filters

        add_filters()
