"""How long the server takes for each main page, and how many queries it asks."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import Engine, event, select

from intranet.accounts.access import cookie_name
from intranet.accounts.models import Account
from intranet.agencies.models import Unit
from intranet.bench.chat import percentile
from intranet.bench.site import sign_in_again
from intranet.conversations.queries import standings
from intranet.core.memory import settle
from intranet.demo.loader import load
from intranet.extensions import db
from intranet.messages.queries import latest
from intranet.people.models import Person
from intranet.people.queries import current_appointments

MILLI = 1000
OK = 200
"""A page that is not there measures nothing."""


@dataclass(frozen=True)
class Reader:
    """Somebody who opens pages: the cookie, and by name the address of each, or several alike."""

    cookie: tuple[str, str]
    addresses: Mapping[str, str | Sequence[str]]


def demonstration(app: Flask) -> Reader:
    """Load the demonstration; Ana reads."""
    with app.app_context():
        load(app.config["SETTINGS"].demo_password)
        account = db.session.scalars(
            select(Account).where(Account.email == "ana@monteclaro.example")
        ).one()
        return reader(account.person)


def reader(person: Person) -> Reader:
    """The main pages as this person has them."""
    held = current_appointments(person.id)[0]
    busiest = max(standings(person), key=lambda row: row.conversation.last_seq).conversation
    seq = latest(busiest.id, 1)[0].seq
    code = held.post.unit.agency.code
    root = db.session.get_one(Unit, held.post.unit.ancestor_ids[0])
    addresses = {
        "home": "/",
        "messages": "/messages",
        "conversation": f"/c/{busiest.id}",
        "thread": f"/c/{busiest.id}/m/{seq}",
        "members": f"/c/{busiest.id}/members",
        "profile": f"/people/{person.id}",
        "organisation chart": f"/agencies/{code}",
        "organisation list": f"/agencies/{code}/list",
        "agencies": "/agencies",
        "unit": f"/units/{held.post.unit_id}",
        "largest unit": f"/units/{root.id}",
        "post": f"/posts/{held.post_id}",
        "switcher": "/switcher?q=mar",
        "search, one word": "/search?q=plan",
        "search, two words": "/search?q=plan+monday&kind=message",
        "search, operators": "/search?q=from:me+after:2020+plan",
        "search, nothing": "/search?q=zzyzzyz",
        "search, suggestions": "/search/suggestions?q=from:an",
    }
    return Reader((cookie_name(), sign_in_again(person)), addresses)


def timed(app: Flask, who: Reader, *, rounds: int) -> str:
    """A line for each page: median and 95th percentile of the server's time, and its queries."""
    settle()
    with app.app_context():
        engine = db.engine
    lines = [f"  {'page':<20} {'p50 ms':>8} {'p95 ms':>8} {'queries':>8} {'KiB':>7}"]
    for name, named in who.addresses.items():
        alike = [named] if isinstance(named, str) else named
        client = app.test_client()
        client.set_cookie(*who.cookie)
        client.get(alike[0])
        seconds = []
        with counted(engine) as queries:
            for address in [*alike] * rounds:
                began = time.perf_counter()
                answer = client.get(address)
                seconds.append(time.perf_counter() - began)
                if answer.status_code != OK:
                    raise RuntimeError(f"{address}: {answer.status_code}")
        lines.append(
            f"  {name:<20} {percentile(seconds, 0.5) * MILLI:8.1f} "
            f"{percentile(seconds, 0.95) * MILLI:8.1f} {queries[0] / len(seconds):8.0f} "
            f"{len(answer.data) / 1024:7.0f}"
        )
    return "\n".join(lines)


@contextmanager
def counted(engine: Engine) -> Iterator[list[int]]:
    """Count the statements that are executed meanwhile, in the first place of the list."""
    count = [0]

    def add(*_about: object) -> None:
        count[0] += 1

    event.listen(engine, "before_cursor_execute", add)
    try:
        yield count
    finally:
        event.remove(engine, "before_cursor_execute", add)
