"""A site of its own to be measured: people who are signed in, a server process, its work."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from intranet.accounts.access import cookie_name
from intranet.accounts.models import Account, AccountState, SignIn
from intranet.accounts.secret import hash_of, new_secret
from intranet.agencies.models import Agency, AgencyKind, Unit
from intranet.agencies.operations.agencies import create_agency, root_unit
from intranet.agencies.operations.posts import NewPost, create_post
from intranet.agencies.operations.units import create_unit
from intranet.conversations.queries import channels_of
from intranet.core import clock
from intranet.core.types import Localized
from intranet.core.unit_of_work import unit_of_work
from intranet.extensions import db
from intranet.people.models import Person
from intranet.people.operations.appointments import NewAppointment, appoint_all
from intranet.people.operations.people import Profile, create_people
from intranet.spaces.queries import space_of_unit

FREE_OF_LIMITS = {"INTRANET_POSTS_PER_10S": "1000000"}
STOP_SECONDS = 15


@dataclass(frozen=True)
class Room:
    """A channel, and the cookies of the people who are in it, one each."""

    conversation_id: UUID
    cookies: list[str]


def make_room(size: int) -> Room:
    """Make an agency with a unit in which so many people hold a post."""
    agency = create_agency(
        code=f"BENCH{size}",
        name=Localized({"en": "Bench Council"}),
        kind=AgencyKind.MUNICIPALITY,
        languages=["en"],
        handle=f"bench{size}",
    )
    unit = create_unit(None, root_unit(agency), Localized({"en": "Everybody"}))
    people = fill(agency, unit, [f"Person {number}" for number in range(size)])
    space = space_of_unit(unit.id)
    if space is None:
        raise LookupError("the unit has no space")
    cookies = [f"{cookie_name()}={secret}" for secret in sign_in(agency, people)]
    return Room(channels_of(space)[0].id, cookies)


def fill(agency: Agency, unit: Unit, names: Sequence[str]) -> list[Person]:
    """Let people with these names hold one post of a unit, since last year."""
    title = Localized({"en": "Officer"})
    post = create_post(None, NewPost(unit=unit, title=title, places=len(names)))
    people = create_people(None, agency, [(name, Profile()) for name in names])
    since = date.fromordinal(clock.today(agency.time_zone).toordinal() - 365)
    appoint_all(
        None,
        agency,
        [NewAppointment(post=post, person=person, starts_on=since) for person in people],
    )
    return people


def sign_in(agency: Agency, people: Sequence[Person]) -> list[str]:
    """Sign these people in; the secrets for their cookies, in the same order."""
    secrets = [new_secret() for _person in people]
    accounts = [
        Account(
            person_id=person.id,
            home_agency_id=agency.id,
            email=f"{person.id}@{agency.handle}.example",
            state=AccountState.ACTIVE,
        )
        for person in people
    ]
    with unit_of_work() as work:
        work.add(*accounts)
        work.flush()
        work.add(*map(_sign_in, accounts, secrets))
    return secrets


def sign_in_again(person: Person) -> str:
    """Sign somebody in who has an account; the secret for the cookie."""
    account = db.session.scalars(select(Account).where(Account.person_id == person.id)).one()
    secret = new_secret()
    with unit_of_work() as work:
        work.add(_sign_in(account, secret))
    return secret


def _sign_in(account: Account, secret: str) -> SignIn:
    now = clock.now()
    return SignIn(
        account_id=account.id,
        token_hash=hash_of(secret),
        last_used_at=now,
        expires_at=now + timedelta(hours=12),
    )


@dataclass(frozen=True)
class Server:
    """A running server."""

    process: subprocess.Popen[str]
    host: str
    port: int

    def cpu_seconds(self) -> float:
        """Processor time of the server and of what it started, in user and system."""
        return sum(_cpu_seconds(pid) for pid in _family(self.process.pid))


@contextmanager
def serving(app: Flask) -> Iterator[Server]:
    """Serve the application's data as `intranet serve` does, in a process of its own."""
    data_dir = app.config["SETTINGS"].data_dir
    environment = {**os.environ, **FREE_OF_LIMITS, "INTRANET_DATA_DIR": str(data_dir)}
    process = subprocess.Popen(
        [sys.executable, "-m", "intranet", "serve", "--port", "0", "--empty", "--no-browser"],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        yield _started(process)
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def _started(process: subprocess.Popen[str]) -> Server:
    for line in process.stdout or ():
        if line.startswith("Serving on "):
            host, _, port = line.strip().rpartition("/")[2].rpartition(":")
            return Server(process, host, int(port))
    raise RuntimeError("the server did not start")


def _family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        children = (task / "children").read_text().split()
        found += [one for child in children for one in _family(int(child))]
    return found


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
