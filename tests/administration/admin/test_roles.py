"""The pages, REST and the log by role: each opens what is theirs, and nothing else exists."""

import csv
import hashlib
import io
import json
import re

import pytest

from intranet.administration.admin.sections import ACTS, act_for
from intranet.extensions import db
from intranet.organisation.accounts.models import AccountState
from intranet.organisation.accounts.operations.accounts import disable_account
from intranet.organisation.accounts.operations.recovering import (
    agencies_without_administrator,
    recover,
)
from intranet.organisation.agencies.operations.administrations import give_role
from intranet.organisation.agencies.queries import administrations_of
from intranet.organisation.agencies.roles import ROLES_FOR, AgencyRole
from intranet.platform.audit.chain import FIRST_HASH
from intranet.platform.audit.queries import AuditFilter, first_broken_number, lines
from intranet.platform.core.errors import Conflict

TOWN = "/admin/L01990012"
PAGES = {
    "units": "/units",
    "posts": "/posts",
    "functions": "/functions",
    "people": "/people",
    "appointments": "/appointments",
    "circulars": "/circulars",
    "showcase": "/showcase",
    "audit": "/audit",
    "administrators": "/administrators",
    "settings": "/settings",
    "worktime": "/worktime",
    "rules": "/rules",
    "groups": "/groups",
    "deliveries": "/deliveries",
}


@pytest.fixture
def officer(app, cast, client_of):
    """Xoel with a role, on a device of his."""

    def make(role):
        with app.app_context():
            give_role(None, cast.monteclaro, cast.architect_post, role)
        return client_of(cast.xoel)

    return make


@pytest.mark.slow
@pytest.mark.parametrize("role", AgencyRole)
def test_each_role_opens_its_sections_and_the_others_are_not_there(officer, role):
    client = officer(role)
    for section, path in PAGES.items():
        allowed = role in ROLES_FOR[act_for(section)]
        assert client.get(TOWN + path).status_code == (200 if allowed else 404), section
    assert client.get("/admin/import").status_code == (
        200 if role in ROLES_FOR[ACTS["imports"]] else 404
    )
    for section, path in {"units": "/units", "people": "/people", "audit": "/audit"}.items():
        answer = client.get(f"/api/v1/admin{path}?agency=L01990012")
        allowed = role in ROLES_FOR[act_for(section)]
        assert answer.status_code == (200 if allowed else 404), section


@pytest.mark.slow
@pytest.mark.parametrize(
    ("role", "place"),
    [
        (AgencyRole.PEOPLE, f"{TOWN}/units"),
        (AgencyRole.COMMUNICATION, f"{TOWN}/circulars"),
        (AgencyRole.MODERATOR, "/moderation"),
        (AgencyRole.AUDITOR, f"{TOWN}/audit"),
    ],
)
def test_a_role_begins_at_its_own_section_and_sees_only_links_that_open(officer, role, place):
    client = officer(role)
    assert client.get(TOWN).location.startswith(place)
    page = client.get(place).text
    for link in set(re.findall(rf'class="side-nav__link"\s+href="({TOWN}[^"]*)"', page)):
        assert client.get(link).status_code == 200, link


@pytest.mark.slow
def test_a_peoples_officer_closes_accounts_but_of_nobody_with_a_role_and_touches_no_secret(
    app, officer, cast
):
    client = officer(AgencyRole.PEOPLE)
    with app.app_context():
        give_role(None, cast.monteclaro, cast.head_of_procurement_post, AgencyRole.AUDITOR)
    for person, act in ((cast.nadia, "close"), (cast.ana, "password"), (cast.ana, "close")):
        client.submit(f"{TOWN}/people/{person.id}/account/{act}")
    with app.app_context():
        assert cast.account_of(cast.nadia).state == AccountState.ACTIVE
        assert cast.account_of(cast.ana).state == AccountState.DISABLED
        assert not lines(cast.monteclaro.id, AuditFilter(act="account.send_password_link"), limit=1)


@pytest.mark.slow
@pytest.mark.both
def test_an_auditors_reading_is_recorded_once_a_day(app, officer, cast):
    client = officer(AgencyRole.AUDITOR)
    for _again in range(3):
        client.get(f"{TOWN}/audit")
        client.get("/api/v1/admin/audit?agency=L01990012")
    with app.app_context():
        wanted = AuditFilter(act="audit.read", actor_id=cast.xoel.id)
        assert len(lines(cast.monteclaro.id, wanted, limit=9)) == 1


