from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArtifactsConfig(AppConfig):
    name = "brandkiln.artifacts"
    verbose_name = _("Artifacts")
