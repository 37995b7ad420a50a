"""Handing out: only by who is in charge then, and with names of authors replaced everywhere."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.delivery.files.extraction import text_of
from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.organisation.agencies.models import Administration
from intranet.organisation.agencies.operations.administrations import end_administration
from intranet.organisation.agencies.roles import AgencyRole
from intranet.platform.core import clock
from intranet.platform.core.errors import NotFound
from intranet.records.access_requests import checking
from intranet.records.access_requests.models import (
    AccessPackage,
    FileReach,
    FoundKind,
    PackageState,
)
from intranet.records.access_requests.operations.deciding import open_finding, set_file
from intranet.records.access_requests.operations.exporting import (
    faults_of,
    get_package,
    request_package,
)
from intranet.records.access_requests.operations.finding import search
from intranet.records.access_requests.operations.requests import close_request, hide_authors
from intranet.records.access_requests.outgoing import Outgoing
from intranet.records.access_requests.passages import HiddenWords
from intranet.records.access_requests.queries import findings_of
from tests.attention.search.test_files import pdf
from tests.messaging.messages.helpers import channel_of, say
from tests.records.access_requests.conftest import work_off
from tests.records.access_requests.test_acceptance import exported, include_all

pytestmark = pytest.mark.both


@pytest.fixture
def read(asked, officer, cast):
    """The request, of which everything was read and included."""
    say(cast.ana, channel_of(cast.licences), "La caléndula de hoy.")
    work_off()
    search(officer, asked, "caléndula")
    include_all(officer, asked)
    return asked


def end_roles():
    rows = db.session.scalars(
        select(Administration).where(Administration.role == AgencyRole.RECORDS)
    ).all()
    for row in rows:
        end_administration(None, row)


@pytest.mark.parametrize("how", ["closed", "without the role"])
def test_a_package_that_waits_is_not_made_once_its_officer_may_not(read, officer, how):
    package_id = request_package(officer, read).id
    if how == "closed":
        close_request(officer, read)
    else:
        end_roles()
    work_off()
    db.session.rollback()
    package = db.session.get_one(AccessPackage, package_id)
    assert package.state == PackageState.REFUSED
    assert package.refused == [["", "not_in_charge"]]
    assert package.file_id is None


@pytest.mark.parametrize("how", ["closed", "without the role"])
def test_a_package_is_not_handed_out_once_its_officer_may_not(read, officer, how):
    with exported(officer, read):
        pass
    [package_id] = db.session.scalars(select(AccessPackage.id)).all()
    if how == "closed":
        close_request(officer, read)
    else:
        end_roles()
    with pytest.raises(NotFound):
        get_package(officer, read, package_id)


def test_a_package_with_direct_messages_does_not_outlive_the_agreement(read, officer):
    read.private_until = clock.now() + timedelta(days=1)
    db.session.commit()
    with exported(officer, read):
        pass
    [package_id] = db.session.scalars(select(AccessPackage.id)).all()
    package = db.session.get_one(AccessPackage, package_id)
    assert get_package(officer, read, package_id).id == package.file_id
    with clock.freeze(clock.now() + timedelta(days=2)), pytest.raises(NotFound):
        get_package(officer, read, package_id)


def test_a_file_that_could_not_be_looked_into_in_time_is_looked_into_again(
    asked, officer, cast, monkeypatch
):
    file = store_upload(cast.ana, io.BytesIO(pdf("La caléndula")), "vado.pdf")
    say(cast.ana, channel_of(cast.licences), "Adjunto.", file_ids=[file.id])
    work_off()
    search(officer, asked, "vado")
    on_it = next(row for row in findings_of(asked) if row.kind == FoundKind.FILE)
    with monkeypatch.context() as busy:
        busy.setattr(checking, "MAX_SECONDS", 0.01)
        open_finding(officer, on_it)
    assert on_it.reach is None
    open_finding(officer, on_it)
    assert on_it.reach == FileReach.WHOLE


@pytest.mark.slow
def test_names_of_authors_are_numbers_everywhere(planted, officer, asked, cast):
    say(
        cast.uxia,
        channel_of(cast.licences),
        f"Obra menor: lo dijo ANA  Castro, de {cast.uxia.name}.",
    )
    work_off()
    search(officer, asked, '"obra menor"')
    hide_authors(officer, asked, hides=True)
    include_all(officer, asked)
    for finding in findings_of(asked):
        if finding.kind == FoundKind.FILE:
            set_file(officer, finding, as_text=False, has_looked=False)
    assert not faults_of(Outgoing.of(asked))
    with exported(officer, asked, with_envelope=True) as package:
        for name in package.namelist():
            content = package.read(name)
            text = content.decode(errors="replace")
            if name.endswith(".pdf"):
                text = text_of(io.BytesIO(content), "application/pdf")
            for person in (cast.ana, cast.uxia, cast.carles):
                assert not HiddenWords(person.name).is_in(text), name


def test_a_file_with_the_name_of_an_author_does_not_go_out_as_it_is(asked, officer, cast):
    file = store_upload(cast.ana, io.BytesIO(pdf(f"Firmado: {cast.ana.name}")), "vado.pdf")
    say(cast.ana, channel_of(cast.licences), "La caléndula de hoy.", file_ids=[file.id])
    work_off()
    search(officer, asked, "caléndula")
    hide_authors(officer, asked, hides=True)
    include_all(officer, asked)
    on_it = next(row for row in findings_of(asked) if row.kind == FoundKind.FILE)
    assert (str(on_it.number), "hidden_in_file") in faults_of(Outgoing.of(asked), with_files=True)
    set_file(officer, on_it, as_text=True, has_looked=False)
    open_finding(officer, on_it)
    with exported(officer, asked) as package:
        [path] = [name for name in package.namelist() if name.startswith("files/")]
        assert "Person" in package.read(path).decode()
