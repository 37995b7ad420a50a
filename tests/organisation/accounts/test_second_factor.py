"""The second step: codes once, recovery codes once, and no way around."""

import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts import second_factor
from intranet.organisation.accounts.models import RecoveryCode, SensitiveChange
from intranet.organisation.accounts.operations.second_factors import reset_second_factor
from intranet.organisation.accounts.operations.sensitive_changes import apply_due, approve
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden
from tests.cast import PASSWORD
from tests.letters import text_of
from tests.organisation.accounts.doors import cookie_of, give, is_signed_in

ANA = "ana@monteclaro.example"
STEP = timedelta(seconds=30)


def set_up(client, password=PASSWORD):
    """Set up the second step as its owner does; give the app on the phone and the codes."""
    client.submit("/me/second-factor", {"password": password})
    page = client.get("/me/second-factor").text
    phone = pyotp.TOTP(re.findall(r'class="key">([^<]+)<', page)[0].replace(" ", ""))
    done = client.submit("/me/second-factor/confirm", {"code": phone.at(clock.now())})
    assert done.status_code == 200, done.text
    return phone, re.findall(r"<code>([A-Z0-9]{5}-[A-Z0-9]{5})</code>", done.text)


def give_code(client, code):
    return client.submit("/signin/code", {"code": code})


@pytest.fixture
def protected(app, client_of, cast):
    """Ana's phone and recovery codes; she set them up a minute ago."""
    with clock.freeze(clock.now() - 4 * STEP):
        return set_up(client_of(cast.ana))


def test_the_password_alone_opens_nothing_any_more(app, client, cast, protected):
    phone, _codes = protected

    answer = give(client, ANA)
    assert answer.location.startswith("/signin/code")
    assert cookie_of(client) is None
    assert not is_signed_in(client)
    done = give_code(client, phone.at(clock.now()))

    assert done.location == "/"
    assert is_signed_in(client)


@pytest.mark.both
def test_next_and_keep_survive_the_second_step(client, cast, protected):
    phone, _codes = protected
    answer = give(client, ANA, keep="1", next="/me/tokens")
    page = client.get(answer.location).text
    fields = dict(re.findall(r'name="(next|keep)"\s+value="([^"]*)"', page))
    assert fields == {"next": "/me/tokens", "keep": "1"}

    done = client.submit("/signin/code", {**fields, "code": phone.at(clock.now())})
    assert done.location == "/me/tokens"
    assert cookie_of(client).max_age is not None


def test_a_code_is_good_once(app, cast, protected):
    phone, _codes = protected
    now = clock.now()
    with clock.freeze(now):
        first, second = app.test_client(), app.test_client()
        for client in (first, second):
            give(client, ANA)
        assert give_code(first, phone.at(now)).status_code == 303
        assert give_code(second, phone.at(now)).status_code == 401
        assert give_code(second, phone.at(now - STEP)).status_code == 401
    with clock.freeze(now + STEP):
        assert give_code(second, phone.at(now + STEP)).status_code == 303


def test_the_code_that_confirmed_the_setup_does_not_sign_in(app, client_of, cast):
    now = clock.now()
    with clock.freeze(now):
        phone, _codes = set_up(client_of(cast.ana))
        client = app.test_client()
        give(client, ANA)
        assert give_code(client, phone.at(now)).status_code == 401


@pytest.mark.parametrize(("steps", "status"), [(-2, 401), (-1, 303), (0, 303), (1, 303), (2, 401)])
def test_a_clock_may_be_off_by_one_step(client, cast, protected, steps, status):
    phone, _codes = protected
    now = clock.now()
    with clock.freeze(now):
        give(client, ANA)
        assert give_code(client, phone.at(now + steps * STEP)).status_code == status


@pytest.mark.both
def test_a_recovery_code_opens_once(app, cast, protected):
    _phone, codes = protected
    assert len(set(codes)) == second_factor.RECOVERY_CODE_COUNT
    first, second = app.test_client(), app.test_client()
    for client in (first, second):
        give(client, ANA)

    assert give_code(first, codes[3].lower().replace("-", " ")).status_code == 303
    assert give_code(second, codes[3]).status_code == 401
    assert give_code(second, codes[4]).status_code == 303


@pytest.mark.both
def test_recovery_codes_are_shown_once_and_stored_as_hashes(app, client_of, cast, protected):
    _phone, codes = protected
    page = client_of(cast.ana).get("/me/second-factor").text
    with app.app_context():
        stored = [row.code_hash for row in db.session.scalars(select(RecoveryCode))]

    assert len(stored) == second_factor.RECOVERY_CODE_COUNT
    for code in codes:
        assert code not in page
        assert code not in str(stored)
        assert code.replace("-", "") not in str(stored)


def test_another_persons_recovery_code_is_worth_nothing(app, client_of, client, cast, protected):
    with clock.freeze(clock.now() - 4 * STEP):
        _phone, codes_of_carles = set_up(client_of(cast.carles))
    give(client, ANA)
    assert give_code(client, codes_of_carles[0]).status_code == 401


