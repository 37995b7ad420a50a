"""What the tests stand on: services from the system, or from a package where it has none."""

import psycopg
import pytest
import redis

from tests.services import PostgreSQL, Redis


@pytest.mark.parametrize("embedded", [False, True], ids=["found", "embedded"])
def test_a_postgresql_is_started_and_gives_databases(embedded):
    server = PostgreSQL(embedded=embedded)
    try:
        server.start()
        url = server.new_database().replace("+psycopg", "")
        with psycopg.connect(url) as connection:
            assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        server.drop_database(url)
        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            psycopg.connect(url)
    finally:
        server.remove()


@pytest.mark.parametrize("embedded", [False, True], ids=["found", "embedded"])
def test_a_redis_keeps_its_port_when_it_is_started_again(embedded):
    server = Redis(embedded=embedded)
    try:
        server.start()
        with redis.Redis.from_url(server.url) as client:
            assert client.ping()
            server.stop()
            with pytest.raises(redis.ConnectionError):
                client.ping()
            server.start()
            assert client.ping()
    finally:
        server.remove()


def test_chromium_shows_a_page(page):
    page.set_content("<h1>Urbanismo</h1>")

    assert page.get_by_role("heading").inner_text() == "Urbanismo"
