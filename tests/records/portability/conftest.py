"""An agency with something of everything that leaves, and empty installations to arrive at."""

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from intranet.app import create_app
from intranet.collaboration.groups.operations.sharing import share_with, turn_key
from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.messaging.conversations.operations import start_direct_message
from intranet.messaging.spaces.models import Reach
from intranet.records.portability.exporting import write_package
from intranet.records.portability.subjects import of_agency
from tests.collaboration.groups.helpers import group_of, main_channel
from tests.conftest import close, settings_for
from tests.messaging.messages.helpers import channel_of, say
from tests.publishing.announcements.helpers import announce

ELSEWHERE = {"sqlite": "postgresql", "postgresql": "sqlite"}
HEADS = {"any": [{"level": "head"}]}


@dataclass
class Lived:
    """What was said in the agency, by name."""

    ids: dict[str, UUID]

    def __getattr__(self, name: str) -> UUID:
        """The id of that name."""
        try:
            return self.ids[name]
        except KeyError:
            raise AttributeError(name) from None


@pytest.fixture
def lived(app, cast) -> Lived:
    """A room with a thread and a file, talks in private, a room of others, an announcement."""
    ids: dict[str, UUID] = {}
    with app.app_context():
        room = channel_of(cast.licences)
        file = store_upload(cast.ana, io.BytesIO(b"plans of the square"), "planos ñ.txt")
        first = say(cast.ana, room, "Aquí van los **planos**.", file_ids=[file.id])
        answer = say(cast.ana, room, "Y la respuesta.", parent_id=first.id)
        talk = start_direct_message(cast.ana, [cast.carles])
        inner = say(cast.ana, talk, "Entre nosotros.")
        outside = start_direct_message(cast.ana, [cast.bieito])
        theirs_in_talk = say(cast.bieito, outside, "Palabras de Vilaverde.")
        say(cast.ana, outside, "Palabras de Monteclaro.")
        group = group_of(cast.elna, "Sala de Altamar", reach=Reach.SHARED, audience=HEADS)
        share_with(cast.elna, group, cast.monteclaro, "Expedientes")
        turn_key(cast.guillem, group, cast.altamar, None)
        turn_key(cast.dorleta, group, cast.monteclaro, None)
        shared = main_channel(group)
        theirs = say(cast.elna, shared, "Palabras de Altamar.")
        ours = say(cast.carles, shared, "Palabras de Carles.", parent_id=theirs.id)
        own_group = group_of(cast.carles, "Obras menores")
        told = announce(cast.dorleta)
        ids |= {"room": room.id, "file": file.id, "first": first.id, "answer": answer.id}
        ids |= {"talk": talk.id, "inner": inner.id, "outside": outside.id}
        ids |= {"theirs_in_talk": theirs_in_talk.id, "shared": shared.id, "group": group.space_id}
        ids |= {"theirs": theirs.id, "ours": ours.id, "own_group": own_group.space_id}
        ids |= {"announcement": told.id}
    return Lived(ids)


@pytest.fixture
def export(app, tmp_path) -> Callable[..., Path]:
    """Write the package of an agency, and give its path."""

    def write(agency: Any, *, whole: bool = True, name: str = "package.zip") -> Path:
        path: Path = tmp_path / name
        with app.app_context(), path.open("wb") as out:
            subject = of_agency(db.session.merge(agency), whole=whole)
            write_package(
                out,
                subject.scope,
                name=subject.name,
                language=subject.language,
                time_zone=subject.time_zone,
            )
        return path

    return write


@pytest.fixture
def empty_house(request, database, tmp_path_factory) -> Iterator[Callable[..., Flask]]:
    """Make an application on an empty database: of the other kind, or of this one."""
    with ExitStack() as stack:

        def make(*, is_other: bool = False) -> Flask:
            kind = ELSEWHERE[database] if is_other else database
            folder = tmp_path_factory.mktemp("elsewhere")
            if kind == "sqlite":
                url = f"sqlite:///{folder / 'elsewhere.sqlite'}"
            else:
                server = request.getfixturevalue("postgresql")
                url = server.new_database()
                stack.callback(server.drop_database, url)
            made = create_app(settings_for(url, folder))
            stack.callback(close, made)
            with made.app_context():
                db.create_all()
            return made

        yield make
