"""One database per test run, made once, kept as a template, copied back after every test that commits.

Copying beats emptying: what migrations put in stays, and tables that refuse to be emptied need no exception.
"""

import time

from django.db import ProgrammingError, connection, connections
from django.test import TransactionTestCase


def _admin(*statements: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")  # half a DROP DATABASE leaves a room nobody can enter
        for statement in statements:
            cursor.execute(statement)


def _names() -> tuple[str, str]:
    name = connection.settings_dict["NAME"]
    return f'"{name}"', f'"{name}_template"'


def keep_template() -> None:
    """Remember the database as it is now."""
    name, template = _names()
    connections.close_all()
    _admin(f"DROP DATABASE IF EXISTS {template}", f"CREATE DATABASE {template} TEMPLATE {name}")


def restore() -> None:
    """Put the remembered database back; whoever is still connected is thrown out."""
    name, template = _names()
    connections.close_all()
    for patience in range(20, -1, -1):
        try:
            _admin(
                f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name} TEMPLATE {template}"
            )
            return
        except ProgrammingError:  # a vacuum is at work there, and belongs to nobody we may send away
            if not patience:
                raise
            time.sleep(0.25)


def forget_template() -> None:
    _admin(f"DROP DATABASE IF EXISTS {_names()[1]}")


def restore_instead_of_emptying() -> None:
    """Tests with real commits end with a fresh copy."""
    TransactionTestCase._fixture_teardown = lambda self: restore()
