"""The ticket most tests are about."""

import pytest

from tests.support.builders import file
from tickets.models import Ticket
from tickets.operations import rebuilding


@pytest.fixture
def ticket(cast) -> Ticket:
    """Mei's withdrawal that has not arrived."""
    return file(
        cast.mei,
        "WDR-DELAY",
        subject="USDT 提现未到账",
        body="昨晚申请，还没到账。",
        fields={"withdrawal": "W-88120"},
    )


@pytest.fixture
def right_books():
    """After the test every clock's row says what its events say."""
    yield
    assert list(rebuilding.check()) == []
