"""The benchmark of an announcement to very many people, and its effect on a busy channel."""

import json
import threading
import time
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select

from intranet.attention.notifications.models import Notification
from intranet.extensions import db
from intranet.organisation.accounts.access import cookie_name
from intranet.organisation.accounts.models import Account
from intranet.organisation.accounts.operations.own_account import create_token
from intranet.organisation.agencies.models import AgencyKind
from intranet.organisation.agencies.operations.agencies import create_agency, root_unit
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.agencies.operations.units import create_unit
from intranet.organisation.people.operations.appointments import AppointmentSpec, appoint_all
from intranet.organisation.people.operations.people import ProfileContents, create_people
from intranet.platform.core import clock
from intranet.platform.core.types import Localized
from intranet.publishing.publications.models import ANNOUNCEMENT
from intranet.publishing.publications.operations.drafting import (
    Choices,
    Written,
    create_draft,
    save_draft,
)
from intranet.publishing.publications.voices import voices
from tools.bench.chat import Run, talk
from tools.bench.processes import BenchServer
from tools.bench.site import fill, make_channel, serving, sign_in
from tools.bench.sockets import BenchClientPool

PEOPLE_PER_UNIT = 1_000
TALKING_PEOPLE = 50
POSTS_PER_SECOND = 20
IDLE_SECONDS = 8
PART_SECONDS = 4
TIMEOUT_SECONDS = 120
LOOK_EVERY_SECONDS = 1


@dataclass(frozen=True)
class AnnouncingFigures:
    """The results, in seconds; `idle` and `meanwhile` run from posting to the acknowledgement."""

    people: int
    preview: float
    publish: float
    told: float
    idle: list[float]
    meanwhile: list[float]


@dataclass(frozen=True)
class _Draft:
    publication_id: UUID
    edition: int
    token: str
    cookie: str


def measure(app: Flask, people: int) -> AnnouncingFigures:
    """Measure an announcement to `people` while fifty others chat."""
    with app.app_context():
        draft, channel = _prepare(people), make_channel(TALKING_PEOPLE)
        db.session.remove()
    with serving(app) as server:
        pool = BenchClientPool((server.host, server.port), channel.conversation_id)
        try:
            pool.connect(channel.cookies, Run())
            return _measured(pool, _Sending(app, server, draft, people))
        finally:
            pool.close()


def _prepare(people: int) -> _Draft:
    """Make an agency with units of a thousand people, and a draft by its head for all of them."""
    agency = create_agency(
        code="BENCHALL",
        name=Localized({"en": "Bench Agency"}),
        kind=AgencyKind.MUNICIPALITY,
        languages=["en"],
        handle="benchall",
    )
    root = root_unit(agency)
    for number in range(0, people, PEOPLE_PER_UNIT):
        unit = create_unit(None, root, Localized({"en": f"Unit {number}"}))
        size = min(PEOPLE_PER_UNIT, people - number)
        sign_in(agency, fill(agency, unit, [f"Person {number + one}" for one in range(size)]))
    title = Localized({"en": "Head"})
    post = create_post(None, PostSpec(unit=root_unit(agency), title=title, is_head=True))
    (head,) = create_people(None, agency, [("Head", ProfileContents())])
    appointment = AppointmentSpec(post=post, person=head, starts_on=clock.today(agency.time_zone))
    appoint_all(None, agency, [appointment])
    (secret,) = sign_in(agency, [head])
    account = db.session.scalars(select(Account).where(Account.person_id == head.id)).one()
    _row, token = create_token(account, "bench", scopes=["read", "write"], days=30)
    draft = create_draft(head, ANNOUNCEMENT, voices(head)[0])
    texts = {"en": Written("To everybody", "Something that matters to all of us.")}
    draft = save_draft(head, draft, texts, Choices(), edition=draft.edition)
    return _Draft(draft.id, draft.edition, token, f"{cookie_name()}={secret}")


def _measured(pool: BenchClientPool, sending: "_Sending") -> AnnouncingFigures:
    talk(pool, pool.clients, Run(), POSTS_PER_SECOND, per_second=POSTS_PER_SECOND)
    sending.look()
    idle = Run()
    posts = POSTS_PER_SECOND * IDLE_SECONDS
    talk(pool, pool.clients, idle, posts, per_second=POSTS_PER_SECOND)
    sending.start()
    meanwhile = Run()
    while sending.is_alive():
        posts = POSTS_PER_SECOND * PART_SECONDS
        talk(pool, pool.clients, meanwhile, posts, per_second=POSTS_PER_SECOND)
    return AnnouncingFigures(
        people=sending.people,
        preview=sending.preview,
        publish=sending.publish,
        told=sending.told,
        idle=idle.answered_after,
        meanwhile=meanwhile.answered_after,
    )


class _Sending(threading.Thread):
    """A thread that publishes the draft and waits until everybody has been notified."""

    def __init__(self, app: Flask, server: BenchServer, draft: _Draft, people: int) -> None:
        super().__init__(name="announcing", daemon=True)
        self._app, self._draft, self.people = app, draft, people
        self._connection = HTTPConnection(server.host, server.port, timeout=TIMEOUT_SECONDS)
        self.preview = self.publish = self.told = float("nan")
        self._audience_version, self._answer = "", b""

    def look(self) -> None:
        """Open the editor and preview the audience, as the author does."""
        address = f"/p/{self._draft.publication_id}"
        self._ask("GET", f"{address}/edit")
        self.preview = self._ask("GET", f"{address}/audience")
        self._ask("GET", f"/api/v1/publications/{self._draft.publication_id}")
        self._audience_version = json.loads(self._answer)["draft"]["audience_version"]

    def run(self) -> None:
        """Publish through the REST API with the token of the head."""
        began = time.perf_counter()
        change = {
            "edition": self._draft.edition,
            "audience_version": self._audience_version,
            "state": "published",
        }
        address = f"/api/v1/publications/{self._draft.publication_id}"
        self.publish = self._ask("PATCH", address, change)
        while self._told() < self.people and time.perf_counter() - began < TIMEOUT_SECONDS:
            time.sleep(LOOK_EVERY_SECONDS)
        self.told = time.perf_counter() - began

    def _ask(self, method: str, address: str, body: dict[str, object] | None = None) -> float:
        headers = {"Authorization": f"Bearer {self._draft.token}", "Cookie": self._draft.cookie}
        if body:
            headers["Content-Type"] = "application/json"
        began = time.perf_counter()
        self._connection.request(method, address, json.dumps(body) if body else None, headers)
        answer = self._connection.getresponse()
        self._answer = answer.read()
        if answer.status != HTTPStatus.OK:
            raise RuntimeError(f"{method} {address}: {answer.status}")
        return time.perf_counter() - began

    def _told(self) -> int:
        with self._app.app_context():
            return db.session.scalar(select(func.count()).select_from(Notification)) or 0
