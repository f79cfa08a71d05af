from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _


class WorkspacesConfig(AppConfig):
    name = "brandkiln.workspaces"
    verbose_name = _("Workspaces")

    def ready(self) -> None:
        from brandkiln.workspaces.sign_in import grants

        try:
            grants(settings.OIDC_ROLES)
        except ValueError as error:
            raise ImproperlyConfigured(str(error)) from error
