"""What is to be hidden, and from whom: the objects and actors of the matrix of doors.

Everything is made through operations. `ids` names each object; `nothing` has the same names with
ids that belong to nobody.
"""

import io
import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from intranet.attention.notifications.models import Notification
from intranet.attention.notifications.news import of_publication
from intranet.attention.notifications.notifying import notify
from intranet.delivery.files.media import add_captions
from intranet.delivery.files.models import CaptionsKind
from intranet.delivery.files.operations import store_upload, store_video
from intranet.delivery.files.queries import captions_of
from intranet.extensions import db
from intranet.messaging.conversations.operations import (
    create_channel,
    start_direct_message,
    start_post_conversation,
)
from intranet.messaging.messages import queries
from intranet.messaging.messages.drafting import save_draft
from intranet.messaging.messages.operations import edit_message
from intranet.messaging.messages.saving import save_message
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.accounts.models import AccountState, TalksCut
from intranet.organisation.accounts.operations.accounts import disable_account, invite_person
from intranet.organisation.agencies.models import Administration
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.agencies.operations.units import create_unit
from intranet.organisation.people.operations.appointments import appoint, end_appointment
from intranet.organisation.people.operations.people import create_person
from intranet.platform.core import clock
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.public_site.operations.pausing import freeze
from intranet.publishing.announcements.operations.proving import request_proof
from intranet.publishing.case_files.operations import make_case_file
from intranet.publishing.publications.models import FileRole
from intranet.publishing.publications.operations.attaching import attach
from intranet.publishing.publications.operations.consenting import give_consent
from intranet.publishing.publications.operations.publishing import correct, publish
from tests.cast import sign_in
from tests.collaboration.events.helpers import planned
from tests.delivery.files.samples import mp4, picture
from tests.messaging.messages.helpers import channel_of, say, space_of
from tests.publishing.publications.helpers import draft
from tests.security import world_holds, world_own, world_parts, world_records
from tests.security.world_parts import SECRET

UUIDS = re.compile(r"[0-9a-f]{8}(-?)[0-9a-f]{4}(\1[0-9a-f]{4}){2}\1[0-9a-f]{12}")
CHANNEL = "Expedientes reservados"
"""The name of a channel that only its members know."""


@dataclass(frozen=True)
class World:
    """The ids of what there is, by name; the same names with ids of nothing; who comes."""

    ids: dict[str, str]
    nothing: dict[str, str]
    clients: dict[str, Any] = field(default_factory=dict)

    def called(self, **names: str) -> "World":
        """The same world, in which some names stand for other objects."""
        others = {name: self.ids[other] for name, other in names.items()}
        return replace(self, ids={**others, **self.ids, **others})  # in a text they come first

    def plain(self, text: str) -> str:
        """A text in which every id, of something or of nothing, is its name."""
        text = UUIDS.sub(lambda found: self._uuids.get(found[0], found[0]), text)
        for row_id, name in self._others:
            text = text.replace(row_id, name)
        return text

    @cached_property
    def _uuids(self) -> dict[str, str]:
        """Replacements of UUIDs, by how they are written: with hyphens and without."""
        plain = {row_id: name for row_id, name in self._names.items() if UUIDS.fullmatch(row_id)}
        return {**{row_id.replace("-", ""): "" for row_id in plain}, **plain}

    @cached_property
    def _others(self) -> list[tuple[str, str]]:
        """Other ids with their replacements, the longest first."""
        others = [pair for pair in self._names.items() if not UUIDS.fullmatch(pair[0])]
        return sorted(others, key=lambda pair: -len(pair[0]))

    @cached_property
    def _names(self) -> dict[str, str]:
        """The name of each id in brackets; of two names for the same id the first."""
        names: dict[str, str] = {}
        for name, row_id in (*self.ids.items(), *self.nothing.items()):
            if len(row_id) > 3:
                names.setdefault(row_id, f"[{name}]")
        return names


