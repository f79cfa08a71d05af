from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LibraryConfig(AppConfig):
    name = "brandkiln.library"
    verbose_name = _("Library")

    def ready(self) -> None:
        from brandkiln.jobs.sweep import CHORES
        from brandkiln.library.asset_trash import empty_asset_trash
        from brandkiln.library.indexing import index_due

        for chore in (index_due, empty_asset_trash):
            if chore not in CHORES:
                CHORES.append(chore)
