"""Pages: a WSGI application, because psycopg2 connections belong to threads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings.prod")
application = get_wsgi_application()

from helpdesk.checks import refuse_unsafe_start  # noqa: E402

refuse_unsafe_start()
