"""A house with a storage of its own, and people who send files."""

import io
from types import SimpleNamespace

import pytest
from PIL import Image
from sqlalchemy import select

from intranet.app import create_app
from intranet.config import read_settings
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation, ConversationKind
from intranet.messaging.messages.models import Message, MessageFile
from intranet.organisation.agencies.models import Agency, AgencyKind, Post, Unit
from intranet.organisation.people.models import Appointment, Person
from intranet.platform.core import clock
from intranet.platform.core.ids import uuid7
from intranet.platform.core.text import sort_key
from intranet.platform.core.types import Localized
from tests.conftest import close


@pytest.fixture(scope="module")
def app(new_database_url, tmp_path_factory):
    folder = tmp_path_factory.mktemp("house")
    url = new_database_url()
    app = create_app(
        read_settings(
            {
                "INTRANET_DATA_DIR": str(folder),
                "INTRANET_DATABASE_URL": url,
                "INTRANET_UPLOAD_MB": "2",
            }
        )
    )
    with app.app_context():
        db.create_all()
    yield app
    close(app)


@pytest.fixture
def inside(app):
    with app.app_context():
        yield
        db.session.remove()


@pytest.fixture
def stored_names(app):
    """The names of the files that lie in the storage's folder, temporary ones too."""
    root = app.config["SETTINGS"].data_dir / "files"
    return lambda: {path.name for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def new_person(inside):
    def make(name="Ana Castro Lema"):
        person = Person(name=name, sort_key=sort_key(name))
        db.session.add(person)
        db.session.commit()
        return person

    return make


@pytest.fixture
def ana(new_person):
    return new_person()


@pytest.fixture
def hang(inside):
    """Hangs a file on a message, so that it is held."""

    def on_a_message(file):
        conversation = Conversation(id=uuid7(), kind=ConversationKind.DIRECT)
        message = Message(
            id=uuid7(),
            conversation_id=conversation.id,
            author_id=file.owner_id,
            client_id=uuid7(),
            caption="",
            body="See",
            html="",
            sent_hash="",
            seq=1,
            rev=1,
            body_rev=1,
        )
        db.session.add(conversation)
        db.session.flush()
        db.session.add(message)
        db.session.flush()
        db.session.add(MessageFile(message_id=message.id, file_id=file.id))
        db.session.commit()
        return message

    return on_a_message


def picture(kind="PNG", size=(40, 30), **options):
    """A picture of two colours."""
    image = Image.new("RGB", size, (11, 93, 102))
    image.paste((224, 154, 18), (0, 0, size[0] // 2, size[1] // 2))
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def photograph(orientation=1):
    """A JPEG as a telephone makes it: with the place, the camera and how it was held."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Telephone of Ana"
    place = exif.get_ifd(0x8825)
    place[1], place[2] = "N", (42.0, 52.0, 30.0)
    place[3], place[4] = "W", (8.0, 32.0, 40.0)
    exif[0x8825] = place
    return picture("JPEG", (400, 300), exif=exif, comment=b"Home of Ana", quality=85)


@pytest.fixture
def pictures():
    """Pictures to send."""
    return SimpleNamespace(picture=picture, photograph=photograph)


@pytest.fixture
def employ(inside):
    """Gives people posts in an agency, a new one unless named."""

    def in_agency(*people, agency=None):
        if agency is None:
            code = uuid7().hex
            agency = Agency(id=uuid7(), code=code, handle=code, kind=AgencyKind.MUNICIPALITY)
            agency.name, agency.sort_key, agency.languages = Localized(gl=code), code, ["gl"]
            unit = Unit(id=uuid7(), agency_id=agency.id, code="1", sort_key="1")
            unit.name, unit.path = agency.name, f"/{unit.id.hex}/"
            post = Post(id=uuid7(), agency_id=agency.id, unit_id=unit.id, code="1", handle="one")
            post.title, post.sort_key = Localized(gl="Un"), "un"
            for row in (agency, unit, post):
                db.session.add(row)
                db.session.flush()
        post = db.session.scalars(select(Post).where(Post.agency_id == agency.id)).one()
        for person in people:
            appointment = Appointment(post_id=post.id, person_id=person.id)
            appointment.set_dates(agency, clock.today("Europe/Madrid"), None)
            db.session.add(appointment)
        db.session.commit()
        return agency

    return in_agency
