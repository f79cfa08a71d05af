"""The ASGI application that uvicorn serves."""

import os
from typing import cast

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "brandkiln.settings")
django_application = get_asgi_application()

from django.conf import settings  # noqa: E402

from brandkiln.core.crowding import bounded, reads  # noqa: E402
from brandkiln.core.streaming import App, streams_bodies  # noqa: E402  after the settings are there
from brandkiln.datasets.tus import is_piece  # noqa: E402

application = bounded(
    streams_bodies(cast(App, django_application), is_piece), settings.REQUESTS_AT_ONCE, reads
)
