"""The embedded servers answer, know Chinese, and give two runs different rooms."""

import os

import psycopg2
import pytest
import redis


@pytest.fixture
def database():
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    yield connection
    connection.close()


def test_postgresql_makes_trigrams_of_chinese(database):
    with database.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute("SELECT cardinality(show_trgm('提现')), current_setting('synchronous_commit')")
        assert cursor.fetchone() == (3, "on")


def test_the_application_is_no_superuser(database):
    with database.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, True)


def test_valkey_keeps_everything_and_refuses_strangers():
    url = os.environ["REDIS_URL"]
    server = redis.Redis.from_url(url)
    assert server.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
    stranger = redis.Redis(host="127.0.0.1", port=server.connection_pool.connection_kwargs["port"])
    with pytest.raises(redis.AuthenticationError):
        stranger.ping()
