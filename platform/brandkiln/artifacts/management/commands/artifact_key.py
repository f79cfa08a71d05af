"""Make a key that artifacts are encrypted with."""

import secrets
from base64 import b64encode
from typing import Any

from django.core.management.base import BaseCommand

from brandkiln.artifacts.keys import BYTES


class Command(BaseCommand):
    help = "Print a new key for BRANDKILN_ARTIFACT_KEYS. Keep a copy outside of the studio: without it all is lost."

    def handle(self, **options: Any) -> None:
        self.stdout.write(b64encode(secrets.token_bytes(BYTES)).decode())
