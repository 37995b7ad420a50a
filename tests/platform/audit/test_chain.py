from contextlib import suppress

import pytest
from sqlalchemy import delete, update

from intranet.extensions import db
from intranet.organisation.people.operations.people import rename_person
from intranet.platform.audit.models import AuditLine
from intranet.platform.audit.operations import record
from intranet.platform.audit.queries import AuditFilter, all_lines, first_broken_number, lines
from intranet.platform.core.unit_of_work import unit_of_work


def forge(statement):
    with unit_of_work():
        db.session.execute(statement, execution_options={"synchronize_session": False})
    db.session.expunge_all()


@pytest.mark.both
def test_every_act_leaves_a_line_in_its_agencys_log_only(app_context, cast):
    rename_person(cast.dorleta, cast.monteclaro, cast.ana, "Ana Castro Pena")

    [line] = lines(cast.monteclaro.id, AuditFilter(), limit=1)
    assert (line.act, line.actor_id, line.subject_id) == (
        "person.rename",
        cast.dorleta.id,
        cast.ana.id,
    )
    assert [each.act for each in all_lines(cast.altamar.id, AuditFilter(act="person.rename"))] == []


def test_a_whole_chain_is_found_whole(app_context, cast):
    assert first_broken_number(cast.monteclaro.id) is None
    assert first_broken_number(cast.altamar.id) is None


@pytest.mark.both
def test_a_changed_line_is_found(app_context, cast):
    forge(
        update(AuditLine)
        .where(AuditLine.agency_id == cast.monteclaro.id, AuditLine.number == 4)
        .values(actor_id=cast.ana.id)
    )
    assert first_broken_number(cast.monteclaro.id) == 4


@pytest.mark.both
def test_a_line_that_was_taken_out_is_found(app_context, cast):
    forge(delete(AuditLine).where(AuditLine.agency_id == cast.monteclaro.id, AuditLine.number == 7))
    assert first_broken_number(cast.monteclaro.id) == 7


@pytest.mark.both
def test_a_line_is_not_changed_by_the_program(app_context, cast):
    [line] = lines(cast.monteclaro.id, AuditFilter(), limit=1)
    line.act = "nothing.happened"
    with pytest.raises(TypeError):
        db.session.flush()
    db.session.rollback()
    db.session.delete(line)
    with pytest.raises(TypeError):
        db.session.flush()


@pytest.mark.both
def test_lines_come_page_by_page(app_context, cast):
    whole = list(all_lines(cast.monteclaro.id, AuditFilter()))
    first = lines(cast.monteclaro.id, AuditFilter(), limit=3)
    second = lines(cast.monteclaro.id, AuditFilter(), before=first[-1].number, limit=3)

    assert [line.id for line in [*first, *second]] == [line.id for line in reversed(whole)][:6]


@pytest.mark.both
def test_lines_are_chosen_by_act_actor_and_subject(app_context, cast):
    rename_person(cast.dorleta, cast.monteclaro, cast.ana, "Ana Castro Pena")

    agency = cast.monteclaro.id
    assert len(lines(agency, AuditFilter(actor_id=cast.dorleta.id), limit=50)) == 1
    about = lines(agency, AuditFilter(subject_ids=[cast.ana.id]), limit=50)
    assert {line.act for line in about} == {
        "person.create",
        "person.rename",
    }


@pytest.mark.both
def test_what_is_rolled_back_leaves_no_line(app_context, cast):
    before = len(list(all_lines(None, AuditFilter())))
    with suppress(ZeroDivisionError), unit_of_work():
        record("agency.create", agency_id=None, actor_id=None, subject=("agency", None))
        raise ZeroDivisionError
    assert len(list(all_lines(None, AuditFilter()))) == before
