from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "brandkiln.jobs"
    verbose_name = _("Jobs")

    def ready(self) -> None:
        from brandkiln.jobs.events import wake
        from brandkiln.notifications.services import WAKERS

        if wake not in WAKERS:
            WAKERS.append(wake)
