"""Settings of a product whose queue takes every task back after five seconds and hands it to another."""

from helpdesk.settings.dev import *  # noqa: F403
from helpdesk.settings.dev import CELERY_BROKER_TRANSPORT_OPTIONS

CELERY_VISIBILITY_TIMEOUT = 5
CELERY_BROKER_TRANSPORT_OPTIONS = CELERY_BROKER_TRANSPORT_OPTIONS | {
    "visibility_timeout": CELERY_VISIBILITY_TIMEOUT,
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
}
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = {"visibility_timeout": CELERY_VISIBILITY_TIMEOUT}
