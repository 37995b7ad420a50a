"""Guessing is slowed; nobody who belongs here is shut out by it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from statistics import median
from time import thread_time

import pytest
from sqlalchemy import func, select

from intranet.app import create_app
from intranet.extensions import db
from intranet.organisation.accounts import sign_in_throttle
from intranet.organisation.accounts.models import Failure
from intranet.organisation.accounts.passwords import Hashings
from intranet.platform.core import clock
from intranet.platform.core.errors import TooMany
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.core.web import settings_of
from tests.cast import PASSWORD, Browser
from tests.conftest import close
from tests.organisation.accounts.doors import HOME, give

ROUNDS, TRIES = 8, 30
ANA = "ana@monteclaro.example"
ELSEWHERE = "198.51.100.23"


def guess(app, times, name=ANA, **more):
    """Give a wrong password, each time from a browser that is not known."""
    return [give(app.test_client(), name, "a wrong one", **more).status_code for _ in range(times)]


def fail_elsewhere(app, times):
    """Let Ana's name be guessed at, each time from another address."""
    with app.app_context(), unit_of_work():
        for number in range(times):
            assert _fails(ANA, f"192.0.2.{number}")


@pytest.mark.slow
def test_after_five_wrong_tries_each_further_one_waits(app, cast):
    assert guess(app, 5) == [401] * 5

    answer = give(app.test_client(), ANA, "a wrong one")

    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 16
    assert "Too many attempts" in answer.text or "intent" in answer.text.lower()
    assert give(app.test_client(), ANA).status_code == 429


@pytest.mark.slow
@pytest.mark.both
def test_the_wait_doubles_up_to_a_quarter_of_an_hour(app, cast):
    now = clock.now()
    waits = []
    with clock.freeze(now):
        guess(app, 5)
    for _more in range(9):
        with clock.freeze(now):
            answer = give(app.test_client(), ANA, "a wrong one")
            waits.append(int(answer.headers["Retry-After"]))
        now += timedelta(seconds=waits[-1])
        with clock.freeze(now):
            assert guess(app, 1) == [401]

    assert waits == [16, 31, 61, 121, 241, 481, 901, 901, 901]


@pytest.mark.slow
def test_after_the_wait_the_right_password_opens_the_door(app, cast):
    now = clock.now()
    with clock.freeze(now):
        guess(app, 5)
        assert give(app.test_client(), ANA).status_code == 429
    with clock.freeze(now + timedelta(seconds=16)):
        assert give(app.test_client(), ANA).status_code == 303
        assert guess(app, 4) == [401] * 4


@pytest.mark.slow
def test_names_that_do_not_exist_are_slowed_alike(app, cast):
    now = clock.now()
    with clock.freeze(now):
        known = guess(app, 7)
        unknown = guess(app, 7, name="nobody@monteclaro.example")
        disabled = guess(app, 7, name="lara@monteclaro.example")

    assert known == unknown == disabled == [401] * 5 + [429] * 2


def test_what_others_do_to_a_name_shuts_nobody_out_elsewhere(app, cast):
    fail_elsewhere(app, 60)

    assert give(app.test_client(), ANA, address=ELSEWHERE).status_code == 303


def test_a_name_that_is_guessed_at_from_many_places_gives_each_place_one_try(app, cast):
    fail_elsewhere(app, sign_in_throttle.NAME_LIMIT)

    assert guess(app, 2, address=ELSEWHERE) == [401, 429]


@pytest.mark.slow
def test_a_device_that_has_signed_in_before_is_not_slowed_by_others_beside_it(app, cast):
    known = app.test_client()
    give(known, ANA)
    known.submit("/signout")
    guess(app, 6)

    assert give(app.test_client(), ANA).status_code == 429
    assert give(known, ANA).status_code == 303


@pytest.mark.slow
def test_a_known_device_is_slowed_by_its_own_wrong_tries(app, cast):
    known = app.test_client()
    give(known, ANA)
    known.submit("/signout")

    assert [give(known, ANA, "wrong").status_code for _ in range(6)] == [401] * 5 + [429]


@pytest.mark.slow
def test_a_device_known_for_one_account_is_not_known_for_another(app, cast):
    known = app.test_client()
    give(known, ANA)
    known.submit("/signout")
    guess(app, 5, name="carles@monteclaro.example")

    assert give(known, "carles@monteclaro.example").status_code == 429


@pytest.mark.slow
def test_a_forged_mark_of_a_known_device_is_ignored(app, cast):
    guess(app, 5)
    client = app.test_client()
    client.set_cookie("device", "WyJhIixbImIiXV0.forged")

    assert give(client, ANA).status_code == 429


@pytest.mark.slow
def test_counts_outlive_a_restart(app, cast):
    guess(app, 5)
    again = create_app(settings_of(app))
    again.test_client_class = Browser

    assert give(again.test_client(), ANA).status_code == 429
    close(again)


@pytest.mark.slow
def test_two_hundred_sign_ins_from_one_address_are_slowed_whatever_the_names(app, cast):
    now = clock.now()
    with app.app_context(), clock.freeze(now):
        refused = sum(not _fails(f"name{number}@x.example", "192.0.2.1") for number in range(200))
        assert refused == 200 - sign_in_throttle.ADDRESS_LIMIT

        assert _fails("name@x.example", ELSEWHERE)
    with app.app_context(), clock.freeze(now + timedelta(minutes=11)):
        assert _fails("another@x.example", "192.0.2.1")


