"""Who has confirmed and who has not: for the author, for heads, as a spreadsheet, as a proof."""

import hashlib
import io
import re
from datetime import timedelta

import pypdf
import pytest

from intranet.extensions import db
from intranet.messaging.spaces.operations import name_speaker, remove_from_space
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.operations.appointments import appoint, end_appointment
from intranet.platform.core import clock, outbox
from intranet.platform.core.errors import NotFound
from intranet.publishing.announcements import queries
from intranet.publishing.announcements.access import AnnouncementScope, get_scope
from intranet.publishing.announcements.jobs import forget_old
from intranet.publishing.announcements.models import Proof
from intranet.publishing.announcements.operations import proving
from intranet.publishing.announcements.operations.reminding import remind
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.acknowledging import acknowledge
from intranet.publishing.publications.operations.drafting import Choices, Written, save_draft
from intranet.publishing.publications.operations.publishing import correct
from tests.messaging.messages.helpers import read_english, space_of
from tests.publishing.announcements.helpers import announce, in_days


@pytest.fixture
def sent(app_context, cast):
    """Carles to his subtree, five people: Ana confirms, Xoel moves away, Iria joins."""
    publication = announce(cast.carles, title="=Obra menor ✅")
    acknowledge(cast.ana, publication, version=1, factor="password")
    with clock.freeze(clock.now() + timedelta(minutes=1)):
        held = db.session.scalars(
            db.select(Appointment).where(Appointment.person_id == cast.xoel.id)
        ).one()
        end_appointment(None, held)
        appoint(None, cast.technician_post, cast.xoel, starts_on=in_days(0))
        appoint(None, cast.officer_post, cast.iria, starts_on=in_days(0))
        yield publication.id


def words_of(document):
    return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(document)).pages)


def numbers(person, publication_id):
    scope = get_scope(person, publication_id)
    counts = queries.counts(scope)
    return sum(row.confirmed for row in counts), sum(row.addressed for row in counts)


@pytest.mark.both
def test_the_audience_stays_as_it_was_and_who_joins_is_counted_apart(app_context, cast, sent):
    scope = get_scope(cast.carles, sent)

    assert numbers(cast.carles, sent) == (1, 4)
    assert [row[0] for row in db.session.execute(queries.newcomers(scope, clock.now()))] == [
        cast.iria.id
    ]
    acknowledge(cast.iria, db.session.get_one(Publication, sent), version=1)
    assert numbers(cast.carles, sent) == (1, 4)
    assert list(queries.newcomers_confirmed(get_scope(cast.carles, sent))) == [cast.iria.id]
    named = queries.missing(scope, queries.UnconfirmedFilter(), 4, 10)
    assert [person.name for person in named] == [
        "Lara Nieto",
        "Uxía Lema",
        "Xoel Pardo",
    ]
    many = queries.missing(scope, queries.UnconfirmedFilter(), queries.MAX_PEOPLE_SORTED + 1, 10)
    assert [person.id for person in many] == [person.id for person in named]


@pytest.mark.slow
@pytest.mark.both
def test_heads_see_their_own_people_and_nobody_else_sees_anything(app, cast, client_of):
    with app.app_context():
        publication = announce(cast.rosa)
        address = f"/p/{publication.id}/report"

        assert numbers(cast.carles, publication.id)[1] == 5
        assert numbers(cast.nadia, publication.id)[1] == 2
        assert numbers(cast.rosa, publication.id)[1] == 8
        with pytest.raises(NotFound):
            get_scope(cast.iria, publication.id)
        with pytest.raises(NotFound):
            remind(cast.elna, publication, [cast.ana.id])
        assert remind(cast.nadia, publication, [cast.ana.id, cast.iria.id]) == 1

    shown = client_of(cast.nadia).get(address).text
    assert "Iria Souto" in shown
    assert "Ana Castro" not in shown
    for page in (address, address.replace("report", "sheet")):  # no unit is named but theirs
        assert "Licencias" not in client_of(cast.nadia).get(f"{page}?unit={cast.licences.id}").text
        assert "Licencias" in client_of(cast.rosa).get(f"{page}?unit={cast.licences.id}").text
    for stranger in (cast.iria, cast.elna, cast.eloi):
        assert client_of(stranger).get(address).status_code == 404


