from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "brandkiln.notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from brandkiln.notifications.services import tell_of_member
        from brandkiln.workspaces.services import ON_JOIN

        if tell_of_member not in ON_JOIN:
            ON_JOIN.append(tell_of_member)
