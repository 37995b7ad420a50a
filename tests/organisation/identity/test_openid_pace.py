"""What a sign-in by a provider costs of our own, without waiting for the provider."""

from urllib.parse import urlencode

import pytest

from tests.organisation.accounts.doors import is_signed_in
from tests.organisation.identity import forger as forgery
from tests.organisation.identity.helpers import come_back, onward, set_up
from tests.pace import reckoned_alone

LIMIT_SECONDS = 0.030
ROUNDS = 15


@pytest.mark.slow
def test_a_sign_in_adds_at_most_thirty_milliseconds_of_our_own(app, cast, client, domain):
    """Counted is what this thread's processor works: the provider answers in another one.

    It works the same at each round, and what others do on the core can only add to it.
    """
    with forgery.forging() as forger:
        set_up(app, cast, forger.issuer, signs_out_there=False)

        def sign_in():
            page = client.get("/signin/with/monteclaro")
            come_back(client, f"/signin/oidc/monteclaro?{urlencode(forger.asked(onward(page)))}")

        taken = []
        for _round in range(ROUNDS):
            taken.append(reckoned_alone(sign_in)[1])
            assert is_signed_in(client)
            client.submit("/signout", {})
    assert min(taken) < LIMIT_SECONDS, sorted(taken)
