"""The pages: a request from its opening to the package, by plain forms; and any input at all."""

import io
import re
import zipfile

import pytest
from sqlalchemy import select

from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.organisation.agencies.operations.administrations import give_role
from intranet.organisation.agencies.roles import AgencyRole
from intranet.records.access_requests.models import (
    AccessFinding,
    AccessNotice,
    AccessRequest,
    FoundKind,
)
from tests.messaging.messages.helpers import channel_of, say
from tests.records.access_requests.conftest import NAME, work_off

LIST = "/admin/L01990012/access-requests"
FORM = {
    "kind": "transparency",
    "asker": "REG-7",
    "matter": "Las zarzas del camino",
    "due_on": "2027-01-30",
    "language": "es",
}


@pytest.fixture
def iria(app, cast, client_of):
    """The browser of Iria, who keeps the records, after something was said about brambles."""
    with app.app_context():
        give_role(None, cast.monteclaro, cast.technician_post, AgencyRole.RECORDS)
        room = channel_of(cast.licences)
        say(cast.ana, room, f"La zarza la pidió {NAME}.")
        say(cast.uxia, room, "Pues córtala.")
        work_off()
    return client_of(cast.iria)


@pytest.fixture
def address(iria):
    """The address of a new request."""
    made = iria.submit(f"{LIST}/new", FORM)
    assert made.status_code == 303
    return made.location


def part(pattern: str, page: str) -> str:
    """The first group of a pattern in a page."""
    match = re.search(pattern, page)
    assert match, pattern
    return match[1]


def found(iria, address, words="zarza"):
    """The address of the first thing that a search found."""
    iria.submit(f"{address}/search", {"words": words})
    return iria.get(address).location


@pytest.mark.both
def test_a_request_from_its_opening_to_the_package(app, iria, address, cast, client_of):
    assert "Las zarzas del camino" in iria.get(LIST).text
    item = found(iria, address)
    page = iria.get(item).text
    assert NAME in page
    assert "Pues córtala." in page  # the context
    sha256 = part(r'data-sha256="([0-9a-f]{64})"[^>]*>\s*<span data-start="0">La zarza', page)
    reason = part(r'name="reason"\s+value="([0-9a-f-]{36})"', page)
    hide = {"sha256": sha256, "words": NAME, "reason": reason, "everywhere": "1"}
    assert iria.submit(f"{item}/hide", hide).status_code == 303
    page = iria.get(item).text
    assert NAME not in page
    seen = part(r'name="seen" value="([0-9a-f]{64})"', page)
    assert iria.submit(f"{item}/decide", {"decision": "left_out", "seen": seen}).status_code == 422
    repeated = {"decision": "left_out", "seen": seen, "reason": f"Por {NAME}"}
    assert iria.submit(f"{item}/decide", repeated).status_code == 422
    iria.submit(f"{item}/decide", {"decision": "included", "seen": seen})

    iria.submit(f"{address}/package", {"envelope": "1"})
    with app.app_context():
        work_off()
    page = iria.get(f"{address}/package").text
    link = part(rf"({LIST}/[0-9a-f-]+/packages/[0-9a-f-]+)", page)
    package = zipfile.ZipFile(io.BytesIO(iria.get(link).data))
    assert "La zarza la pidió █████" in package.read("items/0001.html").decode()
    for other in (cast.dorleta, cast.ana, cast.guillem):
        assert client_of(other).get(link).status_code == 404
    notice = f"/access-requests/{address.rsplit('/', 1)[1]}"
    assert client_of(cast.ana).get(notice).status_code == 200
    assert client_of(cast.carles).get(notice).status_code == 404


def test_context_can_be_included_and_the_last_message_stays(iria, address):
    item = found(iria, address)
    ids = re.findall(r'name="message"\s+value="([0-9a-f-]{36})"', iria.get(item).text)
    assert len(ids) == 2
    assert iria.submit(f"{item}/choose", {"message": ids[1], "goes_out": "1"}).status_code == 303
    assert iria.submit(f"{item}/choose", {"message": ids[0]}).status_code == 303
    assert iria.submit(f"{item}/choose", {"message": ids[1]}).status_code == 422


def test_who_keeps_no_records_finds_nothing_there(iria, address, cast, client_of):
    for person in (cast.dorleta, cast.ana, cast.guillem, cast.eloi):
        client = client_of(person)
        for place in (LIST, f"{LIST}/new", address, f"{address}/package", f"{address}/search"):
            assert client.get(place).status_code == 404


BAD = ("\0", "🌊" * 5_000, ["a", "b"], "2026-13-45", "-1", "9" * 40, "00000000-0000")


@pytest.mark.slow
@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
def test_no_input_is_a_fault(app, iria, address, bad):
    item = found(iria, address)
    forms = {
        f"{LIST}/new": FORM,
        f"{LIST}/reasons": {"name": "x", "article": "y", "end": ""},
        f"{address}/search": dict.fromkeys(("words", "since", "until", "space", "kind"), ""),
        f"{address}/package": {"envelope": "1"},
        f"{address}/left": {"redaction": ""},
        f"{address}/delay": {"delay_until": "2026-12-24", "delay_reason": "x"},
        f"{address}/private": {"private_reason": "x"},
        f"{item}/decide": {"decision": "included", "reason": "", "seen": ""},
        f"{item}/choose": {"message": "", "goes_out": "1"},
        f"{item}/hide": dict.fromkeys(
            ("sha256", "reason", "start", "end", "words", "everywhere"), ""
        ),
        f"{item}/show": {"redaction": "", "do": ""},
        f"{item}/file": {"as_text": "", "has_looked": ""},
    }
    for place, form in forms.items():
        for name in form:
            answer = iria.submit(place, {**form, name: bad})
            assert answer.status_code < 500, (place, name)


def test_an_own_request_names_a_person_of_the_agency(app, iria, cast):
    own = {**FORM, "kind": "own"}
    assert iria.submit(f"{LIST}/new", own).status_code == 422
    assert iria.submit(f"{LIST}/new", {**own, "subject": "Elna Puig"}).status_code == 422
    assert iria.submit(f"{LIST}/new", {**own, "subject": "Ana Castro"}).status_code == 303
    with app.app_context():
        subjects = db.session.scalars(select(AccessRequest.subject_id)).all()
    assert subjects == [cast.ana.id]


def test_a_file_opened_by_its_address_alone_is_noted_and_its_owner_told(app, iria, address, cast):
    with app.app_context():
        file = store_upload(cast.ana, io.BytesIO(b"zarza;metros\n1;2\n"), "zarzas.csv")
        say(cast.ana, channel_of(cast.licences), "Va la zarza medida.", file_ids=[file.id])
        work_off()
    iria.submit(f"{address}/search", {"words": "zarza"})
    with app.app_context():
        finding_id = db.session.scalars(
            select(AccessFinding.id).where(AccessFinding.kind == FoundKind.FILE)
        ).one()

    assert iria.get(f"{address}/found/{finding_id}/file").status_code == 200

    with app.app_context():
        assert db.session.get_one(AccessFinding, finding_id).read_at is not None
        told = db.session.scalars(select(AccessNotice.person_id)).all()
        assert cast.ana.id in told
