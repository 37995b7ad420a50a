"""A program brings people in, changes them and ends them, and touches nobody else."""

import threading

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts.models import Account, AccountState, SensitiveChange
from intranet.organisation.accounts.operations.accounts import disable_account
from intranet.organisation.accounts.operations.sensitive_changes import approve, refuse
from intranet.organisation.accounts.operations.sign_in_names import change_sign_in_names
from intranet.organisation.accounts.queries import waiting_changes
from intranet.organisation.agencies.models import Administration
from intranet.organisation.agencies.operations.administrations import make_administrator
from intranet.organisation.agencies.queries import administrations_of
from intranet.organisation.identity import queries
from intranet.organisation.identity.models import (
    ExternalIdentity,
    Provider,
    ProviderKind,
    ProviderState,
)
from intranet.organisation.identity.scim import brake
from intranet.organisation.identity.scim.models import ScimEmail, ScimUser
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.unit_of_work import unit_of_work
from tests.organisation.identity.helpers import ROLES, give_role
from tests.organisation.identity.ldap.helpers import told
from tests.organisation.identity.scim.program import ENTERPRISE, account, person
from tests.security.test_rights_end import address, connect

__all__ = ["address", "connect"]
pytestmark = pytest.mark.both
NORA = "nora@monteclaro.example"


def email_of(app, cast, who):
    """The e-mail of somebody of the cast."""
    with app.app_context():
        return cast.account_of(who).email


def ends(program, user_id):
    """End a person as Entra does."""
    return program.patch(user_id, {"op": "Replace", "path": "active", "value": "False"})


def test_a_person_is_brought_in_changed_ended_and_reopened(app, program):
    nora = program.brought(NORA, email=NORA, displayName="Nora Vidal", externalId="e-1")
    assert account(app, NORA).state == AccountState.INVITED
    answer = program.ask("GET", f"/Users/{nora}")
    assert answer.json["externalId"] == "e-1"
    assert answer.headers["ETag"] == answer.json["meta"]["version"]
    change = {"op": "replace", "path": "displayName", "value": "Nora Pons"}
    assert program.patch(nora, change).status_code == 204
    assert program.found('userName eq "NORA@monteclaro.example"') == [NORA]
    assert ends(program, nora).status_code == 204
    assert account(app, NORA).state == AccountState.DISABLED
    assert program.found("active eq false") == [NORA]
    again = {"op": "Replace", "path": "active", "value": "True"}
    assert program.patch(nora, again).status_code == 204
    with app.app_context():
        kept = db.session.scalars(select(Account).where(Account.email == NORA)).one()
        assert (kept.state, kept.person.name) == (AccountState.INVITED, "Nora Pons")


def test_an_account_that_was_closed_by_hand_is_not_reopened(app, cast, program):
    nora = program.brought(NORA, email=NORA)
    with app.app_context():
        closed = db.session.scalars(select(Account).where(Account.email == NORA)).one()
        disable_account(cast.dorleta, closed)
    assert ends(program, nora).status_code == 204
    answer = program.patch(nora, {"op": "replace", "path": "active", "value": True})
    assert (answer.status_code, answer.json["detail"]) == (409, "La cuenta está cerrada aquí.")
    assert account(app, NORA).state == AccountState.DISABLED
    with app.app_context():
        assert brake.ends_of_day(program.provider()) == 0, "nobody was ended by it"


def test_a_deleted_person_is_ended_and_what_was_said_of_them_is_forgotten(app, program, domain):
    nora = program.brought(NORA, email=NORA)
    assert program.ask("DELETE", f"/Users/{nora}").status_code == 204
    assert program.ask("GET", f"/Users/{nora}").status_code == 404
    assert program.ask("DELETE", f"/Users/{nora}").status_code == 404
    assert account(app, NORA).state == AccountState.DISABLED
    with app.app_context():
        for table in (ScimUser, ScimEmail, ExternalIdentity):
            assert db.session.scalars(select(table)).all() == []
    again = program.bring(NORA, email=NORA)
    assert (again.status_code, again.json["detail"]) == (409, "La cuenta está cerrada aquí.")
    with app.app_context(), unit_of_work():  # an administrator reopens it
        closed = db.session.scalars(select(Account).where(Account.email == NORA)).one()
        closed.state = AccountState.INVITED
    assert program.brought(NORA, email=NORA) != nora


def test_somebody_who_is_not_active_yet_gets_no_account_before_they_are(app, program):
    nora = program.brought(NORA, email=NORA, active=False)
    assert account(app, NORA) is None
    assert program.ask("GET", f"/Users/{nora}").json["active"] is False
    program.patch(nora, {"op": "replace", "value": {"active": True}})
    assert account(app, NORA).state == AccountState.INVITED


def test_an_account_that_exists_is_tied_by_an_address_of_a_proven_domain_alone(
    app, cast, program, domain
):
    ana = email_of(app, cast, cast.ana)
    nora = program.brought("ana.castro", email=ana.upper(), displayName="Ana Castro")
    with app.app_context():
        identity = db.session.scalars(select(ExternalIdentity)).one()
        assert identity.account_id == cast.account_of(cast.ana).id
        assert identity.subject == nora
        assert queries.identities_of(cast.account_of(cast.ana)) == [], "nobody signs in by it"


