"""The benchmark of an agency that leaves: its package is written, read, and counted again."""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZipFile

from flask import Flask
from sqlalchemy import update

from intranet.app import close_app
from intranet.extensions import Model, db
from intranet.messaging.conversations.models import Conversation, ConversationKind, Participant
from intranet.messaging.conversations.queries import channels_of
from intranet.messaging.messages.models import Mention, Message, Reaction
from intranet.messaging.spaces.queries import space_of_unit
from intranet.organisation.agencies.models import AgencyKind
from intranet.organisation.agencies.operations.agencies import create_agency, root_unit
from intranet.organisation.agencies.operations.units import create_unit
from intranet.platform.core.batches import batches
from intranet.platform.core.database import store_rows
from intranet.platform.core.ids import uuid7
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from tools.bench.site import empty_app, fill, sign_in

CODE = "BENCHLEAVES"
PEOPLE_PER_UNIT = 100
TALKS_PER_PERSON = 2
IN_TALKS = 4
"""Of so many messages, one is said in a talk of two people."""

ANSWERS, REACTED, MENTIONS = 5, 8, 10
"""Of so many messages, one is an answer, has a reaction, and mentions somebody."""

WORDS_OF_A_MESSAGE = 25
WORDS = [
    "expediente",
    "obra",
    "licencia",
    "plazo",
    "informe",
    "vecino",
    "sesión",
    "pleno",
    "acta",
    "solicitud",
]
ROWS_AT_ONCE = 5_000
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
BYTES_PER_MB = 1_000_000
KIB_PER_MB = 1_000


@dataclass(frozen=True)
class MeasuredCommand:
    """The time that a command took, that of its processor, and its memory at the highest."""

    name: str
    seconds: float
    worked: float
    peak_mb: float

    def __str__(self) -> str:
        """Return it as a line."""
        return (
            f"{self.name}: {self.seconds:.1f} s, of which the processor worked "
            f"{self.worked:.1f} s; {self.peak_mb:.0f} MB at the highest"
        )


@dataclass(frozen=True)
class BenchRoom:
    """A conversation of the benchmark, who talks in it, and the ids of what was said last."""

    id: UUID
    people: list[UUID]
    ids: list[UUID]


def fill_agency(app: Flask, people: int, messages: int) -> None:
    """Make an agency of so many people, who said so many messages in channels and talks."""
    with app.app_context():
        agency = create_agency(
            code=CODE,
            name=Localized({"es": "Banco de pruebas"}),
            kind=AgencyKind.MUNICIPALITY,
            languages=["es"],
            handle=CODE.lower(),
        )
        rooms: list[BenchRoom] = []
        everybody: list[UUID] = []
        for some in batches(range(people), PEOPLE_PER_UNIT):
            unit = create_unit(None, root_unit(agency), Localized({"es": f"Área {some[0]}"}))
            held = fill(agency, unit, [f"Persona {number}" for number in some])
            sign_in(agency, held)
            space = space_of_unit(unit.id)
            if space is None:
                raise LookupError("the unit has no space")
            rooms.append(BenchRoom(channels_of(space)[0].id, [one.id for one in held], []))
            everybody += rooms[-1].people
        chance = random.Random(1)  # noqa: S311 - the same each time
        _say(rooms, _talks(everybody, chance), messages, chance)


def _talks(people: list[UUID], chance: random.Random) -> list[BenchRoom]:
    rooms = [
        BenchRoom(uuid7(), chance.sample(people, 2), [])
        for _number in range(len(people) * TALKS_PER_PERSON)
    ]
    talks = [
        {"id": room.id, "kind": ConversationKind.DIRECT, "last_seq": 0, "rev": 0} for room in rooms
    ]
    participants = [
        {"conversation_id": room.id, "person_id": one, "position": place}
        for room in rooms
        for place, one in enumerate(room.people)
    ]
    _store(Conversation, talks)
    _store(Participant, participants)
    return rooms