@pytest.mark.slow
def test_who_signed_in_there_before_gets_in_while_others_guess_from_the_same_address(app, cast):
    known = app.test_client()
    give(known, ANA)
    known.submit("/signout")
    now = clock.now()
    with clock.freeze(now):
        _fill(app, "203.0.113.7")
        assert give(app.test_client(), "carles@monteclaro.example").status_code == 429
        assert give(known, ANA).status_code == 303


@pytest.mark.slow
def test_who_comes_with_a_new_device_gets_in_where_a_hundred_others_failed(app, cast):
    """A town hall behind one address: nobody there is shut out by what one of them does."""
    now = clock.now()
    with clock.freeze(now):
        _fill(app, "203.0.113.7")
        assert sign_in_throttle.ADDRESS_LIMIT == 100
    for number, name in enumerate(("carles", "xoel", "rosa"), 1):
        with clock.freeze(now + number * sign_in_throttle.FULL_ADDRESS_INTERVAL):
            assert give(app.test_client(), f"{name}@monteclaro.example").status_code == 303
    # Who guesses there has one try of each name, and together two a second.
    with clock.freeze(now + timedelta(seconds=5)):
        assert guess(app, 2) == [401, 429]
    with clock.freeze(now + timedelta(seconds=5.5)):
        assert guess(app, 1) == [429]
        assert guess(app, 2, "nobody@monteclaro.example") == [401, 429]
    with clock.freeze(now + timedelta(minutes=1)):
        assert guess(app, 1) == [401]


def _fill(app, address):
    """Let so many sign-ins fail at an address that it is full."""
    with app.app_context(), unit_of_work():
        for number in range(sign_in_throttle.ADDRESS_LIMIT):
            _fails(f"name{number}@x.example", address)


@pytest.mark.slow
@pytest.mark.both
def test_six_hundred_colleagues_behind_one_address_get_in_though_each_mistypes_once(app_context):
    with unit_of_work():  # one transaction, for the test to be quick
        for number in range(600):
            assert _fails(f"colleague{number}@town.example", "203.0.113.7")
            tried = sign_in_throttle.attempt(f"colleague{number}@town.example", "203.0.113.7")
            sign_in_throttle.begin(tried)
            sign_in_throttle.succeed(tried)

    assert db.session.scalar(select(func.count(Failure.key)).where(Failure.count > 0)) == 0


def _fails(name, address):
    """Whether a try with a wrong password is looked at, and not refused."""
    tried = sign_in_throttle.attempt(name, address)
    try:
        sign_in_throttle.begin(tried)
    except TooMany:
        return False
    sign_in_throttle.fail(tried)
    return True


@pytest.mark.slow
def test_parallel_guesses_count_like_guesses_in_a_row(app, cast):
    with ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(lambda _number: guess(app, 1)[0], range(24)))

    assert sorted(set(statuses)) == [401, 429]
    assert statuses.count(401) == sign_in_throttle.FREE_TRIES


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
    ],
)
def test_an_address_stands_for_one_customer(app_context, one, other, same):
    places = [sign_in_throttle.attempt(ANA, address).address for address in (one, other)]
    assert (places[0] == places[1]) is same


@pytest.mark.both
def test_counts_hold_neither_names_nor_addresses(app, cast):
    guess(app, 1)
    with app.app_context():
        keys = db.session.scalars(select(Failure.key)).all()
    assert len(keys) == 3
    assert all(len(key) == 64 and set(key) <= set("0123456789abcdef") for key in keys)


def test_old_counts_are_forgotten(app, cast):
    guess(app, 1)
    with app.app_context():
        assert sign_in_throttle.forget_old() == 0
        with clock.freeze(clock.now() + timedelta(hours=3)):
            assert sign_in_throttle.forget_old() == 3


CASES = {
    "wrong password": (ANA, "not the password"),
    "unknown name": ("nobody@monteclaro.example", PASSWORD),
    "disabled account": ("lara@monteclaro.example", PASSWORD),
}


@pytest.mark.parametrize("case", CASES)
def test_each_refusal_compares_one_password(app, cast, case):
    guess(app, 1, name="warm@up.example")
    before = Hashings.count
    assert give(app.test_client(), *CASES[case]).status_code == 401
    assert Hashings.count == before + 1


@pytest.mark.slow
def test_each_refusal_takes_as_long(app, cast):
    """Medians of interleaved tries; a difference that is there is there in each round."""
    client = app.test_client()
    token = client.token()
    number = 0
    for _round in range(ROUNDS):
        seconds: dict[str, list[float]] = {case: [] for case in CASES}
        for _try in range(TRIES):
            for case, (name, password) in CASES.items():
                number += 1
                address = f"192.0.{number // 250}.{number % 250}"
                data = {"email": name, "password": password, "csrf_token": token}
                began = thread_time()  # Argon2's work is done on this thread
                answer = client.post(
                    "/signin", data=data, environ_overrides={"REMOTE_ADDR": address}
                )
                seconds[case].append(thread_time() - began)
                assert answer.status_code == 401
        medians = [median(times) for times in seconds.values()]
        if max(medians) <= min(medians) * 1.05:
            return
    raise AssertionError({case: median(times) for case, times in seconds.items()})


@pytest.mark.both
def test_a_network_leaves_for_providers_in_a_crowd_and_then_one_by_one(app, monkeypatch):
    monkeypatch.setattr(sign_in_throttle, "DEPARTURE_LIMIT", 3)
    with app.app_context():
        for _colleague in range(3):
            sign_in_throttle.count_departure(HOME)
        with pytest.raises(TooMany):
            sign_in_throttle.count_departure(HOME)
        sign_in_throttle.count_departure("198.51.100.9")
        with clock.freeze(clock.now() + timedelta(seconds=1)):
            sign_in_throttle.count_departure(HOME)
