"""Fixtures for every test: people, a database that is always as found, files in a folder of their own."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings as django_settings
from django.core.cache import caches
from django.utils import translation

from helpdesk.core import redis
from helpdesk.ui import catalogue
from tests.support import rooms
from tests.support.budget import budget

pytest_plugins = ["tests.support.browser", "tests.support.order", "tests.support.postbox"]


@pytest.fixture(scope="session", autouse=True)
def spoken() -> None:
    """The product speaks Chinese in tests too."""
    catalogue.compile_all(django_settings.ROOT)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> Iterator[None]:
    """After the migrations: everybody registered, and a copy kept for tests that commit."""
    from tests.support import cast

    with django_db_blocker.unblock():
        cast.make_all()
        rooms.keep_template()
        rooms.restore_instead_of_emptying()
    yield
    with django_db_blocker.unblock():
        rooms.forget_template()


@pytest.fixture(scope="session", autouse=True)
def files_of_their_own() -> Iterator[Path]:
    """Uploads of a test run go to a folder that vanishes with it."""
    from django.core.files.storage import default_storage

    with tempfile.TemporaryDirectory(prefix="helpdesk-test-") as folder:
        default_storage._location = folder  # type: ignore[attr-defined]
        for name in ("base_location", "location"):
            default_storage.__dict__.pop(name, None)
        yield Path(folder)


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Counts kept in memory, the last visitor's language, and how often somebody did something belong to
    one test."""
    translation.deactivate()
    caches["here"].clear()
    redis._blown_until = 0.0
    redis.attempt(lambda server: [server.delete(key) for key in server.scan_iter("throttle:*")], None)


@pytest.fixture
def cast(db: None) -> SimpleNamespace:
    """Everybody: `cast.mei` owns the case, `cast.ada` answers it, `cast.omar` must never see it."""
    from tests.support import cast

    return cast.gather()


@pytest.fixture
def queries():
    """`with queries("queue"): …` – at most as many as tests/query_budget.json says."""
    return budget
