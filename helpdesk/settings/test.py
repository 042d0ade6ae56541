"""The test suite: real PostgreSQL and a real Redis-compatible server, cheap password hashes."""

import os

from helpdesk.runtime import place

os.environ["HELPDESK_DEMO"] = "0"  # whatever the command that runs the tests was in
place.fill_environment("tests")
# The workers of one run share a server, but not its counters: each takes a room of its own.
_slot = os.environ.get("HELPDESK_SLOT", "")
_worker = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
if _slot and _worker.isdigit() and os.environ["REDIS_URL"].endswith(f"/{_slot}"):
    _room = (int(_slot) + 5 * (int(_worker) + 1)) % 16
    os.environ["REDIS_URL"] = f"{os.environ['REDIS_URL'].rpartition('/')[0]}/{_room}"

from .base import *  # noqa: E402, F403
from .base import DATABASES, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
ALLOWED_HOSTS = ["*"]
UNHURRIED_SECONDS = 0.0
REDIS_PATIENCE = 10.0  # what counts must count on a busy machine too
DATABASES["default"]["TEST"] = {"NAME": f"test_helpdesk_{os.environ.get('HELPDESK_SLOT', '0')}"}
