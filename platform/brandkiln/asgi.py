"""The ASGI application that uvicorn serves."""

import os
from typing import cast

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "brandkiln.settings")
django_application = get_asgi_application()

from brandkiln.core.streaming import App, streams_bodies  # noqa: E402  after the settings are there
from brandkiln.datasets.tus import is_piece  # noqa: E402

application = streams_bodies(cast(App, django_application), is_piece)
