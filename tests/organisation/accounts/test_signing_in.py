from datetime import timedelta

import pytest
from sqlalchemy import func, select

from intranet.extensions import db
from intranet.organisation.accounts.access import cookie_name, identity_of_cookies
from intranet.organisation.accounts.credentials import Credential, lives
from intranet.organisation.accounts.models import Account, SignIn
from intranet.organisation.accounts.operations import signing_in
from intranet.organisation.accounts.operations.accounts import disable_account
from intranet.organisation.accounts.operations.sign_in_names import change_sign_in_names
from intranet.organisation.accounts.queries import IDLE_TIMEOUT, KEPT_IDLE_TIMEOUT
from intranet.organisation.people.models import Appointment
from intranet.platform.audit.models import AuditLine
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from tests.cast import PASSWORD
from tests.organisation.accounts.doors import cookie_of, give, is_signed_in


def test_email_and_password_open_the_door(client, cast):
    answer = give(client, "ana@monteclaro.example")

    assert answer.status_code == 303
    assert answer.location == "/"
    assert is_signed_in(client)
    assert "Ana Castro" in client.get("/me/settings").text


def test_an_email_is_known_in_capitals_and_with_spaces_around_it(client, cast):
    assert give(client, " Ana@Monteclaro.Example ").status_code == 303


def test_a_staff_number_with_the_agencys_handle_opens_the_door_too(app, client, cast):
    with app.app_context():
        account = cast.account_of(cast.ana)
        change_sign_in_names(None, account, email=None, staff_number="b-1204")

    assert give(client, "ana@monteclaro.example").status_code == 401
    assert give(client, "B-1204@altamar").status_code == 401
    assert give(client, "B-1204@monteclaro").status_code == 303


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("ana@monteclaro.example", "not the password"),
        ("nobody@monteclaro.example", "una frase larga y segura"),
        ("lara@monteclaro.example", "una frase larga y segura"),
        ("77@monteclaro", "una frase larga y segura"),
        ("' OR 1=1 --", "x"),
        ("*)(uid=*", "x"),
        ("%", "%"),
    ],
)
def test_whatever_is_wrong_the_answer_is_the_same(app, cast, name, password):
    expected = give(app.test_client(), "somebody@else.example", "anything")
    answer = give(app.test_client(), name, password)

    assert answer.status_code == expected.status_code == 401
    assert _plain(answer, name) == _plain(expected, "somebody@else.example")
    assert sorted(answer.headers.keys()) == sorted(expected.headers.keys())


def _plain(answer, name):
    """The page without the name that was typed and the form's token."""
    from markupsafe import escape

    text = answer.text.replace(str(escape(name)), "NAME")
    token = answer.text.split('name="csrf_token" value="')[1].split('"')[0]
    return text.replace(token, "TOKEN")


@pytest.mark.parametrize("missing", ["email", "password"])
def test_an_empty_field_is_answered_with_a_sentence_and_keeps_the_name(client, cast, missing):
    answer = client.submit(
        "/signin", {"email": "ana@monteclaro.example", "password": "x"} | {missing: ""}
    )

    assert answer.status_code == 422
    assert "Enter your e-mail" in answer.text or "Escrib" in answer.text
    assert ("ana@monteclaro.example" in answer.text) == (missing == "password")


@pytest.mark.parametrize("value", ["\0", "a" * 2_000, "ñ" * 300])
def test_odd_passwords_are_wrong_and_no_fault(client, cast, value):
    assert give(client, "ana@monteclaro.example", value).status_code in (401, 422)
    assert give(client, value, "x").status_code in (401, 422)


def test_next_leads_back_to_where_one_wanted_to_go(client, cast):
    page = client.get("/me/tokens?a=1")
    assert page.status_code == 303
    assert page.location == "/signin?next=/me/tokens%3Fa%3D1"

    assert 'value="/me/tokens?a=1"' in client.get(page.location).text
    answer = give(client, "ana@monteclaro.example", next="/me/tokens?a=1")
    assert answer.location == "/me/tokens?a=1"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "evil.example",
        "http:///evil.example",
        "/%0d%0aSet-Cookie:a=b\r\nX: y",
    ],
)
def test_next_never_leads_to_another_site(client, cast, target):
    page = client.get("/signin", query_string={"next": target})
    assert 'name="next" value="/"' in " ".join(page.text.split())
    assert give(client, "ana@monteclaro.example", next=target).location == "/"
    signed_in = client.get("/signin", query_string={"next": target})
    assert signed_in.location == "/"


