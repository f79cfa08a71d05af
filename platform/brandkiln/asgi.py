"""The ASGI application that uvicorn serves."""

import gc
import os
from typing import cast

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "brandkiln.settings")
os.environ.setdefault(
    "BRANDKILN_DATABASE_POOL", "64"
)  # each request has a thread of its own; none opens a connection
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402
from django.urls import get_resolver  # noqa: E402

from brandkiln.core.bodies import limited  # noqa: E402
from brandkiln.core.crowding import bounded, reads  # noqa: E402
from brandkiln.core.static_files import static_files  # noqa: E402
from brandkiln.core.streaming import App, streams_bodies  # noqa: E402  after the settings are there
from brandkiln.core.threads import Studio  # noqa: E402
from brandkiln.datasets.tus import is_piece  # noqa: E402
from brandkiln.workspaces.known import is_known  # noqa: E402

studio = Studio(waiting=("/v1/",))
taking = streams_bodies(limited(cast(App, studio), is_known), is_piece)
pages = bounded(taking, settings.REQUESTS_AT_ONCE, reads)
application = static_files(pages, settings.STATIC_URL)

# A full garbage collection looks through all objects, most of which are code that never goes: 260,000, which stop every
# page for 0.17 s. What is loaded now is left out of it, views and their templates' tags among it.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
