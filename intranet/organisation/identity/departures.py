"""People on the way to a provider: why they left, in which browser, and where they go on.

The question is kept in the database and answered once. The browser carries a secret of its own, so
that an answer which is brought in by another browser is refused. Leaving answers 200 with a link
that opens by itself: after a form, `form-action 'self'` would stop a redirect to another site.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from intranet.organisation.accounts.access import current_identity
from intranet.organisation.accounts.operations import one_uses
from intranet.organisation.accounts.random_secrets import hash_of, new_secret
from intranet.organisation.accounts.sign_in_throttle import count_departure
from intranet.organisation.identity.models import Provider
from intranet.organisation.identity.ways import Purpose
from intranet.platform.core.cookies import read_cookie, set_cookie
from intranet.platform.core.web import POLICY

COOKIE = "departure"
PURPOSE = "departure"
# A provider that is posted to may send the browser on to hosts that only it knows.
POSTING = POLICY.replace("form-action 'self'", "form-action https: http:")


@dataclass(frozen=True, kw_only=True)
class Departure:
    """A question to a provider. `kept` is what its way needs to understand the answer."""

    provider_id: str
    purpose: Purpose
    target: str
    version: int
    browser: str
    sign_in_id: str | None = None
    kept: Mapping[str, Any] = field(default_factory=dict)


def leave(
    provider: Provider,
    purpose: Purpose,
    target: str,
    address: str,
    state: str,
    *,
    fields: Mapping[str, str] | None = None,
    **kept: Any,
) -> ResponseReturnValue:
    """Remember why somebody leaves for a provider, and send their browser to it.

    Args:
        target: the address of this site to go on to afterwards.
        address: the address of the provider.
        state: the secret with which the answer comes back.
        fields: what to post to that address, where it does not take a link.
        kept: what the way needs to understand the answer, as JSON.

    Raises:
        TooMany: very many left from this network just now.
    """
    identity = current_identity()
    if identity is None:
        count_departure(request.remote_addr or "")
    browser = read_cookie(COOKIE) or new_secret()
    departure = Departure(
        provider_id=str(provider.id),
        purpose=purpose,
        target=target,
        version=provider.version,
        browser=hash_of(browser),
        sign_in_id=str(identity.sign_in_id) if identity and identity.sign_in_id else None,
        kept=kept,
    )
    one_uses.begin(PURPOSE, asdict(departure), state)
    response = make_response(onward(address, provider.name, fields))
    if fields:
        response.headers["Content-Security-Policy"] = POSTING
    set_cookie(response, COOKIE, browser, one_uses.LIFETIME)
    return response


def take(provider: Provider, state: str) -> Departure | None:
    """Return the question that an answer of this provider belongs to; the answer is its only one.

    None if there is none, if it was answered or ten minutes are over, or if it was put to another
    provider.
    """
    found = one_uses.take(PURPOSE, state) if state else None
    if found is None:
        return None
    departure = restored(found)
    return departure if departure.provider_id == str(provider.id) else None


def restored(kept: Mapping[str, Any]) -> Departure:
    """Return a question as it was kept."""
    return Departure(**{**kept, "purpose": Purpose(kept["purpose"])})


def own_browser() -> str | None:
    """Return the hash of the secret that this browser carries; None if it never left."""
    carried = read_cookie(COOKIE)
    return hash_of(carried) if carried else None


def is_same_browser(departure: Departure) -> bool:
    """Return whether this request comes from the browser that left, and still the same sign-in.

    An answer that another site's form posts comes without cookies: there, ask with the next page.
    """
    if own_browser() != departure.browser:
        return False
    if departure.purpose == Purpose.SIGN_IN:
        return True
    identity = current_identity()
    return identity is not None and str(identity.sign_in_id) == departure.sign_in_id


def onward(address: str, name: str, fields: Mapping[str, str] | None = None) -> str:
    """Return a page that leads on to another site, by itself and by a link or a form."""
    return render_template(
        "organisation/identity/leaving.html", address=address, name=name, fields=fields
    )


def sign_in_id_of(departure: Departure) -> UUID | None:
    """Return the sign-in from which somebody left."""
    return UUID(departure.sign_in_id) if departure.sign_in_id else None
