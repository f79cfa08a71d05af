"""Change the keys of encrypted artifacts."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from brandkiln.artifacts.keys import artifact_keys
from brandkiln.artifacts.rotation import Turned, Wish, turn_all

SECONDS = 5.0


class Command(BaseCommand):
    help = (
        "Put every artifact under the first of BRANDKILN_ARTIFACT_KEYS: data keys are wrapped anew, plain artifacts "
        "are encrypted. May be stopped and started again at any time."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        either = parser.add_mutually_exclusive_group()
        either.add_argument("--rewrap-only", action="store_true", help="leave plain artifacts plain")
        either.add_argument("--decrypt", action="store_true", help="make all artifacts plain again")

    def handle(self, *, rewrap_only: bool, decrypt: bool, **options: Any) -> None:
        if not artifact_keys():
            raise CommandError("BRANDKILN_ARTIFACT_KEYS is not set. `manage.py artifact_key` makes a key.")
        wish: Wish = "open" if decrypt else "rewrap" if rewrap_only else "seal"
        said = time.monotonic()

        def progress(turned: Turned) -> None:
            nonlocal said
            if time.monotonic() - said >= SECONDS:
                said = time.monotonic()
                self.stdout.write(_text(turned))

        turned = turn_all(wish, on_progress=progress)
        self.stdout.write(_text(turned))
        for line in turned.failed:
            self.stderr.write(line)
        if turned.failed:
            raise CommandError(f"{len(turned.failed)} artifacts could not be changed; each is named above.")


def _text(turned: Turned) -> str:
    return (
        f"{turned.seen:,} artifacts: {turned.rewrapped:,} rewrapped, {turned.sealed:,} encrypted, "
        f"{turned.opened:,} decrypted."
    )
