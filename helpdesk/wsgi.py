"""Pages: a WSGI application, because psycopg2 connections belong to threads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings.prod")
application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402

from helpdesk.checks import refuse_unsafe_start  # noqa: E402
from helpdesk.core import memory  # noqa: E402

refuse_unsafe_start()
_ = get_resolver().url_patterns  # every page's code, before the first one is asked for
memory.settle()
