"""A provider as the only way: passwords are refused, and the answer tells nothing of accounts."""

import re

import pytest

from intranet.organisation.accounts.operations.sign_in_names import change_sign_in_names
from tests.cast import PASSWORD
from tests.organisation.accounts.doors import give, invite, is_signed_in, link_in
from tests.organisation.identity.helpers import set_up


@pytest.fixture
def only(app, cast, certified, domain):
    """Monteclaro's provider is the only way for its people."""
    return set_up(app, cast, certified, is_only_way=True)


def told(app, name, password):
    """Status and page, without what is typed and drawn."""
    answer = give(app.test_client(), name, password)
    text = re.sub(r'csrf[-_]token"\s+\w+="[^"]*|"X-CSRF-Token": "[^"]*', "", answer.text)
    return answer.status_code, text.replace(name, "NAME")


@pytest.mark.both
def test_a_right_password_is_answered_like_a_wrong_one_and_an_unknown_name(app, cast, only):
    right = told(app, "ana@monteclaro.example", PASSWORD)

    assert right[0] == 401
    assert "/signin/with/monteclaro" in right[1]
    assert right == told(app, "ana@monteclaro.example", "wrong")
    assert right == told(app, "nobody@monteclaro.example", "wrong")


@pytest.mark.slow
def test_right_passwords_are_counted_like_wrong_ones(app, cast, only):
    client = app.test_client()
    statuses = [give(client, "ana@monteclaro.example").status_code for _try in range(7)]

    assert statuses == [401] * 5 + [429, 429]


def test_administrators_keep_their_password(client, cast, only):
    assert give(client, "dorleta@monteclaro.example").status_code == 303
    assert is_signed_in(client)


def test_people_of_other_agencies_and_without_a_mailbox_keep_theirs(app, cast, only):
    with app.app_context():
        change_sign_in_names(None, cast.account_of(cast.ana), email=None, staff_number="b-1204")

    assert give(app.test_client(), "elna@altamar.example").status_code == 303
    assert give(app.test_client(), "B-1204@monteclaro").status_code == 303


def test_a_staff_number_is_no_way_around(app, cast, only):
    with app.app_context():
        change_sign_in_names(
            None,
            cast.account_of(cast.ana),
            email="ana@monteclaro.example",
            staff_number="b-1204",
        )

    right = told(app, "B-1204@monteclaro", PASSWORD)
    assert right[0] == 401
    assert right == told(app, "B-9999@monteclaro", PASSWORD)


def test_an_unknown_domain_is_told_what_to_do_and_nothing_else(app, cast, only):
    answers = {
        app.test_client().submit("/signin/with", {"email": f"{name}@altamar.example"}).status_code
        for name in ("elna", "nobody")
    }
    assert answers == {404}
    for name in ("ana", "nobody"):
        answer = app.test_client().submit("/signin/with", {"email": f"{name}@monteclaro.example"})
        assert answer.status_code == 303
        assert answer.location.startswith("/signin/with/monteclaro")


def test_an_invitation_leads_to_the_provider(app, cast, only, mail):
    invite(app, cast)
    (letter,) = [each for each in mail() if "sabela@" in each["To"]]
    path = link_in(letter)
    client = app.test_client()

    assert client.get(path).location == "/signin/with/monteclaro"
    answer = client.submit(path, {"password": "una frase larga y segura"})
    assert answer.location == "/signin/with/monteclaro"
    assert not is_signed_in(client)
