from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewConfig(AppConfig):
    name = "brandkiln.review"
    verbose_name = _("Review")

    def ready(self) -> None:
        from brandkiln.jobs.sweep import CHORES
        from brandkiln.review import endings  # noqa: F401  connects what it receives
        from brandkiln.review.due import tell_due
        from brandkiln.review.ranking import learn_due

        for chore in (tell_due, learn_due):
            if chore not in CHORES:
                CHORES.append(chore)
