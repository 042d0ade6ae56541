"""pytest plugin: the embedded servers run while the tests do, unless the environment names others.

Loaded by `-p helpdesk.runtime.testing`, before Django reads its settings. The workers of pytest-xdist
inherit the environment of the process that started them and leave the servers alone.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from . import keeper

_held = ExitStack()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Start them first of all: settings and conftest files are read after this."""
    if "PYTEST_XDIST_WORKER" not in os.environ and "HELPDESK_SLOT" not in os.environ:
        _held.enter_context(keeper.servers("tests", own_slot=True))
    return (yield)


def pytest_unconfigure() -> None:
    """Let go of them; the keeper ends them when nobody else runs tests here."""
    _held.close()