@pytest.mark.both
def test_a_correction_that_asks_again_opens_what_was_confirmed(app_context, cast, sent):
    publication = db.session.get_one(Publication, sent)
    texts = {"es": Written("Obra menor", "Otra fecha.")}
    draft = save_draft(cast.carles, publication, texts, Choices(), edition=publication.edition)
    correct(cast.carles, draft, "La fecha", edition=draft.edition, asks_again=True)

    assert numbers(cast.carles, sent) == (0, 4)
    acknowledge(cast.ana, db.session.get_one(Publication, sent), version=2)
    assert numbers(cast.carles, sent) == (1, 4)
    assert queries.by_day(get_scope(cast.carles, sent), clock.now())[-1][1] == 1


@pytest.mark.slow
@pytest.mark.both
def test_the_page_asks_as_much_for_many_as_for_few(app, cast, client_of, count_queries):
    with app.app_context():
        few = announce(cast.rosa, {"unit": str(cast.procurement.id)}).id
        many = announce(cast.rosa).id
    client = client_of(cast.rosa)
    client.get(f"/p/{few}/report")
    asked = []
    for publication_id in (few, many):
        with count_queries() as counted:
            assert client.get(f"/p/{publication_id}/report").status_code == 200
        asked.append(len(counted))

    assert asked[0] == asked[1]


@pytest.mark.slow
def test_the_spreadsheet_and_the_proof_say_the_same(app, cast, client_of):
    with app.app_context():
        publication = announce(cast.carles, title="=Obra menor ✅")
        acknowledge(cast.ana, publication, version=1, factor="password_and_code")
        address = f"/p/{publication.id}"
    client = client_of(cast.carles)
    client.get("/")
    lines = client.submit(f"{address}/report.csv").data.decode("utf-8-sig").splitlines()
    assert len(lines) == 5
    assert [line for line in lines if line.startswith("Ana Castro;Administrativo/a;Licencias;")]
    assert not [line for line in lines if line.startswith("=")]

    page = client.submit(f"{address}/proof.pdf")
    code = page.headers["Location"].rsplit("/", 1)[1]
    document = client.get(f"/proofs/{code}/proof.pdf").data
    shown = pypdf.PdfReader(io.BytesIO(document))
    text = words_of(document)
    for said in ("Ana Castro", "Lara Nieto", "[white heavy check mark]", "25 €", "l·l", code):
        assert said in text
    sender = "Sin obligación de confirmar por haber enviado el comunicado Carles Roig"
    assert sender in " ".join(text.split())
    assert shown.metadata
    assert shown.metadata.title
    assert "Obra menor" in shown.metadata.title
    assert str(shown.root_object["/Lang"]) == "es"

    # Whoever holds a post and the code compares; only who sees the report takes it.
    other = client_of(cast.bieito)
    assert hashlib.sha256(document).hexdigest() in other.get(f"/proofs/{code.lower()}").text
    assert other.get(f"/proofs/{code}/proof.pdf").status_code == 404
    assert client_of(cast.eloi).get(f"/proofs/{code}").status_code == 404
    same = other.submit(f"/proofs/{code}", {"file": (io.BytesIO(document), "p.pdf")})
    assert "banner--ok" in same.text
    changed = other.submit(f"/proofs/{code}", {"file": (io.BytesIO(document + b" "), "p.pdf")})
    assert "banner--bad" in changed.text
    assert other.submit(f"/proofs/{code}").status_code == 422


@pytest.mark.slow
@pytest.mark.both
def test_a_long_proof_is_made_after_the_answer_and_its_document_is_kept_a_month(
    app_context, cast, monkeypatch
):
    monkeypatch.setattr(proving, "MAX_ROWS_AT_ONCE", 2)
    publication = announce(cast.carles)
    proof = proving.request_proof(cast.carles, publication, "ca")
    assert proof.sha256 is None

    while outbox.run_due():
        pass
    made = db.session.get_one(Proof, proof.code, populate_existing=True)
    assert made.sha256
    assert made.file
    first = made.sha256
    proving.make_proof(made)  # as a job that is run twice
    assert db.session.get_one(Proof, proof.code, populate_existing=True).sha256 == first
    with clock.freeze(clock.now() + timedelta(days=31)):
        forget_old()
    kept = db.session.get_one(Proof, proof.code, populate_existing=True)
    assert (kept.file_id, kept.sha256) == (None, first)