def test_each_signing_in_makes_a_new_secret_and_ends_the_earlier_one(app, client, cast):
    give(client, "ana@monteclaro.example")
    first = cookie_of(client).value
    give(client, "ana@monteclaro.example")

    assert cookie_of(client).value != first
    copied = app.test_client()
    copied.set_cookie("sign_in", first)
    assert not is_signed_in(copied)
    assert is_signed_in(client)


def test_a_cookie_planted_before_signing_in_is_worth_nothing(app, client, cast):
    client.set_cookie("sign_in", "planted-by-somebody")
    give(client, "ana@monteclaro.example")

    planted = app.test_client()
    planted.set_cookie("sign_in", "planted-by-somebody")
    assert not is_signed_in(planted)


def test_signing_out_kills_the_copied_cookie(app, client, cast):
    give(client, "ana@monteclaro.example")
    copied = app.test_client()
    copied.set_cookie("sign_in", cookie_of(client).value)
    assert is_signed_in(copied)

    answer = client.submit("/signout")

    assert answer.location == "/signin"
    assert cookie_of(client) is None
    assert not is_signed_in(client)
    assert not is_signed_in(copied)


def test_signing_out_twice_leads_to_the_sign_in_page(client, cast):
    assert client.submit("/signout").location == "/signin"


def test_signing_out_needs_a_post(client_of, cast):
    client = client_of(cast.ana)

    assert client.get("/signout").status_code == 405
    assert is_signed_in(client)


@pytest.mark.both
def test_the_database_holds_no_secret_that_the_cookie_holds(app, client, cast):
    give(client, "ana@monteclaro.example")
    secret = cookie_of(client).value

    with app.app_context():
        row = db.session.scalars(select(SignIn)).one()
        assert secret not in (row.token_hash, row.device, str(row.id))
        assert len(secret) >= 43


def test_only_keep_me_signed_in_outlives_the_browser(app, cast):
    once, kept = app.test_client(), app.test_client()
    give(once, "ana@monteclaro.example")
    give(kept, "ana@monteclaro.example", keep="1")

    assert cookie_of(once).max_age is None
    assert cookie_of(kept).max_age == pytest.approx(signing_in.KEPT_LIFETIME.total_seconds(), abs=5)


@pytest.mark.parametrize(("keep", "idle"), [("", IDLE_TIMEOUT), ("1", KEPT_IDLE_TIMEOUT)])
def test_a_sign_in_that_nobody_uses_ends(app, cast, keep, idle):
    client = app.test_client()
    start = clock.now()
    with clock.freeze(start):
        give(client, "ana@monteclaro.example", keep=keep)
    with clock.freeze(start + idle - timedelta(minutes=1)):
        assert is_signed_in(client)
    with clock.freeze(start + idle * 2 - timedelta(minutes=2)):
        assert is_signed_in(client)
    with clock.freeze(start + idle * 3):
        assert not is_signed_in(client)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("keep", "lasts"), [("", signing_in.LIFETIME), ("1", signing_in.KEPT_LIFETIME)]
)
def test_a_sign_in_ends_at_last_however_much_it_is_used(app, cast, keep, lasts):
    client = app.test_client()
    start = clock.now()
    with clock.freeze(start):
        give(client, "ana@monteclaro.example", keep=keep)
    day = timedelta(hours=20)
    moment = start + day
    while moment < start + lasts:
        with clock.freeze(moment):
            assert client.get("/me/password").status_code == 200
        moment += day
    with clock.freeze(start + lasts + timedelta(seconds=1)):
        assert not is_signed_in(client)


def test_the_last_use_is_written_at_most_every_five_minutes(app, client, cast):
    start = clock.now()
    with clock.freeze(start):
        give(client, "ana@monteclaro.example")
    for minutes, expected in ((4, 0), (6, 6), (10, 6), (12, 12)):
        with clock.freeze(start + timedelta(minutes=minutes)):
            assert is_signed_in(client)
        with app.app_context():
            row = db.session.scalars(select(SignIn)).one()
            assert row.last_used_at == start + timedelta(minutes=expected)