def build(app, cast) -> World:
    """Make what is hidden, the people, and their browsers."""
    with app.app_context():
        ids = {
            **_talk(cast),
            **_post_talk(cast),
            **_room(cast),
            **world_own.own(cast),
            **_organisation(cast),
            **_publications(cast),
            **world_parts.article(cast),
            **world_parts.moderation(cast),
            **world_parts.taking_part(cast),
            **world_parts.contributed(cast),
            **world_parts.sent_import(cast),
            **world_parts.duty(cast),
            **world_parts.invitation_run(cast),
            **world_parts.groups(cast),
            **world_records.records(cast),
            **world_holds.held(cast),
            **world_parts.packages(cast),
            **world_parts.plan(cast),
        }
    clients = {name: sign_in(app.test_client(), getattr(cast, who)) for name, who in ACTORS.items()}
    clients |= {"disabled": _disabled(app, cast), "signed out": app.test_client()}
    nothing = {name: row_id if name in SAME else str(uuid4()) for name, row_id in ids.items()}
    for client in clients.values():
        client.get("/nothing")  # so that each has the cookie that its forms need
    nothing |= {"code": "L01999999", "key": "0" * len(ids["key"]), "secret": "y" * 43}
    return World(ids, nothing, clients)


ACTORS = {
    "member": "ana",
    "writer": "carles",
    "administrator": "dorleta",
    "stranger": "nadia",
    "former member": "iria",
    "without a post": "eloi",
    "other administrator": "guillem",
}
SAME = {
    "line",
    "subject",
    "plan_about",
    "plan_act",
    "seq",
    "edited_seq",
    "emoji",
    "kind",
    "way",
    "purpose",
    "path",
    "other_code",
    "version",
    "filename",
    "name",
    "day",
    "edition",
}


def _room(cast) -> dict[str, str]:
    """A channel with a message, a file, an answer, and what a former member left there."""
    room = channel_of(cast.licences)
    ana, iria = cast.ana, cast.iria
    today = clock.today("Europe/Madrid")
    held = appoint(None, cast.officer_post, iria, starts_on=today - timedelta(days=9))
    file = store_upload(ana, picture(), f"{SECRET}.png")
    message = say(ana, room, f"{SECRET} @[Iria](person:{iria.id})", file_ids=[file.id])
    theirs = store_upload(iria, picture(), f"{SECRET}-2.png")
    own = say(iria, room, f"{SECRET} mine", file_ids=[theirs.id])
    answer = say(ana, room, f"{SECRET} answer", parent_id=message.id)
    edit_message(ana, answer, f"{SECRET} corrected", body_rev=answer.body_rev)
    (version,) = queries.versions(answer.id)
    save_message(ana, message)
    begun = save_draft(ana, room, f"{SECRET} begun")
    assert begun
    channel = create_channel(ana, space_of(cast.licences), CHANNEL, language="es")
    inner = say(ana, channel, f"{SECRET} within")
    with clock.freeze(clock.now() - timedelta(minutes=1)):
        end_appointment(None, held)
    return {
        "room": str(room.id),
        "space": str(room.space_id),
        "message": str(message.id),
        "message_draft": str(begun.id),
        "seq": str(message.seq),
        "edited_message": str(answer.id),
        "edited_seq": str(answer.seq),
        "message_version": str(version.id),
        "file": str(file.id),
        "own_message": str(own.id),
        "own_file": str(theirs.id),
        "channel": str(channel.id),
        "channel_message": str(inner.id),
    }


def _publications(cast) -> dict[str, str]:
    """What Carles published for Licences and corrected, and what he writes, each with a file."""
    carles, audience = cast.carles, {"any": [{"unit": str(cast.licences.id)}]}
    due = clock.today("Europe/Madrid") + timedelta(days=3)
    sent = draft(carles, f"{SECRET} sent", SECRET, audience=audience, due_on=due)
    sent_file = hang(carles, sent)
    publish(carles, sent, edition=sent.edition)
    correct(carles, sent, f"{SECRET} note", edition=sent.edition, asks_again=False)
    proof = request_proof(cast.ana, sent, "es")
    elections = clock.today("Europe/Madrid") + timedelta(days=90)
    pause = freeze(cast.dorleta, cast.monteclaro, elections, elections)
    consent = give_consent(cast.dorleta, cast.monteclaro, space_of(cast.innovation), None)
    own = draft(carles, f"{SECRET} draft", SECRET, audience=audience)
    own_file = hang(carles, own)
    film = store_video(carles, io.BytesIO(mp4()), f"{SECRET}-7.mp4")
    attach(carles, own, film.id, edition=own.edition)
    spoken = f"WEBVTT\n\n00:00.000 --> 00:01.000\n{SECRET}\n".encode()
    add_captions(film, spoken, language="gl", kind=CaptionsKind.CAPTIONS)
    (captions,) = captions_of(film.id)
    notify(of_publication(sent), [cast.ana.id])
    day = (clock.today("Europe/Madrid") + timedelta(days=9)).isoformat()
    event = planned(
        *(carles, cast.urban_planning, f"{day}T10:00", f"{day}T11:00"),
        title=f"{SECRET} event",
        visibility=Visibility.MEMBERS,
    )
    made = make_case_file(cast.ana, channel_of(cast.licences), [1], "es")
    told = db.session.scalars(
        select(Notification.id).where(Notification.person_id == cast.ana.id)
    ).one()
    return {
        "notification": str(told),
        "publication": str(sent.id),
        "event": str(event.publication_id),
        "case_file": made.code,
        "proof": proof.code,
        "consent": str(consent.id),
        "pause": str(pause.id),
        "published_file": sent_file,
        "draft": str(own.id),
        "draft_file": own_file,
        "draft_video": str(film.id),
        "draft_captions": str(captions.id),
        "edition": str(own.edition),
        "initiative": world_parts.initiative(cast),
    }


