"""A server: every secret comes from the environment, nothing has a default that could be forgotten."""

from .base import *  # noqa: F403