@pytest.mark.slow
@pytest.mark.both
def test_of_many_sign_ins_the_oldest_end_and_leave_a_line(app, cast):
    start = clock.now()
    clients = [app.test_client() for _place in range(signing_in.MAX_SIGN_INS + 2)]
    for number, client in enumerate(clients):
        with clock.freeze(start + timedelta(seconds=number)):
            give(client, "ana@monteclaro.example")

    with clock.freeze(start + timedelta(minutes=1)):
        assert [is_signed_in(client) for client in clients] == [False] * 2 + [
            True
        ] * signing_in.MAX_SIGN_INS
    with app.app_context():
        alive = select(func.count(SignIn.id)).where(SignIn.ended_at.is_(None))
        assert db.session.scalar(alive) == signing_in.MAX_SIGN_INS
        lines = select(AuditLine).where(AuditLine.act == "sign_in.displace")
        assert len(db.session.scalars(lines).all()) == 2


def test_who_is_disabled_is_out_at_once(app, client, cast):
    give(client, "ana@monteclaro.example")
    with app.app_context():
        sign_in_id = db.session.scalars(select(SignIn.id)).one()
        assert lives(Credential(SignIn, sign_in_id))
        disable_account(cast.dorleta, cast.account_of(cast.ana))
        assert not lives(Credential(SignIn, sign_in_id))

    assert not is_signed_in(client)
    assert give(client, "ana@monteclaro.example").status_code == 401


@pytest.mark.both
def test_who_lost_the_last_post_signs_in_for_thirty_days(app, client, cast):
    with app.app_context():
        ended = db.session.scalar(
            select(Appointment.until).where(Appointment.person_id == cast.eloi.id)
        )
        assert ended is not None
        with unit_of_work() as work:
            account = cast.account_of(cast.eloi)
            account.created_at = ended - timedelta(days=900)
            work.add(account)
    with clock.freeze(ended + timedelta(days=29)):
        assert give(client, "eloi@monteclaro.example").status_code == 303
        assert is_signed_in(client)
    with clock.freeze(ended + timedelta(days=30, seconds=1)):
        assert not is_signed_in(client)
        assert give(client, "eloi@monteclaro.example").status_code == 401


def test_finding_out_who_asks_takes_one_query(app, client, cast, statements):
    give(client, "ana@monteclaro.example")
    with app.app_context(), statements() as seen:
        name = cookie_name()
        identity = identity_of_cookies({name: client.get_cookie(name).value})
        assert identity is not None
        assert identity.person.name == "Ana Castro"
    assert len(seen) == 1


def test_pages_come_in_the_accounts_language_and_zone(app, client_of, cast):
    client = client_of(cast.ana)
    with app.app_context(), unit_of_work() as work:
        account = db.session.scalars(select(Account).where(Account.person_id == cast.ana.id)).one()
        account.locale = "gl"
        work.add(account)

    assert '<html lang="gl"' in client.get("/me/settings").text
    assert '<html lang="eu"' in client.get("/me/settings?lang=eu").text
    assert '<html lang="gl"' in client.get("/me/settings").text


def test_the_language_menu_keeps_the_choice_with_the_account(client_of, cast):
    client = client_of(cast.ana)

    answer = client.submit("/language", {"lang": "ca", "next": "/me/password"})

    assert answer.location == "/me/password"
    assert '<html lang="ca"' in client.get("/me/password").text
    assert client.get_cookie("lang") is None


def test_the_language_menu_keeps_the_choice_in_a_cookie_for_who_is_not_signed_in(client):
    client.submit("/language", {"lang": "eu", "next": "/signin"})
    assert '<html lang="eu"' in client.get("/signin").text

    client.submit("/language", {"lang": "xx", "next": "//evil.example"})
    assert '<html lang="eu"' in client.get("/signin").text


def test_a_hash_of_weaker_settings_is_renewed_when_its_owner_signs_in(app, client, cast):
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    with app.app_context(), unit_of_work() as work:
        account = cast.account_of(cast.ana)
        account.password_hash = weak
        work.add(account)

    assert give(client, "ana@monteclaro.example").status_code == 303

    with app.app_context():
        stored = cast.account_of(cast.ana).password_hash
        assert stored != weak
        assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert give(app.test_client(), "ana@monteclaro.example").status_code == 303
