"""A records officer of Monteclaro, and everything about minor works in which words are planted."""

import io
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet import schedule  # noqa: F401 - what the outbox does
from intranet.delivery.files.models import File
from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.messaging.messages.forwarding import forward_message
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.operations import edit_message
from intranet.organisation.agencies.operations.administrations import give_role
from intranet.organisation.agencies.roles import AgencyRole
from intranet.platform.audit.queries import AuditFilter, lines
from intranet.platform.core import clock
from intranet.platform.core.ids import uuid7
from intranet.platform.core.outbox import run_due
from intranet.platform.core.step_up import confirmed_since
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.drafting import Choices, Written, save_draft
from intranet.publishing.publications.operations.publishing import correct
from intranet.records.access_requests.models import AccessKind, AccessNotice
from intranet.records.access_requests.operations.requests import open_request
from tests.attention.search.test_files import docx, pdf
from tests.messaging.messages.helpers import channel_of, say
from tests.publishing.announcements.helpers import announce

NAME = "Rosalía Ferreiro"
PHONE = "600 123 456"
HEALTH = "está de baja por depresión"
SECRETS = (NAME, PHONE, HEALTH)


def work_off():
    """Do everything that waits in the outbox."""
    while run_due():
        pass


def acts(agency):
    """The acts in the audit log of an agency, the latest first."""
    return [line.act for line in lines(agency.id, AuditFilter(), limit=50)]


def told(asked):
    """Whom the request has told that they were read."""
    return list(
        db.session.scalars(
            select(AccessNotice.person_id).where(
                AccessNotice.request_id == asked.id, AccessNotice.told_at.is_not(None)
            )
        )
    )


@pytest.fixture
def officer(spanish_request, cast):
    """Iria, whose post keeps the records of Monteclaro; the request is confirmed."""
    confirmed_since(clock.now())
    give_role(None, cast.monteclaro, cast.technician_post, AgencyRole.RECORDS)
    return cast.iria


@pytest.fixture
def asked(officer, cast):
    """A request about minor works, with the officer in charge."""
    return open_request(
        officer,
        cast.monteclaro,
        kind=AccessKind.TRANSPARENCY,
        asker="REG-2026-118",
        matter="Licencias de obra menor",
        due_on=clock.today("Europe/Madrid") + timedelta(days=20),
        language="es",
    )


@dataclass
class Planted:
    """What was written about minor works, by what it is."""

    messages: dict[str, Message] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    announcement: Publication | None = None


@pytest.fixture
def planted(officer, cast):
    """The same secret words in every place where they could be left behind."""
    made = Planted()
    room, other = channel_of(cast.licences), channel_of(cast.urban_planning)
    first = say(cast.ana, room, f"Obra menor: ha venido {NAME}, su teléfono es {PHONE}.")
    edit_message(
        cast.ana, first, "Obra menor: ha venido una vecina por el vado 14.", body_rev=first.body_rev
    )
    made.messages["edited"] = first
    made.messages["quoting"] = say(
        cast.uxia, room, f"> ha venido {NAME.upper()}\n\n¿Lo de la obra menor? {HEALTH}."
    )
    made.messages["reply"] = say(
        cast.ana, room, f"La obra menor de rosalia  FERREIRO: {PHONE}", parent_id=first.id
    )
    [made.messages["forward"]] = forward_message(
        cast.ana,
        made.messages["quoting"],
        [other.id],
        comment="Obra menor, mirad",
        client_id=uuid7(),
    )
    made.messages["mention"] = say(
        cast.ana, room, f"Obra menor con @[{cast.carles.name}](person:{cast.carles.id})"
    )
    for name, content in {
        f"Obra menor {NAME}.pdf": pdf(f"Obra menor de {NAME}"),
        "ficha.docx": docx(f"Obra menor, {PHONE} y {HEALTH}"),
        "plano.pdf": pdf("Obra menor sin nada que ocultar"),
    }.items():
        file = store_upload(cast.ana, io.BytesIO(content), name)
        message = say(cast.ana, room, "Adjunto de obra menor", file_ids=[file.id])
        made.messages[name], made.files[name] = message, file
    draft = announce(cast.carles, title=f"Obra menor: {NAME}")
    draft = save_draft(
        cast.carles,
        draft,
        {"es": Written("Obra menor: el cambio", f"Llamad al {PHONE} antes.")},
        Choices(due_on=draft.announcement.due_on),
        edition=draft.edition,
    )
    made.announcement = correct(
        cast.carles, draft, "Sin el nombre", edition=draft.edition, asks_again=False
    )
    say(cast.elna, channel_of(cast.innovation), f"Obra menor de {NAME} en Altamar")
    work_off()
    db.session.rollback()
    return made
