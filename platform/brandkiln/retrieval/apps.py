from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RetrievalConfig(AppConfig):
    name = "brandkiln.retrieval"
    verbose_name = _("Answers from sources")
