"""Delete for good what lies in the trash."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from brandkiln.jobs.retention import delete_bytes
from brandkiln.jobs.trash import empty_trash


class Command(BaseCommand):
    help = (
        "Delete data sets and versions for good that have been in the trash for some days, with their bytes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--days",
            type=int,
            default=None,
            help="days in the trash; by default BRANDKILN_TRASH_DAYS, 0 is all",
        )

    def handle(self, *, days: int | None, **options: Any) -> None:
        for name in empty_trash(days=days):
            self.stdout.write(f"{name} is deleted.")
        self.stdout.write(f"{delete_bytes():,} bytes are freed.")