@pytest.mark.slow
@pytest.mark.both
def test_a_proof_is_taken_only_by_who_still_sees_all_whom_it_names(app, cast, client_of):
    with app.app_context():
        name_speaker(cast.carles, space_of(cast.urban_planning), cast.ana)
        publication = announce(cast.carles, but=[{"person": cast.xoel.id}])
        whole = proving.request_proof(cast.ana, publication, "es").code
        sent = publication.id
    ana = client_of(cast.ana)
    assert ana.get(f"/proofs/{whole}/proof.pdf").status_code == 200

    with app.app_context():
        remove_from_space(cast.carles, space_of(cast.urban_planning), cast.ana)
    assert ana.get(f"/p/{sent}/report").status_code == 200  # she still acts as head of a unit
    assert ana.get(f"/proofs/{whole}").status_code == 200
    assert ana.get(f"/proofs/{whole}/proof.pdf").status_code == 404
    part = ana.submit(f"/p/{sent}/proof.pdf").headers["Location"]
    said = words_of(ana.get(f"{part}/proof.pdf").data)
    assert "Lara Nieto" in said
    assert "Xoel Pardo" not in said  # that he was left out is none of hers
    assert client_of(cast.carles).get(f"{part}/proof.pdf").status_code == 200

    with app.app_context():
        elsewhere = AnnouncementScope(
            db.session.get_one(Publication, sent), (cast.procurement.path,)
        )
        assert not elsewhere.holds([cast.licences.path])
        assert AnnouncementScope(elsewhere.publication, (cast.urban_planning.path,)).holds(
            [cast.licences.path]
        )


@pytest.mark.slow
def test_the_main_button_acts_on_all_that_is_filtered_and_the_filter_stays(
    app, cast, client_of, monkeypatch
):
    monkeypatch.setattr("intranet.publishing.announcements.report.PAGE_SIZE", 2)
    read_english(app, cast.rosa)
    with app.app_context():
        publication = announce(cast.rosa)
        acknowledge(cast.xoel, publication, version=1)
        address = f"/p/{publication.id}/report"
    rosa = client_of(cast.rosa)
    shown = rosa.get(address).text
    assert "Remind 7 people" in shown  # of eight, on the first page of two
    of_unit = {"unit": str(cast.licences.id)}
    narrowed = rosa.get(address, query_string=of_unit).text
    (number,) = map(int, re.findall(r"Remind (\d+) pe", narrowed))
    assert 0 < number < 7
    onward = re.search(r'href="(\?[^"]*)"[^>]*rel="next"', narrowed)
    assert onward is None or "unit=" in onward[1]
    sent = rosa.submit(address.replace("report", "remind"), {"everybody": "1", **of_unit})
    assert sent.status_code == 303
    assert sent.location == f"{address}?unit={cast.licences.id}"
    refused = rosa.submit(address.replace("report", "remind"), {"q": "lara"})
    assert refused.status_code == 422
    assert 'value="lara"' in refused.text
    left = re.findall(r"Remind (\d+) pe", rosa.get(address).text)
    assert left == [str(7 - number)]


def test_a_bar_is_filled_by_its_share_and_the_share_is_said_to_a_tenth(app, cast, client_of):
    read_english(app, cast.rosa)
    with app.app_context():
        publication = announce(cast.rosa)
        acknowledge(cast.ana, publication, version=1)
        address = f"/p/{publication.id}/report"
        confirmed, addressed = numbers(cast.rosa, publication.id)
    page = client_of(cast.rosa).get(address).text
    width = f"{100 * confirmed / addressed:.3f}".rstrip("0").rstrip(".")
    assert f'class="report-bar__part" width="{width}"' in page
    assert f"({round(100 * confirmed / addressed, 1):g}%)" in page
