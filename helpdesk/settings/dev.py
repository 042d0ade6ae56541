"""A laptop: what `make up` runs. Demo mode is on unless the environment says otherwise."""

import os
import warnings

from helpdesk.runtime import place

os.environ.setdefault("HELPDESK_DEMO", "1")
place.fill_environment()  # DATABASE_URL, REDIS_URL and SECRET_KEY of the embedded servers, where absent

from .base import *  # noqa: E402, F403
from .base import STORAGES  # noqa: E402

# Static files straight from their folders, so that a fresh clone has nothing to collect.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 2  # Ctrl-C should feel like one; the sweeps lose nothing
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = False
warnings.filterwarnings("ignore", message="You're running the worker with superuser")
