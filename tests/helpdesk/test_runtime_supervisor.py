"""A child that keeps dying: before everything stood once we give up, afterwards never."""

import os
import time

import pytest

from helpdesk.runtime.supervisor import DEATHS_A_MINUTE, GivenUp, Supervisor, python


@pytest.fixture
def boss():
    supervisor = Supervisor(lambda line: None)
    yield supervisor
    supervisor.stop()


def dying(boss):
    """A child that has died as often as is allowed within a minute, and dies once more."""
    child = boss.start("web", python("-c", "print('no room'); raise SystemExit(3)"), os.environ)
    child.deaths.extend([time.monotonic()] * DEATHS_A_MINUTE)
    return child


def test_at_the_start_it_says_what_is_wrong(boss):
    dying(boss)
    with pytest.raises(GivenUp, match=r"(?s)web died 6 times within a minute.*no room"):
        boss.until(lambda: False, seconds=20, what="never")


def test_what_stood_once_is_tried_for_ever(boss):
    child = dying(boss)

    def look():
        if len(lines) > 1:
            boss.stopping = True

    lines = []
    boss.write = lambda line: lines.append(line) if "starting again" in line else None
    child.start_at = 0
    boss.forever(every=0.1, look=look)
    assert len(lines) == 2
    assert not boss.lives("web")
