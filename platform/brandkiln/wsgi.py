"""The WSGI application, for servers that cannot speak ASGI; live streams then hold one thread each."""

import os

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "brandkiln.settings")
application = StaticFilesHandler(get_wsgi_application())
