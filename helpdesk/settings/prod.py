"""A server: every secret comes from the environment, nothing has a default that could be forgotten."""

from .base import *  # noqa: F403
from .base import SILENCED_SYSTEM_CHECKS

# The front terminates TLS and redirects; the probes of the inner network speak plain HTTP.
SILENCED_SYSTEM_CHECKS = [*SILENCED_SYSTEM_CHECKS, "security.W008"]
