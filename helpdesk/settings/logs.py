"""Logs: one event per line, whatever a stranger typed. JSON on servers, plain words on a laptop."""

import json
import logging
import time
from typing import Any

_KNOWN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "request", "data"}


class JsonLines(logging.Formatter):
    """One ASCII line per event: line breaks and writing-direction marks arrive escaped."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{record.msecs:03.0f}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        said |= {key: value for key, value in vars(record).items() if key not in _KNOWN}
        if record.exc_info:
            said["error"] = self.formatException(record.exc_info)
        return json.dumps(said, default=str)


class PlainLines(logging.Formatter):
    """For people: what a stranger typed cannot start a line of its own."""

    def format(self, record: logging.LogRecord) -> str:
        extra = {key: value for key, value in vars(record).items() if key not in _KNOWN}
        told = " ".join(f"{key}={value!r}" for key, value in extra.items())
        message = record.getMessage()
        if not message.isprintable():
            message = message.encode("unicode_escape").decode()
        line = f"{record.levelname.lower()} {record.name}: {message} {told}".rstrip()
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def config(*, as_json: bool) -> dict[str, Any]:
    """Django's LOGGING: everything to standard error, our own loggers from INFO, others from WARNING."""
    kind = JsonLines if as_json else PlainLines
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": kind}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            # A refusal shown to a person is no event for an operator.
            "django.request": {"level": "ERROR"},
        },
    }
