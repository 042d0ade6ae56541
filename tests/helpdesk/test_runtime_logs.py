"""One event, one line: nothing typed by a stranger can write a line of its own."""

import json
import logging

import pytest

from helpdesk.settings.logs import JsonLines, PlainLines

NASTY = "Mei\n2026-01-01 admin signed in\r\x1b[31m\u202egnp.exe\u2028end"


def record(**extra):
    made = logging.makeLogRecord({"name": "tickets", "levelno": 30, "levelname": "WARNING", "msg": NASTY})
    vars(made).update(extra)
    return made


def test_json_lines_are_ascii_and_single():
    line = JsonLines().format(record(subject=NASTY))
    assert line.isascii()
    assert line.isprintable()
    said = json.loads(line)
    assert (said["event"], said["subject"], said["level"]) == (NASTY, NASTY, "warning")


@pytest.mark.parametrize("extra", [{}, {"subject": NASTY}])
def test_plain_lines_are_single(extra):
    assert PlainLines().format(record(**extra)).isprintable()