def _say(
    channels: list[BenchRoom], talks: list[BenchRoom], count: int, chance: random.Random
) -> None:
    last: dict[UUID, int] = {}
    for numbers in batches(range(count), ROWS_AT_ONCE):
        said, reactions, mentions = [], [], []
        for number in numbers:
            room = chance.choice(talks if number % IN_TALKS == 0 else channels)
            row = _message(room, number, last, chance)
            said.append(row)
            at = {"message_id": row["id"], "person_id": chance.choice(room.people)}
            if number % REACTED == 0:
                reactions.append({**at, "emoji": "👍", "created_at": row["created_at"]})
            if number % MENTIONS == 0:
                mentions.append({**at, "conversation_id": room.id, "seq": row["seq"]})
        _store(Message, said)
        _store(Reaction, reactions)
        _store(Mention, mentions)
    with unit_of_work():
        for room_id, seq in last.items():
            told = update(Conversation).where(Conversation.id == room_id)
            db.session.execute(told.values(last_seq=seq, rev=seq))


def _message(
    room: BenchRoom, number: int, last: dict[UUID, int], chance: random.Random
) -> dict[str, Any]:
    last[room.id] = seq = last.get(room.id, 0) + 1
    body = " ".join(chance.choices(WORDS, k=WORDS_OF_A_MESSAGE))
    is_answer = room.ids and number % ANSWERS == 0
    message_id = uuid7()
    row = {
        "id": message_id,
        "client_id": uuid7(),
        "conversation_id": room.id,
        "seq": seq,
        "rev": seq,
        "body_rev": 1,
        "author_id": chance.choice(room.people),
        "caption": "Puesto · Unidad · Banco de pruebas",
        "sent_hash": "x" * 64,
        "body": body,
        "html": f"<p>{body}</p>",
        "mentions": [],
        "parent_id": chance.choice(room.ids) if is_answer else None,
        "reply_count": 0,
        "created_at": BEGAN + timedelta(minutes=number),
    }
    if not is_answer:
        room.ids[:] = [*room.ids[-9:], message_id]
    return row


def _store(kind: type[Model], rows: list[dict[str, Any]]) -> None:
    for some in batches(rows, ROWS_AT_ONCE):
        with unit_of_work():
            store_rows(kind, some)


def measure(
    home: Path, new_url: Callable[[], str], people: int, messages: int
) -> Iterator[MeasuredCommand]:
    """Measure the commands that write the package of an agency and bring it elsewhere.

    Args:
        home: an empty folder.
        new_url: returns the URL of a new database, or nothing for SQLite in a folder.
        people: so many people the agency has.
        messages: and so much was said.

    Raises:
        RuntimeError: a command failed, or something was lost on the way.
    """
    source, target = (_installation(home / name, new_url()) for name in ("source", "target"))
    app = empty_app(home / "source", source.get("INTRANET_DATABASE_URL", ""))
    fill_agency(app, people, messages)
    close_app(app)
    package, again = home / "package.zip", home / "again.zip"
    yield _run(source, "export", "agency", CODE, "--to", str(package))
    yield _run(target, "import", "agency", str(package))
    yield _run(target, "export", "agency", CODE, "--to", str(again))
    before, after = counts_of(package), counts_of(again)
    # It is logged that the agency was exported, and that it arrived.
    after["audit_lines"] = before["audit_lines"]
    if before != after:
        odd = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
        raise RuntimeError(f"other counts after: {odd}")


def _installation(folder: Path, url: str) -> Mapping[str, str]:
    """Return the environment of an installation with its data in a new folder."""
    folder.mkdir()
    return {"INTRANET_DATA_DIR": str(folder), **({"INTRANET_DATABASE_URL": url} if url else {})}


def counts_of(package: Path) -> dict[str, int]:
    """Return the counts of a package by kind."""
    with ZipFile(package) as opened:
        told: dict[str, int] = json.loads(opened.read("manifest.json"))["counts"]
    return told


def _run(environment: Mapping[str, str], *command: str) -> MeasuredCommand:
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "intranet", *command],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if process.stdout is None:
        raise RuntimeError("no pipe")
    said = process.stdout.read()
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(said)
    return MeasuredCommand(
        command[0],
        time.monotonic() - began,
        used.ru_utime + used.ru_stime,
        used.ru_maxrss / KIB_PER_MB,
    )
