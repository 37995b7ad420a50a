"""What is sent is stored whole or not at all, and counted."""

import io
import resource
import threading

import pytest
from sqlalchemy import select

from intranet.delivery.files.access import get_upload, get_uploads
from intranet.delivery.files.limits import AGENCY_BYTES, MIB, PERSON_BYTES
from intranet.delivery.files.models import File
from intranet.delivery.files.operations import describe, store_upload
from intranet.delivery.files.storage import storage
from intranet.delivery.files.storage_interface import StorageFull
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid, NotFound, TooLarge
from tests.delivery.realtime.clients import PATIENCE


def sent(content=b"Plans are in.", name="plans.txt"):
    return io.BytesIO(content), name


def rows():
    return db.session.scalars(select(File)).all()


def content_of(key):
    with storage().open(key) as stream:
        return stream.read()


def test_a_file_is_stored_as_it_came(ana):
    file = store_upload(ana, *sent())

    assert (file.name, file.media_type, file.size_bytes) == ("plans.txt", "text/plain", 13)
    assert content_of(file.key) == b"Plans are in."
    assert not file.is_image
    assert get_upload(ana, file.id) is file


@pytest.mark.slow
def test_a_picture_is_stored_clean_with_its_size_and_thumbnail(ana, pictures):
    file = store_upload(ana, *sent(pictures.photograph(6), "acta.pdf"), alternative=" The site ")

    assert (file.name, file.media_type) == ("acta.pdf.jpg", "image/jpeg")
    assert (file.width, file.height, file.alternative) == (300, 400, "The site")
    assert b"Exif" not in content_of(file.key)
    assert file.size_bytes == len(content_of(file.key))
    assert content_of(file.thumbnail_key)[8:12] == b"WEBP"
    assert file.is_image


def test_an_empty_file_is_refused(ana, stored_names):
    before = stored_names()
    with pytest.raises(Invalid) as refused:
        store_upload(ana, *sent(b""))

    assert "file" in refused.value.errors
    assert stored_names() == before


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(ana, stored_names):
    before, known = stored_names(), len(rows())
    store_upload(ana, *sent(bytes(2 * MIB)))
    with pytest.raises(TooLarge):
        store_upload(ana, *sent(bytes(2 * MIB + 1)))

    assert len(rows()) == known + 1
    assert len(stored_names()) == len(before) + 1


def test_a_damaged_picture_leaves_nothing(ana, stored_names, pictures):
    before, known = stored_names(), len(rows())
    with pytest.raises(Invalid):
        store_upload(ana, *sent(pictures.picture("PNG")[:60], "a.png"))

    assert (stored_names(), len(rows())) == (before, known)


@pytest.mark.slow
def test_words_for_who_cannot_see_are_limited_and_may_come_later(ana, pictures):
    with pytest.raises(Invalid) as refused:
        store_upload(ana, *sent(pictures.picture()), alternative="x" * 501)
    assert "alternative" in refused.value.errors

    file = store_upload(ana, *sent(pictures.picture()))
    describe(file, "The square at noon")
    with pytest.raises(Invalid):
        describe(file, "x\0y")

    db.session.expire_all()
    assert file.alternative == "The square at noon"


def test_a_person_has_so_much_room_and_no_more(ana, stored_names):
    hoard = File(owner_id=ana.id, name="a", media_type="x/y", key="none", sha256="")
    hoard.size_bytes = PERSON_BYTES - 10
    db.session.add(hoard)
    db.session.commit()
    before = stored_names()

    store_upload(ana, *sent(b"0123456789"))
    with pytest.raises(TooLarge):
        store_upload(ana, *sent(b"0"))

    assert len(stored_names()) == len(before) + 1


@pytest.mark.slow
def test_an_agency_has_so_much_room_and_its_people_share_it(ana, new_person, employ):
    carles, stranger = new_person("Carles Puig"), new_person("Bieito Lorenzo")
    agency = employ(ana, carles)
    employ(stranger)
    for _ in range(AGENCY_BYTES // PERSON_BYTES + 1):
        hoarder = new_person("Hoarder")
        employ(hoarder, agency=agency)
        hoard = File(owner_id=hoarder.id, name="a", media_type="x/y", key="none", sha256="")
        hoard.size_bytes = PERSON_BYTES - 1
        db.session.add(hoard)
    db.session.commit()

    with pytest.raises(TooLarge):
        store_upload(carles, *sent(b"0"))
    assert store_upload(stranger, *sent(b"0")).size_bytes == 1


def test_two_uploads_at_once_do_not_both_take_the_last_room(app, ana):
    hoard = File(owner_id=ana.id, name="a", media_type="x/y", key="none", sha256="")
    hoard.size_bytes = PERSON_BYTES - 10
    db.session.add(hoard)
    db.session.commit()
    ready, outcomes = threading.Barrier(4), []

    def upload(person_id):
        with app.app_context():
            person = db.session.get_one(Person, person_id)
            ready.wait(PATIENCE)
            try:
                store_upload(person, *sent(b"01234567"))
            except TooLarge:
                outcomes.append("refused")
            else:
                outcomes.append("stored")

    threads = [threading.Thread(target=upload, args=(ana.id,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)

    assert sorted(outcomes) == ["refused", "refused", "refused", "stored"]


def test_a_full_disk_is_said_and_leaves_neither_row_nor_bytes(ana, stored_names):
    before, known = stored_names(), len(rows())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, hard))  # the system refuses larger files
    try:
        with pytest.raises(StorageFull) as refused:
            store_upload(ana, *sent(bytes(1_500_000)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert refused.value.status == 507
    assert (stored_names(), len(rows())) == (before, known)
    assert store_upload(ana, *sent(bytes(1_500_000))).size_bytes == 1_500_000


def test_a_row_that_cannot_be_written_leaves_no_bytes(ana, stored_names):
    before = stored_names()
    ghost = Person(name="Nobody", sort_key="nobody")
    db.session.add(ghost)
    db.session.flush()
    db.session.rollback()
    db.session.add(ghost)
    with pytest.raises(NotFound):
        store_upload(ghost, *sent())

    assert stored_names() == before


def test_a_new_file_is_its_owners_alone(ana, new_person):
    carles = new_person("Carles Puig")
    file = store_upload(ana, *sent())

    with pytest.raises(NotFound):
        get_upload(carles, file.id)


def test_a_file_that_hangs_on_a_message_is_the_messages_and_not_its_owners(ana, hang):
    file, other = store_upload(ana, *sent()), store_upload(ana, *sent())
    assert get_uploads(ana, [other.id, file.id]) == [other, file]

    hang(file)

    with pytest.raises(NotFound):
        get_upload(ana, file.id)
    with pytest.raises(NotFound):
        get_uploads(ana, [other.id, file.id])