@pytest.mark.both
def test_new_recovery_codes_replace_the_earlier_ones(app, client_of, cast, protected):
    _phone, codes = protected
    page = client_of(cast.ana).submit("/me/second-factor/codes", {"password": PASSWORD}).text
    renewed = re.findall(r"<code>([A-Z0-9]{5}-[A-Z0-9]{5})</code>", page)
    client = app.test_client()
    give(client, ANA)

    assert len(renewed) == second_factor.RECOVERY_CODE_COUNT
    assert give_code(client, codes[0]).status_code == 401
    assert give_code(client, renewed[0]).status_code == 303


@pytest.mark.slow
def test_codes_can_be_guessed_five_times(app, cast, protected):
    phone, codes = protected
    now = clock.now()
    with clock.freeze(now):
        statuses = []
        for _try in range(6):
            client = app.test_client()
            give(client, ANA)
            statuses.append(give_code(client, "000000").status_code)
        assert statuses == [401] * 5 + [429]
        refused = give_code(client, phone.at(now))
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) > 0
        assert give_code(client, codes[0]).status_code == 429


@pytest.mark.parametrize("code", ["", " ", "12345", "abcdef", "١٢٣٤٥٦", "0" * 41, "\0", "None"])
def test_odd_codes_are_wrong_and_no_fault(client, cast, protected, code):
    give(client, ANA)
    assert give_code(client, code).status_code == 401


def test_the_second_step_needs_the_first(client, cast, protected):
    phone, _codes = protected

    assert client.get("/signin/code").location == "/signin"
    assert give_code(client, phone.at(clock.now())).location == "/signin"
    client.set_cookie("second_step", "made up")
    assert give_code(client, phone.at(clock.now())).location == "/signin"
    assert not is_signed_in(client)


def test_the_second_step_waits_ten_minutes(client, cast, protected):
    phone, _codes = protected
    give(client, ANA)
    later = clock.now() + timedelta(minutes=11)
    with clock.freeze(later):
        assert give_code(client, phone.at(later)).location == "/signin"


@pytest.mark.both
def test_the_second_steps_secret_signs_in_once(app, client, cast, protected):
    phone, _codes = protected
    now = clock.now()
    give(client, ANA)
    secret = cookie_of(client, "second_step").value
    give_code(client, phone.at(now))

    copied = app.test_client()
    copied.set_cookie("second_step", secret)
    with clock.freeze(now + STEP):
        assert give_code(copied, phone.at(now + STEP)).location == "/signin"


def test_a_new_password_by_mail_does_not_go_around_the_second_step(
    app, client, cast, mail, protected
):
    mail()
    client.submit("/forgotten", {"email": ANA})
    (link,) = re.findall(r"http://[^/\s]+(/reset/\S+)", text_of(mail()[0]))
    client.submit(link, {"password": "lluvia sobre el tejado"})

    assert not is_signed_in(client)
    assert give(client, ANA, "lluvia sobre el tejado").location.startswith("/signin/code")


def test_setting_up_asks_for_the_password_and_for_a_right_code(client_of, cast):
    client = client_of(cast.ana)
    wrong = client.submit("/me/second-factor", {"password": "wrong"})
    assert wrong.status_code == 422
    assert "data:image/png" not in wrong.text

    client.submit("/me/second-factor", {"password": PASSWORD})
    page = client.get("/me/second-factor").text
    assert "data:image/png;base64," in page
    assert "otpauth:" not in page
    assert client.submit("/me/second-factor/confirm", {"code": "000000"}).status_code == 422
    assert give(client, ANA).location == "/"


def test_what_the_picture_says_is_what_the_app_needs(app_context, cast):
    account = cast.account_of(cast.ana)
    address = second_factor.address_for_app(account, second_factor.new_seed())
    read = pyotp.parse_uri(address)

    assert read.name == ANA
    assert read.issuer == "Intranet"
    assert second_factor.picture(address).startswith(b"\x89PNG")


def test_the_database_alone_does_not_give_the_secret(app, client_of, cast):
    client = client_of(cast.ana)
    phone, _codes = set_up(client)
    with app.app_context():
        account = cast.account_of(cast.ana)
        assert account.totp_secret not in (None, phone.secret)
        assert phone.secret not in account.totp_secret


@pytest.mark.both
def test_taking_it_away_asks_for_the_password_and_tells_by_mail(
    app, client_of, cast, mail, protected
):
    mail()
    client = client_of(cast.ana)
    assert client.submit("/me/second-factor/remove", {"password": "wrong"}).status_code == 422
    assert client.submit("/me/second-factor/remove", {"password": PASSWORD}).status_code == 303

    assert [letter["To"] for letter in mail()] == [ANA]
    assert give(app.test_client(), ANA).location == "/"


@pytest.mark.both
def test_two_people_take_it_away_for_who_lost_the_phone(app, client_of, cast, protected):
    ana = client_of(cast.ana)
    with app.app_context():
        account = cast.account_of(cast.ana)
        with pytest.raises(Forbidden):
            reset_second_factor(cast.guillem, account)
        change = reset_second_factor(cast.dorleta, account)
    assert is_signed_in(ana)
    with app.app_context():
        approve(None, db.session.get_one(SensitiveChange, change.id))
    assert is_signed_in(ana)
    with clock.freeze(clock.now() + timedelta(hours=25)), app.app_context():
        apply_due()

    assert not is_signed_in(ana)
    assert give(app.test_client(), ANA).location == "/"
