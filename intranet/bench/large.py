"""A large site, made in bulk: agencies of a thousand people, and one busy channel in each."""

from datetime import timedelta
from itertools import islice, product
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import insert, update

from intranet.agencies.models import AgencyKind, Unit
from intranet.agencies.operations.agencies import create_agency, root_unit
from intranet.agencies.operations.units import create_unit
from intranet.bench.pages import Reader, reader
from intranet.bench.site import fill, sign_in
from intranet.conversations.models import Conversation
from intranet.conversations.queries import channels_of
from intranet.core import clock
from intranet.core.ids import uuid7
from intranet.core.types import Localized
from intranet.core.unit_of_work import unit_of_work
from intranet.extensions import db
from intranet.messages.jobs import fill_all
from intranet.messages.models import Message
from intranet.people.models import Person
from intranet.people.queries import current_appointments
from intranet.publications.models import (
    Publication,
    PublicationAtom,
    PublicationKind,
    PublicationVersion,
    Recipient,
)
from intranet.spaces.queries import space_of_unit

PEOPLE_PER_AGENCY = 1_000
UNITS = 20
ROWS_AT_ONCE = 5_000
PUBLICATIONS = 10_000
FIRST = ("Ana", "Marta", "Xoán", "Nerea", "Júlia", "Iker", "Rosa", "Bieito", "Ainhoa", "Pau")
LAST = ("Castro", "Puig", "Souto", "Otxoa", "Serra", "García-Peñas", "O'Brien", "Núñez", "Vidal")
TEXT = "The plans for Castle Street are in, with the two changes that we spoke of on Monday."


def load(app: Flask, people: int, messages: int) -> Reader:
    """Fill an empty site; the first person of the first agency reads."""
    agencies = max(people // PEOPLE_PER_AGENCY, 1)
    with app.app_context():
        everybody = []
        for number in range(agencies):
            everybody.append(_agency(number, messages // agencies))
            db.session.expunge_all()
        fill_all()
        return reader(db.session.get_one(Person, everybody[0]))


def _agency(number: int, messages: int) -> UUID:
    """Make one agency; the id of its first person."""
    agency = create_agency(
        code=f"L{number:08}",
        name=Localized({"es": f"Ayuntamiento {number}", "en": f"Town {number}"}),
        kind=AgencyKind.MUNICIPALITY,
        languages=["es"],
        handle=f"town{number}",
    )
    root = root_unit(agency)
    names = [" ".join(parts) for parts in islice(product(FIRST, LAST, LAST), PEOPLE_PER_AGENCY)]
    share = PEOPLE_PER_AGENCY // UNITS
    everybody: list[Person] = []
    unit = create_unit(None, root, Localized({"es": "Servicio 0"}))
    for part in range(UNITS):
        here = names[part * share : (part + 1) * share] or names[:share]
        everybody += fill(agency, unit, here)
        if part < UNITS - 1:
            unit = create_unit(None, root, Localized({"es": f"Servicio {part + 1}"}))
    first_id = everybody[0].id
    sign_in(agency, everybody[:1])
    _talk(everybody, messages)
    if number == 0:
        publish_many(everybody[0], unit_of(everybody[0]))
    return first_id


def unit_of(person: Person) -> Unit:
    """Where somebody holds their first post."""
    return current_appointments(person.id)[0].post.unit


def publish_many(reader: Person, unit: Unit, count: int = PUBLICATIONS) -> None:
    """Announcements of a unit, one an hour, each addressed to the reader; some to confirm."""
    space = space_of_unit(unit.id)
    if space is None:
        raise LookupError("the unit has no space")
    post_id = current_appointments(reader.id)[0].post_id
    now = clock.now()
    ids = [uuid7() for _number in range(count)]
    audience = {"any": [{"unit": str(unit.id), "subtree": True}]}
    by = {"created_by_id": reader.id, "updated_by_id": reader.id, "published_by_id": reader.id}
    publications: list[dict[str, Any]] = []
    versions: list[dict[str, Any]] = []
    recipients: list[dict[str, Any]] = []
    atoms: list[dict[str, Any]] = []
    for number, row_id in enumerate(ids):
        at = now - timedelta(hours=count - number)
        publications.append(
            {
                "id": row_id,
                "kind": PublicationKind.ANNOUNCEMENT,
                "agency_id": unit.agency_id,
                "space_id": space.id,
                "post_id": post_id,
                "audience": audience,
                "due_on": now.date() + timedelta(days=3) if number % 1_000 == 0 else None,
                "published_at": at,
                "version": 1,
                **by,
            }
        )
        versions.append(
            {
                "publication_id": row_id,
                "number": 1,
                "title": Localized({"es": f"Aviso {number}"}),
                "summary": Localized({"es": TEXT}),
                "body": {"es": TEXT},
                "html": {"es": f"<p>{TEXT}</p>"},
                "words": 20,
                "sha256": "",
                "published_at": at,
                "published_by_id": reader.id,
            }
        )
        key = {"publication_id": row_id}
        place = {"post_id": post_id, "unit_id": unit.id, "agency_id": unit.agency_id}
        recipients.append({**key, "person_id": reader.id, **place})
        atoms.append({**key, "key": f"unit+:{unit.id}", "is_exception": False})
    tables = (Publication, PublicationVersion, Recipient, PublicationAtom)
    with unit_of_work():
        for kind, rows in zip(tables, (publications, versions, recipients, atoms), strict=True):
            for start in range(0, len(rows), ROWS_AT_ONCE):
                db.session.execute(insert(kind), rows[start : start + ROWS_AT_ONCE])


def _talk(people: list[Person], messages: int) -> None:
    """Put messages into the first person's own channel."""
    unit_id = current_appointments(people[0].id)[0].post.unit_id
    space = space_of_unit(unit_id)
    if space is None:
        raise LookupError("the unit has no space")
    channel = channels_of(space)[0]
    now = clock.now()
    rows = [
        {
            "id": uuid7(),
            "conversation_id": channel.id,
            "seq": seq,
            "rev": seq,
            "body_rev": seq,
            "author_id": people[seq % 50].id,
            "caption": "Officer · Servicio 0 · Ayuntamiento",
            "client_id": uuid4(),
            "sent_hash": "",
            "body": TEXT,
            "html": f"<p>{TEXT}</p>",
            "mentions": [],
            "reply_count": 0,
            "created_at": now - timedelta(minutes=messages - seq),
        }
        for seq in range(1, messages + 1)
    ]
    with unit_of_work():
        for start in range(0, len(rows), ROWS_AT_ONCE):
            db.session.execute(insert(Message), rows[start : start + ROWS_AT_ONCE])
        db.session.execute(
            update(Conversation)
            .where(Conversation.id == channel.id)
            .values(last_seq=messages, rev=messages, last_message_at=now)
        )
