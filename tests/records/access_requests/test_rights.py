"""Rights: only the officer in charge reads; private things need a second person; who was read."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.attention.notifications.models import Notification
from intranet.collaboration.groups.operations.joining import join
from intranet.extensions import db
from intranet.messaging.conversations.operations import start_direct_message
from intranet.organisation.agencies.models import Administration
from intranet.organisation.agencies.operations.administrations import end_administration, give_role
from intranet.organisation.agencies.roles import AgencyRole
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid, NotFound
from intranet.platform.core.step_up import ConfirmationNeeded, confirmed_since
from intranet.records.access_requests.headings import headings
from intranet.records.access_requests.models import (
    AccessDecision,
    AccessFinding,
    AccessKind,
    FoundKind,
)
from intranet.records.access_requests.operations.deciding import decide, open_finding
from intranet.records.access_requests.operations.exporting import request_package
from intranet.records.access_requests.operations.finding import search
from intranet.records.access_requests.operations.requests import (
    answer_private,
    ask_for_private,
    close_request,
    open_request,
    take_request,
)
from intranet.records.access_requests.queries import findings_of
from tests.collaboration.groups.helpers import group_of, main_channel
from tests.messaging.messages.helpers import channel_of, say
from tests.records.access_requests.conftest import acts, told, work_off

pytestmark = pytest.mark.both


@pytest.fixture
def second(officer, cast):
    """Rosa, who keeps the records as well."""
    give_role(None, cast.monteclaro, cast.mayor_post, AgencyRole.RECORDS)
    return cast.rosa


def test_requests_are_numbered_by_year_and_agency(asked, officer, cast):
    more = {
        "kind": AccessKind.TRANSPARENCY,
        "asker": "REG-2",
        "matter": "Otra cosa",
        "due_on": asked.due_on,
        "language": "es",
    }
    assert (asked.number, asked.year) == (1, clock.today("Europe/Madrid").year)
    assert open_request(officer, cast.monteclaro, **more).number == 2
    give_role(None, cast.altamar, cast.innovation_post, AgencyRole.RECORDS)
    assert open_request(cast.elna, cast.altamar, **more).number == 1
    for stranger in (cast.dorleta, cast.ana, cast.elna):
        with pytest.raises(NotFound):
            open_request(stranger, cast.monteclaro, **more)


def test_only_the_officer_in_charge_searches_reads_and_exports(asked, planted, second, cast):
    for person, refusal in ((second, Forbidden), (cast.dorleta, NotFound), (cast.elna, NotFound)):
        with pytest.raises(refusal):
            search(person, asked, "obra menor")
        with pytest.raises(refusal):
            request_package(person, asked)
    search(cast.iria, asked, "obra menor")
    [finding, *_rest] = findings_of(asked)
    for person, refusal in ((second, Forbidden), (cast.dorleta, NotFound)):
        with pytest.raises(refusal):
            open_finding(person, finding)
        with pytest.raises(refusal):
            decide(person, finding, AccessDecision.INCLUDED, "", "")
    take_request(second, asked)
    open_finding(second, finding)
    with pytest.raises(Forbidden):
        open_finding(cast.iria, finding)
    assert "access_request.take" in acts(cast.monteclaro)
    close_request(second, asked)
    with pytest.raises(Conflict):
        search(second, asked, "obra menor")


def test_an_officer_without_the_role_any_more_reads_nothing(asked, planted, officer, cast):
    search(officer, asked, "obra menor")
    finding = findings_of(asked)[0]
    rows = db.session.scalars(
        select(Administration).where(Administration.role == AgencyRole.RECORDS)
    ).all()
    for row in rows:
        end_administration(None, row)
    with pytest.raises(NotFound):
        open_finding(officer, finding)


def test_direct_messages_wait_for_a_second_person(asked, officer, second, cast):
    talk = start_direct_message(cast.ana, [cast.carles])
    said = say(cast.ana, talk, "Entre nosotros: zarzamora")
    work_off()
    assert search(officer, asked, "zarzamora").added == 0

    with pytest.raises(Invalid):
        ask_for_private(officer, asked, " ")
    ask_for_private(officer, asked, "Lo ordena el juzgado")
    work_off()
    people = db.session.scalars(
        select(Notification.person_id).where(Notification.why == "records_agree")
    ).all()
    assert set(people) == {second.id, cast.dorleta.id}
    for person in (officer, cast.ana, cast.elna, cast.guillem):
        with pytest.raises(NotFound):
            answer_private(person, cast.monteclaro, asked.id, agrees=True)
    assert search(officer, asked, "zarzamora").added == 0
    answer_private(cast.dorleta, cast.monteclaro, asked.id, agrees=True)
    with pytest.raises(NotFound):
        answer_private(second, cast.monteclaro, asked.id, agrees=False)

    assert search(officer, asked, "zarzamora").added == 1
    assert findings_of(asked)[0].chosen == [str(said.id)]
    assert {"access_request.ask_private", "access_request.agree_private"} <= set(
        acts(cast.monteclaro)
    )


def test_a_refusal_leaves_them_closed_and_can_be_asked_anew(asked, officer, second, cast):
    ask_for_private(officer, asked, "Por si acaso")
    answer_private(second, cast.monteclaro, asked.id, agrees=False)
    assert not asked.reads_private
    with pytest.raises(NotFound):
        answer_private(second, cast.monteclaro, asked.id, agrees=True)
    ask_for_private(officer, asked, "Lo ordena el juzgado")
    answer_private(second, cast.monteclaro, asked.id, agrees=True)
    with pytest.raises(Conflict):
        take_request(second, asked)  # who agreed does not read


def test_who_agreed_may_take_it_over_once_that_has_lapsed(asked, officer, second, cast):
    ask_for_private(officer, asked, "Lo ordena el juzgado")
    answer_private(second, cast.monteclaro, asked.id, agrees=True)
    with clock.freeze(clock.now() + timedelta(days=31)):
        take_request(second, asked)
    assert asked.officer_id == second.id


def test_of_shared_groups_only_the_own_words_are_read(asked, officer, cast):
    group = group_of(cast.elna)
    join(cast.ana, group)
    room = main_channel(group)
    say(cast.elna, room, "zarzamora de Altamar")
    own = say(cast.ana, room, "zarzamora de Monteclaro")
    work_off()
    search(officer, asked, "zarzamora")
    [finding] = findings_of(asked)
    assert finding.chosen == [str(own.id)]
    thing = open_finding(officer, finding)
    assert [section.id for section in thing.sections] == [str(own.id)]


def test_an_agreement_ends_with_its_days_and_with_its_officer(asked, officer, second, cast):
    say(cast.ana, start_direct_message(cast.ana, [cast.carles]), "Entre nosotros: zarzamora")
    work_off()
    for agreeing in (cast.dorleta, second):
        ask_for_private(officer, asked, "Lo ordena el juzgado")
        answer_private(agreeing, cast.monteclaro, asked.id, agrees=True)
        search(officer, asked, "zarzamora")
        [finding] = findings_of(asked)
        assert not open_finding(officer, finding).is_gone
        with clock.freeze(clock.now() + timedelta(days=31)):
            assert not asked.reads_private
            assert open_finding(officer, finding).is_gone
            with pytest.raises(NotFound):
                answer_private(agreeing, cast.monteclaro, asked.id, agrees=True)
            confirmed_since(clock.now())
            ask_for_private(officer, asked, "Sigue en curso")
            answer_private(cast.dorleta, cast.monteclaro, asked.id, agrees=True)
            take_request(second, asked)
            assert not asked.reads_private
            assert open_finding(second, finding).is_gone
        take_request(officer, asked)
        confirmed_since(clock.now())


def test_both_confirm_that_it_is_them(asked, officer, second, cast):
    confirmed_since(None)
    with pytest.raises(ConfirmationNeeded):
        ask_for_private(officer, asked, "Lo ordena el juzgado")
    confirmed_since(clock.now())
    ask_for_private(officer, asked, "Lo ordena el juzgado")
    confirmed_since(None)
    with pytest.raises(ConfirmationNeeded):
        answer_private(second, cast.monteclaro, asked.id, agrees=True)
    assert not asked.reads_private


def test_what_was_asked_of_a_second_person_ends_with_the_officer(asked, officer, second, cast):
    ask_for_private(officer, asked, "Lo ordena el juzgado")
    take_request(second, asked)
    with pytest.raises(NotFound):
        answer_private(cast.dorleta, cast.monteclaro, asked.id, agrees=True)


def test_an_unlisted_group_is_private(asked, officer, second, cast):
    group = group_of(cast.ana, is_listed=False)
    say(cast.ana, main_channel(group), "zarzamora entre pocos")
    work_off()
    assert search(officer, asked, "zarzamora").added == 0
    ask_for_private(officer, asked, "Lo ordena el juzgado")
    answer_private(second, cast.monteclaro, asked.id, agrees=True)
    assert search(officer, asked, "zarzamora").added == 1


def own_request(officer, cast, subject):
    return open_request(
        officer,
        cast.monteclaro,
        kind=AccessKind.OWN,
        asker=subject.name,
        matter="Sus datos",
        due_on=clock.today("Europe/Madrid") + timedelta(days=20),
        language="es",
        subject=subject,
    )


def test_whose_own_data_are_asked_for_is_told_and_never_decides(officer, second, cast):
    with pytest.raises(Invalid):
        own_request(officer, cast, officer)
    asked = own_request(officer, cast, second)
    assert told(asked) == [second.id]
    work_off()
    people = db.session.scalars(
        select(Notification.person_id).where(Notification.why == "records_yours")
    ).all()
    assert people == [second.id]
    ask_for_private(officer, asked, "Lo pide la persona")
    with pytest.raises(NotFound):
        answer_private(second, cast.monteclaro, asked.id, agrees=True)
    with pytest.raises(Conflict):
        take_request(second, asked)


def test_for_a_persons_own_data_only_what_concerns_them_is_found(officer, cast):
    asked = own_request(officer, cast, cast.ana)
    room = channel_of(cast.licences)
    mine = say(cast.ana, room, "Lo mío")
    say(cast.uxia, room, "Lo de otra")
    mention = say(cast.uxia, room, f"Esto para @[Ana](person:{cast.ana.id})")
    work_off()
    search(officer, asked, "")
    days = [row for row in findings_of(asked) if row.kind == FoundKind.DAY]
    assert {each for row in days for each in row.chosen} == {str(mine.id), str(mention.id)}


def test_a_persons_own_data_needs_the_person_and_other_searches_need_words(asked, officer, cast):
    with pytest.raises(Invalid):
        search(officer, asked, "  ")
    with pytest.raises(Invalid):
        open_request(
            officer,
            cast.monteclaro,
            kind=AccessKind.OWN,
            asker="Ana",
            matter="Sus datos",
            due_on=asked.due_on,
            language="es",
        )


def test_each_reading_of_a_day_by_each_officer_is_logged_once(
    asked, planted, officer, second, cast
):
    search(officer, asked, '"obra menor"')
    finding = findings_of(asked)[0]
    open_finding(officer, finding)
    open_finding(officer, db.session.get_one(AccessFinding, finding.id))
    assert acts(cast.monteclaro).count("access_request.read") == 1
    take_request(second, asked)
    [listed, *_rest] = headings(second, asked, [finding])
    assert listed.title.text == ""  # it has the first words of what was written
    open_finding(second, finding)
    assert headings(second, asked, [finding])[0].title.text
    assert acts(cast.monteclaro).count("access_request.read") == 2
    with clock.freeze(clock.now() + timedelta(days=1)):
        open_finding(second, finding)
    assert acts(cast.monteclaro).count("access_request.read") == 3
