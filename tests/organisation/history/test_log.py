"""The log says of the organisation what its tables say, whoever changed it and however."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from sqlalchemy import delete, select

from intranet.extensions import db
from intranet.organisation.agencies.models import Administration, AgencyKind, SecondFactor, Unit
from intranet.organisation.agencies.operations import administrations, posts, units
from intranet.organisation.agencies.operations.agencies import change_agency, create_agency
from intranet.organisation.agencies.operations.storing import change_roots, widen_posts
from intranet.organisation.agencies.operations.vacancy_readers import name_registry
from intranet.organisation.agencies.roles import AgencyRole
from intranet.organisation.history.jobs import reconcile
from intranet.organisation.history.models import ChangeKind, OrganisationChange
from intranet.organisation.history.operations import write
from intranet.organisation.people.models import AppointmentKind
from intranet.organisation.people.operations import appointments, fallbacks
from intranet.platform.audit.models import AuditLine
from intranet.platform.core import clock
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from tests.cast import today

pytestmark = pytest.mark.both


def lines(agency_id, after=0):
    rows = select(OrganisationChange).where(
        OrganisationChange.agency_id == agency_id, OrganisationChange.number > after
    )
    return db.session.scalars(rows.order_by(OrganisationChange.number)).all()


def newest(agency_id):
    return lines(agency_id)[-1].number


def changed(before, agency_id):
    return [(line.kind, line.row_id) for line in lines(agency_id, before)]


def test_it_begins_with_what_was_founded(app_context, cast):
    assert reconcile(repair=False) == {}
    said = {line.row_id: line.state for line in lines(cast.monteclaro.id)}
    assert said[cast.licences.id]["parent_id"] == str(cast.urban_planning.id)
    assert said[cast.licences.id]["name"]["es"] == cast.licences.name["es"]
    assert said[cast.technician_post.id]["unit_id"] == str(cast.procurement.id)


def test_a_moved_subtree_is_one_line(app_context, cast):
    before = newest(cast.monteclaro.id)
    units.move_unit(cast.dorleta, cast.urban_planning, cast.procurement)

    assert changed(before, cast.monteclaro.id) == [(ChangeKind.UNIT, cast.urban_planning.id)]
    assert reconcile(repair=False) == {}


def test_it_names_the_line_of_the_audit_log_that_says_who_and_why(app_context, cast):
    before = newest(cast.monteclaro.id)
    units.rename_unit(cast.dorleta, cast.licences, Localized(es="Obras"))

    (line,) = lines(cast.monteclaro.id, before)
    audit = db.session.scalars(
        select(AuditLine).where(
            AuditLine.agency_id == cast.monteclaro.id, AuditLine.number == line.audit_number
        )
    ).one()
    assert (audit.act, audit.actor_id) == ("unit.rename", cast.dorleta.id)


def test_what_changes_nothing_is_not_logged(app_context, cast):
    posts.set_functions(cast.dorleta, cast.technician_post, ["PRO"])
    before = newest(cast.monteclaro.id)
    posts.set_functions(cast.dorleta, cast.technician_post, ["PRO"])
    units.rename_unit(cast.dorleta, cast.licences, cast.licences.name)

    assert lines(cast.monteclaro.id, before) == []


def test_every_operation_is_logged(app_context, cast):
    """Each of these is tried by itself: what no event names would differ."""
    agency, post = cast.monteclaro, cast.technician_post

    def altered(**more):
        values = {
            "version": None,
            "unit": post.unit,
            "title": post.title,
            "kind": post.kind,
            "level": post.level,
            "is_head": post.is_head,
            "places": post.places,
            "handle": post.handle,
            "publishes_for_agency": post.publishes_for_agency,
        }
        posts.change_post(cast.dorleta, post, **{**values, **more})

    def made():
        unit = units.create_unit(cast.dorleta, cast.urban_planning, Localized(es="Fiestas"))
        new = posts.create_post(None, posts.PostSpec(unit=unit, title=Localized(es="Técnica")))
        appointments.appoint(None, new, cast.xoel, starts_on=today())
        posts.end_post(None, new, today() - timedelta(days=1))
        units.end_unit(cast.dorleta, unit, today())

    def held():
        row = appointments.appoint(None, post, cast.xoel, starts_on=today())
        appointments.change_appointment(
            None,
            row,
            version=None,
            kind=AppointmentKind.ACTING,
            basis="",
            starts_on=today(),
            ends_on=today() + timedelta(days=9),
        )
        appointments.end_appointment(None, row)

    def mandated():
        row = administrations.propose_mandate(
            None, agency, cast.innovation_post, last_day=today() + timedelta(days=30)
        )
        assert reconcile(repair=False) == {}
        administrations.accept_mandate(None, row)
        administrations.end_administration(None, row)

    def answered():
        fallbacks.request_fallback(None, post, cast.innovation_post)
        fallbacks.accept_fallback(None, post, cast.innovation_post)
        fallbacks.end_fallback(None, post, cast.innovation_post)

    def settled():
        change_agency(
            None,
            agency,
            version=None,
            name=Localized(es="Monteclaro de Abajo"),
            languages=["es"],
            time_zone="Atlantic/Canary",
            second_factor=SecondFactor.ADMINISTRATORS,
            basis_shown_outside=False,
            in_directory=False,
        )

    for act in (
        made,
        held,
        mandated,
        answered,
        settled,
        lambda: altered(title=Localized(es="Otra"), places=3),
        lambda: altered(unit=cast.systems),
        lambda: widen_posts({post.id: 12}),
        lambda: name_registry(None, agency, post),
        lambda: name_registry(None, agency, None),
        lambda: administrations.give_role(
            None, agency, post, AgencyRole.RECORDS, administrations.RoleTerms()
        ),
        lambda: units.end_unit(
            *(None, cast.licences, clock.today(agency.time_zone)), successor=cast.procurement
        ),
        lambda: change_roots({agency.id: {"code": "R1", "valid_from": today()}}),
        lambda: create_agency(
            code="L99", name=Localized(es="Nueva"), kind=AgencyKind.MUNICIPALITY, languages=["es"]
        ),
    ):
        act()
        assert reconcile(repair=False) == {}, act


def test_the_functions_that_somebody_states_are_facts_of_a_post(app_context, cast):
    posts.set_functions(cast.dorleta, cast.officer_post, [])
    for codes in (["URB", "OAC"], ["OAC"], []):
        before = newest(cast.monteclaro.id)
        posts.set_functions(cast.dorleta, cast.officer_post, codes)
        [line] = lines(cast.monteclaro.id, before)
        assert (line.kind, line.row_id) == (ChangeKind.POST, cast.officer_post.id)
        assert line.state.get("functions", []) == sorted(codes)
    posts.create_post(
        cast.dorleta, posts.PostSpec(unit=cast.systems, title=Localized(es="Aparejador"))
    )
    assert "functions" not in lines(cast.monteclaro.id)[-1].state
    assert reconcile(repair=False) == {}


def test_what_was_written_past_it_is_found_and_mended(app_context, cast):
    with unit_of_work():
        db.session.get_one(Unit, cast.licences.id).code = "otro"
        gone = db.session.scalars(select(Administration.id).limit(1)).one()
        db.session.execute(delete(Administration).where(Administration.id == gone))

    assert reconcile(repair=True) == {
        ChangeKind.UNIT: [cast.licences.id],
        ChangeKind.ADMINISTRATION: [gone],
    }
    assert reconcile(repair=False) == {}
    last = select(OrganisationChange.state).where(OrganisationChange.row_id == gone)
    assert db.session.scalars(last.order_by(OrganisationChange.number.desc())).first() is None


@pytest.mark.slow
@pytest.mark.only_on("postgresql", reason="SQLite has a single writer")
def test_numbers_rise_in_the_order_of_the_commits(app, cast):
    """A reader who asks for what is after the last number it saw misses nothing."""
    with app.app_context():
        start = newest(cast.monteclaro.id)
        rows = [cast.licences.id, cast.procurement.id, cast.urban_planning.id, cast.systems.id]
    seen: list[int] = []
    stop = threading.Event()

    def rename(row_id: UUID):
        for turn in range(12):
            with app.app_context():
                unit = db.session.get_one(Unit, row_id)
                units.rename_unit(None, unit, Localized(es=f"Turno {turn} {row_id}"))

    def read():
        while True:
            was_over = stop.is_set()
            with app.app_context():
                after = seen[-1] if seen else start
                seen.extend(line.number for line in lines(cast_id, after))
            if was_over:
                return

    cast_id = cast.monteclaro.id
    with ThreadPoolExecutor(5) as pool:
        reading = pool.submit(read)
        for done in [pool.submit(rename, row_id) for row_id in rows]:
            done.result()
        stop.set()
        reading.result()

    with app.app_context():
        assert seen == [line.number for line in lines(cast_id, start)]
        assert len(seen) == 48
        assert all(one < other for one, other in pairwise(seen))
        assert reconcile(repair=False) == {}


def test_an_empty_change_asks_nothing(app_context, cast):
    before = newest(cast.monteclaro.id)
    write(ChangeKind.UNIT, [])
    write(ChangeKind.UNIT, [cast.licences.id])
    assert newest(cast.monteclaro.id) == before