def test_no_account_is_tied_without_a_proven_domain(app, cast, program):
    answer = program.bring("ana", email=email_of(app, cast, cast.ana))
    assert (answer.status_code, answer.json["scimType"]) == (409, "uniqueness")
    words = "Tu administración no ha demostrado el dominio de esta dirección."
    assert answer.json["detail"] == words


def test_administrators_people_of_other_agencies_and_closed_accounts_are_not_tied(
    app, cast, program, domain
):
    for who in (cast.dorleta, cast.elna, cast.lara):
        answer = program.bring("x", email=email_of(app, cast, who))
        assert answer.status_code == 409, who.name
    with app.app_context():
        assert db.session.scalars(select(ScimUser)).all() == []
        assert db.session.scalars(select(ExternalIdentity)).all() == []


def test_nobody_is_tied_by_a_staff_number_nor_by_a_user_name(app, cast, program, domain):
    with app.app_context(), unit_of_work():
        cast.account_of(cast.ana).staff_number = "1204"
    by_number = {ENTERPRISE: {"employeeNumber": "1204"}}
    assert program.bring("x", **by_number).status_code == 409
    assert program.bring("1204").status_code == 409
    answer = program.bring(email_of(app, cast, cast.ana))
    assert (answer.status_code, answer.json["scimType"]) == (400, "invalidValue")


def test_two_people_with_one_address_or_one_user_name_are_not_both_brought_in(app, program):
    program.brought("nora", email=NORA)
    assert program.bring("other", email=NORA).json["scimType"] == "uniqueness"
    assert program.bring("NORA", email="other@monteclaro.example").status_code == 409
    berta = program.brought("berta", email="berta@monteclaro.example")
    taken = {"op": "replace", "path": 'emails[type eq "work"].value', "value": NORA}
    renamed = {"op": "replace", "path": "displayName", "value": "Berta Mas"}
    assert program.patch(berta, renamed, taken).status_code == 409
    assert "displayName" not in program.ask("GET", f"/Users/{berta}").json, "nothing half done"
    assert account(app, "berta@monteclaro.example") is not None


