"""A laptop: what `make up` runs. Demo mode is on unless the environment says otherwise."""

import os

from helpdesk.runtime import place

os.environ.setdefault("HELPDESK_DEMO", "1")
place.fill_environment()  # DATABASE_URL, REDIS_URL and SECRET_KEY of the embedded servers, where absent

from .base import *  # noqa: E402, F403