def test_an_administrators_reading_is_not(app, client_of, cast):
    client_of(cast.dorleta).get(f"{TOWN}/audit")
    with app.app_context():
        assert not lines(cast.monteclaro.id, AuditFilter(act="audit.read"), limit=1)


def test_the_export_holds_what_is_filtered_with_a_chain_that_can_be_verified(officer):
    client = officer(AgencyRole.AUDITOR)
    everything = client.submit(f"{TOWN}/audit/export?act=all", {"format": "json"})
    entries = json.loads(everything.text)
    assert everything.mimetype == "application/json"
    previous = FIRST_HASH
    for number, entry in enumerate(entries, 1):
        said = [entry["agency_id"], number, entry["at"], str(entry["actor_id"]), entry["act"]]
        said += [entry["subject_kind"], str(entry["subject_id"]), entry["detail"], previous]
        assert entry["previous_hash"] == previous
        previous = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
        assert entry["hash"] == previous
        assert entry["sentence"].endswith(".")
    assert entries[-1]["act"] == "audit.export"

    some = client.submit(f"{TOWN}/audit/export?act=roles&lang=en", {"format": "csv"})
    rows = list(csv.DictReader(io.StringIO(some.data.decode("utf-8-sig")), delimiter=";"))
    assert {row["act"] for row in rows} == {"administration.give", "role.give"}
    assert "gave a role to “Arquitecto/a municipal”" in rows[-1]["sentence"]
    assert rows[-1]["hash"]


def test_the_log_is_filtered_by_kind_and_by_what_it_is_about(client_of, cast):
    dorleta = client_of(cast.dorleta)

    def acts(query):
        sent = {"format": "json"}
        entries = json.loads(dorleta.submit(f"{TOWN}/audit/export?{query}", sent).text)
        return {entry["act"] for entry in entries}

    assert all(act.startswith(("unit", "post", "agency")) for act in acts("act=organisation"))
    of_post = acts("act=all&thing=Licencias")
    assert {"unit.create", "post.create", "appointment.create"} <= of_post
    assert acts("act=all&thing=zzz") == set()


@pytest.mark.slow
@pytest.mark.both
def test_the_operator_recovers_an_agency_and_every_chain_says_so(app_context, cast):
    with pytest.raises(Conflict):
        recover(cast.account_of(cast.ana), [cast.monteclaro], post_title="Administración")
    cast.account_of(cast.dorleta).state = AccountState.DISABLED
    db.session.commit()
    assert cast.monteclaro in agencies_without_administrator()

    agencies = [cast.monteclaro, cast.outeiro]
    recover(cast.account_of(cast.ana), agencies, post_title="Administración")

    for agency in agencies:
        assert cast.ana.administers(agency.id)
        assert lines(agency.id, AuditFilter(act="administration.recover"), limit=1)
        assert first_broken_number(agency.id) is None
        assert agency not in agencies_without_administrator()
    assert lines(None, AuditFilter(act="installation.recover"), limit=1)
    posts = {row.post_id for row in administrations_of(cast.monteclaro.id)}
    assert cast.officer_post.id in posts | {cast.head_of_licences_post.id}


@pytest.mark.both
def test_beside_an_administrator_who_can_sign_in_the_recovery_needs_a_reason(app, cast, mail):
    reason = "The account of Dorleta was taken over"
    mail()
    with app.app_context():
        account, town = cast.account_of(cast.ana), cast.monteclaro
        with pytest.raises(Conflict):
            recover(account, [town], post_title="Administración")
        recover(account, [town], post_title="Administración", beside=reason)

        assert cast.ana.administers(town.id)
        assert cast.dorleta.administers(town.id)
        for agency_id, act in ((town.id, "administration.recover"), (None, "installation.recover")):
            (line,) = lines(agency_id, AuditFilter(act=act), limit=2)
            assert line.detail["reason"] == reason
        assert first_broken_number(town.id) is None
    assert "dorleta@monteclaro.example" in {letter["To"] for letter in mail()}
    with app.app_context():
        disable_account(None, cast.account_of(cast.dorleta))
        assert cast.account_of(cast.dorleta).state == AccountState.DISABLED
