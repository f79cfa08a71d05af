"""``manage.py seed_demo`` fills the demo workspace and says how to sign in."""

from typing import Any

from django.core.management.base import BaseCommand

from brandkiln.demo.seed import EMAIL, demo_password, seed_demo


class Command(BaseCommand):
    """Prints the line with which a newcomer signs in."""

    help = "Fill the demo workspace with data, trained checkpoints and first pieces; safe to repeat."
    requires_system_checks: list[str] = []  # they take two seconds and look at pages

    def handle(self, **options: Any) -> None:
        seed_demo(say=self.stdout.write)
        self.stdout.write(f"Sign in as {EMAIL} with the password {demo_password()}")