def hang(person, publication) -> str:
    """Put a picture on a publication; give its id."""
    file = store_upload(person, picture(), f"{SECRET}-6.png", alternative=SECRET)
    attach(person, publication, file.id, FileRole.PICTURE, edition=publication.edition)
    return str(file.id)


def _talk(cast) -> dict[str, str]:
    """A direct talk of Ana and Uxía, with a file."""
    talk = start_direct_message(cast.ana, [cast.uxia])
    file = store_upload(cast.ana, picture(), f"{SECRET}-3.png")
    message = say(cast.ana, talk, f"{SECRET} between us", file_ids=[file.id])
    return {
        "talk": str(talk.id),
        "talk_message": str(message.id),
        "talk_file": str(file.id),
    }


def _post_talk(cast) -> dict[str, str]:
    """What Uxía wrote to the head of Licences, and Ana answered with a file."""
    talk = start_post_conversation(cast.uxia, cast.head_of_licences_post)
    say(cast.uxia, talk, f"{SECRET} to the post")
    file = store_upload(cast.ana, picture(), f"{SECRET}-5.png")
    message = say(cast.ana, talk, f"{SECRET} as the post", file_ids=[file.id])
    return {
        "post_talk": str(talk.id),
        "post_talk_message": str(message.id),
        "post_talk_file": str(file.id),
    }


def _organisation(cast) -> dict[str, str]:
    """A unit, a post and somebody of Monteclaro's to administer."""
    unit = create_unit(None, cast.urban_planning, Localized({"es": "Archivo"}), code="URB-ARC")
    post = create_post(None, PostSpec(unit=unit, title=Localized({"es": "Archivero/a"}), places=3))
    invited = invite_person(None, cast.monteclaro, "Sabela Rey", email="sabela@monteclaro.example")
    today = clock.today("Europe/Madrid")
    held = appoint(None, post, invited.person, starts_on=today - timedelta(days=3))
    clerk = cast.account_of(invited.person)
    with unit_of_work() as work:
        work.add(TalksCut(account_id=clerk.id, proofs={}))
    newcomer = create_person(None, cast.monteclaro, "Breixo Pena")
    appoint(None, post, newcomer, starts_on=today)
    of_town = select(Administration.id).where(Administration.agency_id == cast.monteclaro.id)
    return {
        "code": cast.monteclaro.code,
        "other_code": cast.altamar.code,
        "unit": str(unit.id),
        "post": str(post.id),
        "left_post": str(cast.officer_post.id),
        "town_offer": world_own.offered(post, cast.elna, cast.dorleta),
        "clerk": str(invited.person.id),
        "clerk_change": world_own.waits(clerk, cast.dorleta),
        "newcomer": str(newcomer.id),
        "erasure": world_own.wants_erasure(invited.person, cast.monteclaro),
        "other_erasure": world_own.wants_erasure(newcomer, cast.monteclaro),
        "appointment": str(held.id),
        "administration": str(db.session.scalars(of_town).one()),
        "version": "1",
        "emoji": "👍",
        "kind": "units",
        "statement": "processing",
        "way": "oidc",
        "purpose": "tie",
        "day": today.isoformat(),
        "secret": "x" * 43,
        "path": "nothing",
        "filename": "platform/core/base.css",
    }


def _disabled(app, cast) -> Any:
    """Somebody of the room who was signed in when the account was disabled."""
    with app.app_context(), unit_of_work() as work:
        account = cast.account_of(cast.lara)
        account.state = AccountState.ACTIVE
        work.add(account)
    client = sign_in(app.test_client(), cast.lara)
    assert client.get("/me/settings").status_code == 200
    with app.app_context():
        disable_account(None, cast.account_of(cast.lara))
    return client
