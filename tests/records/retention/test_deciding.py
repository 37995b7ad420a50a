"""Nobody destroys alone: a rule, its end and a file plan need a second person."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.models import Administration
from intranet.organisation.agencies.operations.administrations import give_role
from intranet.organisation.agencies.roles import AgencyRole
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.records.own_data.erasures import agree, ask_for_erasure, may_agree
from intranet.records.retention import operations
from intranet.records.retention.models import FilePlan, RetentionRule
from intranet.records.retention.operations import RuleTerms
from intranet.records.retention.plan_files import read_plan
from intranet.records.retention.scope import classes_in_force, due_before, rules_in_force
from tests.cast import PASSWORD
from tests.messaging.messages.helpers import read_english, space_of
from tests.records.own_data.helpers import leave

RETENTION = "/admin/L01990012/retention"
PLAN = "code;name;term;at the end\n01;Correo;2 years;delete\n02;Actas;always;keep\n"


def terms(**more):
    return RuleTerms(
        **{
            "title": "Canales",
            "kind": "channel",
            "space": None,
            "days": 30,
            "class_code": None,
            **more,
        }
    )


@pytest.fixture
def office(app, officers, cast, client_of):
    """Browsers of the officer Xoel, of the administrator Dorleta and of the auditor Carles."""
    with app.app_context():
        give_role(None, cast.monteclaro, cast.head_post, AgencyRole.AUDITOR)
    for person in (cast.xoel, cast.dorleta, cast.carles):
        read_english(app, person)
    return {name: client_of(getattr(cast, name)) for name in ("xoel", "dorleta", "carles", "ana")}


def confirm(client):
    client.submit("/me/confirm", {"confirms": "1", "confirm_password": PASSWORD})


def test_one_proposes_and_another_sets_in_force(app, cast, office):
    form = {"title": "Canales", "kind": "channel", "how": "days", "days": "30"}
    answer = office["xoel"].submit(f"{RETENTION}/new", form)
    assert answer.status_code == 303
    rule_id = answer.location.rsplit("rule=", 1)[1]
    page = office["xoel"].get(answer.location).text
    assert "counted as if it were in force" in page

    for name in ("xoel", "dorleta"):
        confirm(office[name])
    office["xoel"].submit(f"{RETENTION}/rules/{rule_id}", {"do": "approve"})
    with app.app_context():
        assert not rules_in_force(cast.monteclaro.id)
    office["dorleta"].submit(f"{RETENTION}/rules/{rule_id}", {"do": "approve"})
    with app.app_context():
        assert [rule.title for rule in rules_in_force(cast.monteclaro.id)] == ["Canales"]


def test_who_has_no_part_in_it_finds_nothing_there(office):
    form = {"title": "Canales", "kind": "channel", "how": "days", "days": "30"}
    assert office["ana"].get(RETENTION).status_code == 404
    assert office["carles"].get(RETENTION).status_code == 200
    assert office["dorleta"].get(f"{RETENTION}/new").status_code == 404
    assert office["dorleta"].submit(f"{RETENTION}/new", form).status_code == 404
    assert office["carles"].submit(f"{RETENTION}/new", form).status_code == 404
    assert office["dorleta"].get("/admin/L01990012/holds").status_code == 404


def test_the_end_of_a_rule_needs_a_second_person_too(app_context, cast, rule):
    made = rule()
    operations.ask_end(cast.xoel, made)
    assert made.is_in_force
    with pytest.raises(Forbidden):
        operations.answer_end(cast.xoel, made, agrees=True)
    operations.answer_end(cast.nadia, made, agrees=True)
    assert not made.is_in_force
    with pytest.raises(Conflict):
        operations.answer_end(cast.nadia, made, agrees=True)


def test_a_new_rule_replaces_the_one_for_the_same(app_context, cast, rule):
    rule(title="Antes")
    rule(title="Ahora", days=10)
    assert [each.title for each in rules_in_force(cast.monteclaro.id)] == ["Ahora"]


@pytest.mark.parametrize(
    "wrong", [{"days": 0}, {"days": 99_999}, {"kind": "audit"}, {"title": " "}, {"class_code": "9"}]
)
def test_a_rule_that_makes_no_sense_is_refused(app_context, cast, officers, wrong):
    with pytest.raises(Invalid):
        operations.propose_rule(cast.xoel, cast.monteclaro, terms(**wrong))
    assert db.session.scalar(select(RetentionRule)) is None


def test_direct_messages_belong_to_no_space(app_context, cast, officers):
    asked = terms(kind="direct", space=space_of(cast.licences))
    with pytest.raises(Invalid):
        operations.propose_rule(cast.xoel, cast.monteclaro, asked)


def test_a_file_plan_applies_when_another_person_agrees(app_context, cast, rule):
    lines = read_plan(io.BytesIO(PLAN.encode()))
    plan = operations.store_plan(cast.xoel, cast.monteclaro, "plan.csv", lines)
    with pytest.raises(Invalid):
        operations.propose_rule(cast.xoel, cast.monteclaro, terms(days=None, class_code="01"))
    with pytest.raises(Forbidden):
        operations.approve_plan(cast.xoel, plan)
    operations.approve_plan(cast.nadia, plan)
    made = rule(days=None, class_code="01")
    classes = classes_in_force(cast.monteclaro.id)
    now = clock.now()
    assert due_before(made, classes, now) == now.replace(year=now.year - 2)
    assert due_before(rule(days=None, class_code="02"), classes, now) is None
    assert db.session.scalars(select(FilePlan.number)).all() == [1]


def test_pages_bear_any_value(office):
    for value in ("\0", "😀" * 5000, "a" * 5000, "-1"):
        form = dict.fromkeys(("title", "kind", "space", "how", "days", "class_code"), value)
        assert office["xoel"].submit(f"{RETENTION}/new", form).status_code < 500
        asked = dict.fromkeys(("title", "reason", "since", "until", "target", "room"), value)
        for do in ("add", "check", "place", f"drop:{value}"):
            form = {**asked, "do": do, "word": value, "person": value, "post": value}
            assert office["xoel"].submit("/admin/L01990012/holds/new", form).status_code < 500


@pytest.fixture
def by_mandate(app_context, cast):
    """Elna of Altamar administers Monteclaro by a mandate."""
    with unit_of_work() as work:
        begun = clock.now() - timedelta(days=1)
        mandate = Administration(
            agency_id=cast.monteclaro.id,
            post_id=cast.innovation_post.id,
            role=AgencyRole.ADMINISTRATOR,
            accepted_at=begun,
        )
        work.add(mandate)
    assert cast.elna.administers(cast.monteclaro.id)
    return cast.elna


def test_a_mandate_is_no_second_person(officers, cast, by_mandate):
    rule = operations.propose_rule(cast.xoel, cast.monteclaro, terms())
    with pytest.raises(Forbidden):
        operations.approve_rule(by_mandate, rule)


def test_nor_does_it_agree_to_an_erasure(officers, cast, by_mandate):
    leave(cast.xoel)
    asked = ask_for_erasure(cast.dorleta, cast.monteclaro, cast.xoel)
    with pytest.raises(Forbidden):
        agree(by_mandate, asked)
    assert not may_agree(by_mandate, asked)