def test_two_creations_of_one_user_name_at_once_make_one_person(app, program):
    answers = []
    both = threading.Barrier(2)

    def create():
        both.wait()
        answers.append(program.bring("nora", email=NORA).status_code)

    threads = [threading.Thread(target=create) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(answers) == [201, 409]
    with app.app_context():
        assert len(db.session.scalars(select(ScimUser)).all()) == 1


def test_a_post_is_taken_by_the_code_of_a_unit_and_a_title(app, cast, program):
    with app.app_context():
        code, title = cast.licences.code, cast.head_of_licences_post.title.text("es")
    nora = program.brought(
        NORA, email=NORA, title=title, **{ENTERPRISE: {"department": code.lower()}}
    )
    with app.app_context():
        person_id = account(app, NORA).person_id
        assert [row.post_id for row in current_appointments(person_id)] == [
            cast.head_of_licences_post.id
        ]
    assert ends(program, nora).status_code == 204
    with app.app_context():
        assert current_appointments(person_id) == []


@pytest.mark.parametrize("how", ROLES)
def test_nobody_gets_a_role_by_a_title(app, cast, program, how):
    with app.app_context():
        give_role(cast, cast.technician_post, how)
    there = {ENTERPRISE: {"department": "CON"}}
    program.brought(NORA, email=NORA, title="Técnico/a de Contratación", **there)
    with app.app_context():
        assert current_appointments(account(app, NORA).person_id) == []


def test_a_new_address_of_an_account_in_use_waits_and_the_program_sees_its_own(
    app, cast, program, domain
):
    ana = program.brought("ana", email=email_of(app, cast, cast.ana), displayName="Ana Castro")
    other = {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "other@x.example"}
    assert program.patch(ana, other).status_code == 204
    assert program.found('emails.value eq "other@x.example"') == ["ana"]
    with app.app_context():
        change = db.session.scalars(select(SensitiveChange)).one()
        assert (change.detail, change.holds_at) == ({"email": "other@x.example"}, None)
        assert cast.account_of(cast.ana).email != "other@x.example"


def test_no_administrator_approves_what_a_program_asks_for(
    app, cast, program, domain, *, client_of, carles
):
    ana = program.brought("ana", email=email_of(app, cast, cast.ana), displayName="Ana Castro")
    other = {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "other@x.example"}
    assert program.patch(ana, other).status_code == 204
    page = carles.get(f"/admin/{cast.monteclaro.code}/approvals").text
    assert "Asked by a directory or program on" in page
    assert "so only the person can agree" in page
    assert 'value="approve"' not in page
    with app.app_context():
        change = db.session.scalars(select(SensitiveChange)).one()
        for person in (cast.dorleta, cast.carles):
            with pytest.raises(Forbidden):
                approve(person, change)
        account_of_ana, names = cast.account_of(cast.ana), {"staff_number": None}
        change_sign_in_names(cast.dorleta, account_of_ana, email="other@x.example", **names)
        [by_hand] = waiting_changes(account_of_ana.id)
        assert approve(cast.carles, by_hand).holds_at


def test_who_refuses_what_a_program_asks_for_tells_the_administrators(app, cast, program, domain):
    ana = program.brought("ana", email=email_of(app, cast, cast.ana), displayName="Ana Castro")
    other = {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "other@x.example"}
    program.patch(ana, other)
    with app.app_context():
        refuse(cast.account_of(cast.ana))
        assert told(cast.dorleta)[-1] == "account_refused"


def test_an_account_in_use_by_a_provider_stays_so_when_it_is_reopened(app, cast, program, domain):
    ana = program.brought("ana", email=email_of(app, cast, cast.ana), displayName="Ana Castro")
    with app.app_context(), unit_of_work() as work:
        provider = Provider(
            agency_id=cast.monteclaro.id,
            kind=ProviderKind.OIDC,
            state=ProviderState.ON,
            name="x",
        )
        work.add(provider)
        work.flush()
        kept = cast.account_of(cast.ana)
        kept.password_hash = None
        work.add(
            ExternalIdentity(
                provider_id=provider.id,
                account_id=kept.id,
                subject="x",
                last_used_at=clock.now(),
            )
        )
    assert ends(program, ana).status_code == 204
    assert program.patch(ana, {"op": "replace", "value": {"active": True}}).status_code == 204
    other = {"op": "replace", "path": 'emails[type eq "work"].value', "value": "other@x.example"}
    assert program.patch(ana, other).status_code == 204
    with app.app_context():
        assert cast.account_of(cast.ana).email != "other@x.example", "its owner is asked first"


def test_an_ended_person_is_signed_out_at_once_everywhere(
    app, cast, connect, client_of, *, program, domain
):
    browser = client_of(cast.ana)
    socket = connect(browser)
    socket.next("hello")
    ana = program.brought("ana", email=email_of(app, cast, cast.ana), displayName="Ana Castro")
    assert browser.get("/me/sign-ins").status_code == 200
    assert ends(program, ana).status_code == 204
    assert socket.next("session:ended")["reason"]
    assert browser.get("/me/sign-ins").status_code == 303


@pytest.fixture
def dorleta(app, cast, program, domain):
    """Dorleta, as she has connected herself with the program."""
    email = email_of(app, cast, cast.dorleta)
    with app.app_context(), unit_of_work() as work:
        user = ScimUser(
            provider_id=program.provider_id, resource={"userName": "d"}, user_name_key="d"
        )
        identity = ExternalIdentity(
            provider_id=program.provider_id,
            account_id=cast.account_of(cast.dorleta).id,
            subject=str(user.id),
        )
        work.add(user, identity)
        dorleta = str(user.id)
    named = person("d", email=email, displayName="Dorleta Aguirre")
    assert program.ask("PUT", f"/Users/{dorleta}", named).status_code == 200
    return dorleta


@pytest.mark.parametrize("other", ["none", "invited", "mandate"])
def test_the_last_administrator_is_not_ended(app, cast, program, dorleta, other):
    email = email_of(app, cast, cast.dorleta)
    with app.app_context(), unit_of_work() as work:
        if other == "invited":
            make_administrator(None, cast.monteclaro, cast.head_post)
            cast.account_of(cast.carles).state = AccountState.INVITED
        elif other == "mandate":
            post_id = cast.assistance_post.id
            work.add(
                Administration(
                    agency_id=cast.monteclaro.id, post_id=post_id, accepted_at=clock.now()
                )
            )
    for answer in (ends(program, dorleta), program.ask("DELETE", f"/Users/{dorleta}")):
        assert answer.status_code == 403
        assert answer.json["detail"] == "Nadie más administra la intranet en la administración."
    assert account(app, email).state == AccountState.ACTIVE
    assert program.ask("GET", f"/Users/{dorleta}").status_code == 200


@pytest.mark.parametrize("is_deputy", [True, False])
def test_an_administrator_who_leaves_another_is_ended(app, cast, program, dorleta, is_deputy):
    with app.app_context(), unit_of_work():
        if is_deputy:
            [role] = administrations_of(cast.monteclaro.id)
            role.deputy_post_id = cast.head_post.id
        else:
            make_administrator(None, cast.monteclaro, cast.head_post)
    assert ends(program, dorleta).status_code == 204
    assert account(app, email_of(app, cast, cast.dorleta)).state == AccountState.DISABLED


def test_people_of_another_agency_are_not_there(app, cast, program, make_program):
    nora = program.brought(NORA, email=NORA)
    other = make_program(cast.altamar, cast.guillem)
    assert other.ask("GET", "/Users").json["totalResults"] == 0
    for method in ("GET", "DELETE"):
        assert other.ask(method, f"/Users/{nora}").status_code == 404
    assert ends(other, nora).status_code == 404
    assert other.found(f'id eq "{nora}" or userName pr') == []
    assert other.bring(NORA, email="other@altamar.example").status_code == 201, "a name of theirs"
