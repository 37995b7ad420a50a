"""What applying a file does: rooms, channels, accounts and the log follow, and twice is once."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from intranet.administration.imports import batches
from intranet.administration.imports.applying import apply_for
from intranet.administration.imports.batches import apply_batch
from intranet.administration.imports.columns import ImportKind
from intranet.administration.imports.importer import ImportScope
from intranet.administration.imports.jobs import forget_old
from intranet.administration.imports.models import Import, ImportLine, ImportState
from intranet.administration.imports.operations import start_applying
from intranet.extensions import db
from intranet.finding.directory.jobs import reconcile as directory_differs
from intranet.finding.directory.jobs import write_all_queued
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.spaces.jobs import reconcile
from intranet.messaging.spaces.models import Space
from intranet.organisation.accounts.models import Account, AccountState, OneTimeLink
from intranet.organisation.agencies.jobs import reconcile as readers_differ
from intranet.organisation.agencies.models import Agency, AgencyKind, Post, Unit
from intranet.organisation.agencies.operations import vacancy_readers
from intranet.organisation.history.jobs import reconcile as log_differs
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import current_appointments
from intranet.platform.audit.models import AuditLine
from intranet.platform.audit.queries import first_broken_number
from intranet.platform.core.errors import Unavailable
from intranet.platform.index.models import DocumentKind, SearchDocument
from tests.administration.imports.helpers import OPERATOR, apply, stage, table
from tests.organisation.agencies.test_units import paths_are_true

DONE = {"created": 0, "changed": 0, "ended": 0, "rejected": 0}
PEOPLE = "name;email;post_code;appointment;from;to"
UNITS = "code;name;agency_code;parent_code;lang;valid_to"


def twice(kind, *lines, scope=OPERATOR):
    """Apply a file and see that a second time nothing changes; give what the first did."""
    counts = apply(kind, table(*lines), scope)
    assert apply(kind, table(*lines), scope) == DONE
    return counts


def rooms_are_true():
    assert reconcile(repair=False) == {}
    assert log_differs(repair=False) == {}


def agency_by_code(code):
    return db.session.scalars(select(Agency).where(Agency.code == code)).one()


def unit_of(code):
    return db.session.scalars(select(Unit).where(Unit.code == code)).one()


@pytest.mark.both
def test_agencies_units_posts_and_people_come_in_with_their_rooms(app_context, cast):
    agencies = twice(
        "agencies",
        "code;name;lang;kind;territory;population",
        "L01360577;Ayuntamiento de Nuevo;es;;;1200",
        "L01360577;Concello de Nuevo;gl;;;",
        "MAN1;Mancomunidade do Val;gl;mancomunidad;36;",
    )
    assert agencies == {**DONE, "created": 2, "changed": 1}
    town, valley = agency_by_code("L01360577"), agency_by_code("MAN1")
    assert (town.kind, town.territory) == (AgencyKind.MUNICIPALITY, "ES-GA-36057")
    assert (valley.kind, valley.territory) == (AgencyKind.ASSOCIATION, "ES-GA-36")
    assert dict(town.name) == {"es": "Ayuntamiento de Nuevo", "gl": "Concello de Nuevo"}

    units = twice(
        "units",
        UNITS,
        "ARC;Archivo;L01360577;URB;;",
        "URB;Urbanismo;L01360577;;;",
        "URB;Urbanismo galego;L01360577;;gl;",
    )
    assert units == {**DONE, "created": 2, "changed": 1}
    paths_are_true(town.id)
    assert (
        unit_of("ARC").parent_id
        == db.session.scalars(
            select(Unit.id).where(Unit.code == "URB", Unit.agency_id == town.id)
        ).one()
    )

    posts = twice(
        "posts",
        "code;title;unit_code;head;functions;places",
        "P1;Archivera;ARC;yes;;",
        "P2;Auxiliar administrativo/a;ARC;;ADM;3",
    )
    assert posts == {**DONE, "created": 2}
    people = twice(
        "people",
        PEOPLE,
        "Noa Rey;noa@nuevo.example;P1;;2020-01-01;",
        "Lois Rey;lois@nuevo.example;P2;;2020-01-01;",
        "Noa Rey;noa@nuevo.example;P2;acting;2020-01-01;",
    )
    assert people == {**DONE, "created": 3}
    rooms_are_true()
    noa = db.session.scalars(select(Account).where(Account.email == "noa@nuevo.example")).one()
    assert (noa.state, noa.home_agency_id) == (AccountState.INVITED, town.id)
    run = db.session.get_one(Import, noa.import_id)
    assert run.kind == ImportKind.PEOPLE
    assert db.session.scalar(select(func.count()).select_from(OneTimeLink)) == 0
    spaces = db.session.scalars(select(Space).where(Space.agency_id == town.id)).all()
    channels = select(func.count()).where(Conversation.space_id.in_([s.id for s in spaces]))
    assert len(spaces) == db.session.scalar(channels) == 3
    found = select(SearchDocument.subject_id).where(SearchDocument.kind == DocumentKind.PERSON)
    assert noa.person_id in set(db.session.scalars(found))
    assert first_broken_number(town.id) is None


@pytest.mark.both
def test_a_moved_unit_takes_its_people_and_an_ended_appointment_its_rooms(app_context, cast):
    town = cast.monteclaro
    carles = cast.account_of(cast.carles).email
    assert twice("units", UNITS, f"URB-LIC;Licencias y Obras;{town.code};CON;;") == {
        **DONE,
        "changed": 1,
    }
    rooms_are_true()
    paths_are_true(town.id)
    assert twice("people", PEOPLE, f"Carles Roig;{carles};{cast.head_post.code};;;2024-01-01") == {
        **DONE,
        "ended": 1,
    }
    rooms_are_true()
    acts = set(db.session.scalars(select(AuditLine.act).where(AuditLine.agency_id == town.id)))
    assert {"appointment.end", "unit.change", "import.apply"} <= acts
    assert first_broken_number(town.id) is None


@pytest.mark.both
def test_an_ended_post_ends_who_holds_it_and_nobody_else(app_context, cast):
    post = cast.architect_post
    others = [row.id for row in current_appointments(cast.carles.id)]
    line = f"{post.code};Arquitecto/a municipal;URB;2024-01-01"
    assert twice("posts", "code;title;unit_code;valid_to", line) == {**DONE, "ended": 1}
    held = db.session.scalars(select(Appointment).where(Appointment.post_id == post.id)).all()
    assert all(row.until is not None for row in held)
    assert [row.id for row in current_appointments(cast.carles.id)] == others != []
    rooms_are_true()


@pytest.mark.both
def test_a_sheet_of_staff_becomes_units_posts_and_people(app_context, cast):
    lines = [
        "agency;name;post;unit;email;staff_number;head",
        *(f"vilaverde;Persona {n};Auxiliar;Arquivo;p{n}@v.example;;" for n in range(3)),
        "vilaverde;Brais Rey;Xefe de arquivo;Arquivo;;7;yes",
        "outeiro;Sen Correo;Alguacil;;;;",
    ]
    assert twice("staff", *lines) == {**DONE, "created": 5}
    post = db.session.scalars(select(Post).where(Post.code == "auxiliar")).one()
    assert (post.places, unit_of("arquivo").agency_id) == (3, cast.vilaverde.id)
    rooms_are_true()


@pytest.mark.both
def test_somebody_of_another_agency_is_the_same_person_and_is_told(app_context, cast):
    scope = ImportScope(frozenset({cast.monteclaro.id}), cast.dorleta)
    email, officer = cast.account_of(cast.elna).email, cast.technician_post.code
    wrong = apply("people", table(PEOPLE, f"Otro Nombre;{email};{officer};;;"), scope)
    assert wrong["rejected"] == 1
    name = cast.elna.name
    assert apply("people", table(PEOPLE, f"{name};{email};{officer};;;"), scope) == {
        **DONE,
        "created": 1,
    }
    assert db.session.scalar(
        select(func.count()).where(Person.name == name, Person.id == cast.elna.id)
    )
    assert apply("people", table(PEOPLE, f"{name};{email};{officer};;;"), scope) == DONE


@pytest.mark.both
def test_what_was_cut_off_goes_on_and_two_at_once_do_it_once(app_context, cast, monkeypatch):
    lines = [f"U{n};Unidad {n};{cast.monteclaro.code};;;" for n in range(60)]
    row = stage("units", table(UNITS, *lines))
    start_applying(None, row, is_meant=True)
    assert apply_batch(row.id, 7) == 7
    real: Any = vars(batches)["record_many"]

    def full(*_args):
        raise Unavailable

    monkeypatch.setattr(batches, "record_many", full)
    with pytest.raises(Unavailable):
        apply_for(row.id)
    monkeypatch.setattr(batches, "record_many", real)
    assert db.session.get_one(Import, row.id).applied == 7
    assert apply_batch(row.id, 5) == 5
    assert apply_for(row.id)
    row = db.session.get_one(Import, row.id, populate_existing=True)
    assert (row.state, row.applied) == (ImportState.APPLIED, 60)
    made = select(func.count()).where(Unit.name.is_not(None), Unit.code.like("U%"))
    assert db.session.scalar(made.where(Unit.code.not_like("URB%"))) == 60
    assert apply("units", table(UNITS, *lines)) == DONE


@pytest.mark.both
def test_a_line_that_nobody_foresaw_stops_itself_only(app_context, cast, monkeypatch):
    lines = [f"U{n};Unidad {n};{cast.monteclaro.code};;;" for n in range(9)]
    real = batches._acts

    def stumbling(row, outcomes):
        if any(outcome.title == "Unidad 4" for outcome in outcomes):
            raise ZeroDivisionError
        return real(row, outcomes)

    monkeypatch.setattr(batches, "_acts", stumbling)
    counts = apply("units", table(UNITS, *lines))
    assert counts == {**DONE, "created": 8, "rejected": 1}


@pytest.mark.both
def test_who_was_applied_before_it_was_cut_off_is_found_all_the_same(app_context, cast):
    lines = [f"Noa Rey {n};n{n}@x.example;{cast.officer_post.code};acting;;" for n in range(4)]
    row = stage("people", table(PEOPLE, *lines))
    start_applying(None, row, is_meant=True)
    assert apply_batch(row.id, 2) == 2  # and the process is killed
    found = select(func.count(SearchDocument.id)).where(SearchDocument.title.like("noa rey %"))
    assert db.session.scalar(found) == 0
    write_all_queued()
    assert db.session.scalar(found) == 2
    assert apply_for(row.id)
    assert db.session.scalar(found) == 4
    assert directory_differs(repair=False) == []


@pytest.mark.both
def test_rights_are_asked_again_at_every_batch(app_context, cast):
    scope = ImportScope(frozenset({cast.monteclaro.id}), cast.dorleta)
    row = stage("units", table(UNITS, f"U1;Uno;{cast.monteclaro.code};;;"), scope)
    start_applying(cast.dorleta, row, is_meant=False)
    row.applied_by_id = cast.guillem.id
    db.session.commit()
    assert apply_for(row.id)
    row = db.session.get_one(Import, row.id, populate_existing=True)
    assert (row.state, row.refusal) == (ImportState.CHECKED, {"code": "rights"})
    assert db.session.scalar(select(Unit.id).where(Unit.code == "U1")) is None


def test_the_directory_is_read_with_its_roots_and_orphans(app_context, cast):
    header = (
        "C_ID_UD_ORGANICA;C_DNM_UD_ORGANICA;C_ID_NIVEL_ADMON;C_ID_TIPO_ENT_PUBLICA;"
        "N_NIVEL_JERARQUICO;C_ID_DEP_UD_SUPERIOR;C_DNM_UD_ORGANICA;C_ID_DEP_UD_PRINCIPAL;"
        "C_DNM_UD_ORGANICA;B_SW_DEP_EDP_PRINCIPAL;C_ID_DEP_EDP_PRINCIPAL;C_DNM_UD_ORGANICA;"
        "C_ID_ESTADO;D_VIG_ALTA_OFICIAL;NIF_CIF"
    )
    root = "A17002943;Gobierno de La Rioja"
    counts = twice(
        "dir3",
        header,
        f"A17000003;CEIP Sur;2;CA;3;A17000002;x;{root};N;;;V;;",
        f"A17000002;Consejería;2;;2;A17002943;x;{root};N;;;V;19/04/85;",
        f"{root};2;;1;A99999999;Comunidades Autonomas;{root};N;;;V;;S1",
        f"A17000004;Huérfana;2;;4;A17999999;Extinta;{root};N;;;V;;",
        f"A17000005;Extinguida;2;;4;A17000002;x;{root};N;;;E;;",
        "A99999999;Comunidades Autonomas;2;;0;A99999999;C;A99999999;C;N;;;V;;",
    )
    assert counts == {**DONE, "created": 4}
    agency = agency_by_code("A17002943")
    assert (agency.kind, agency.territory) == (AgencyKind.REGION, "ES-RI")
    school, council = unit_of("A17000003"), unit_of("A17000002")
    assert (school.parent_id, school.kind) == (council.id, "school")
    assert council.valid_from == date(1985, 4, 19)
    assert unit_of("A17000004").parent_id == council.parent_id
    assert not db.session.scalars(select(Agency.id).where(Agency.code == "A99999999")).all()
    extract = "C_ID_UD_ORGANICA;C_DNM_UD_ORGANICA;N_NIVEL_JERARQUICO;C_ID_DEP_UD_SUPERIOR"
    assert twice("dir3", extract, "A17000004;Huérfana;3;A17000002") == {**DONE, "changed": 1}
    local = f"{header[: header.index(';C_ID_DEP_UD_SUP')]};C_COD_PROV;C_DNM_PROV"
    local += header[header.index(";C_ID_DEP_UD_SUP") :] + ";CONTACTOS;OTRA"
    town = "L01360577;Concello de Vigo"
    line = f"{town};3;AY;1;36;Pontevedra;{town};{town};N;;;V;;P3;;"
    assert twice("dir3", local, line) == {**DONE, "created": 1}
    assert agency_by_code("L01360577").territory == "ES-GA-36057"


@pytest.mark.both
def test_what_was_sent_a_month_ago_is_forgotten(app_context, cast):
    row = stage("units", table(UNITS, f"U1;Uno;{cast.monteclaro.code};;;"))
    forget_old(row.created_at.replace(year=row.created_at.year + 1))
    assert db.session.get(Import, row.id) is None
    assert db.session.scalar(select(func.count()).select_from(ImportLine)) == 0
    assert db.session.scalar(select(Agency.id).limit(1))


@pytest.mark.both
def test_who_reads_for_vacant_posts_is_computed_once_even_if_it_was_cut_off(
    app_context, cast, monkeypatch
):
    header = "code;title;unit_code;head"
    lines = [f"PX{n};Técnica {n};URB;{'si' if n % 9 == 0 else ''}" for n in range(60)]
    computed: list[int] = []
    real = vacancy_readers.differing

    def counted(agency_ids):
        computed.append(len(agency_ids))
        return real(agency_ids)

    monkeypatch.setattr(vacancy_readers, "differing", counted)
    row = stage("posts", table(header, *lines))
    start_applying(None, row, is_meant=True)
    assert apply_batch(row.id, 25) == 25  # and the process is killed
    assert computed == []
    assert apply_for(row.id)
    assert computed == [1]
    made = db.session.scalars(select(Post).where(Post.code.like("PX%"))).all()
    assert len(made) == 60
    [first_head] = {post.onward_id for post in made if not post.is_head}
    assert first_head
    assert readers_differ(repair=False) == 0
