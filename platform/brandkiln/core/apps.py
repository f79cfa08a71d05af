from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "brandkiln.core"
    verbose_name = _("Core")

    def ready(self) -> None:
        from brandkiln.core import languages  # noqa: F401  connects what it receives
