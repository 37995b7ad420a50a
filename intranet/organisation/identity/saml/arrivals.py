"""An answer between its two requests: posted by the provider, then taken up by the browser.

The provider's page posts the answer, which comes without our cookies. So it is checked and kept,
and the browser is sent on to a page of ours, where the cookies say who is there.
"""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from intranet.organisation.accounts.operations import one_uses
from intranet.organisation.identity import departures
from intranet.organisation.identity.departures import Departure
from intranet.organisation.identity.models import Provider
from intranet.organisation.identity.operations.tying import Claims
from intranet.organisation.identity.saml import messages
from intranet.organisation.identity.saml.answers import (
    DRIFT,
    SignedAnswer,
    question_of,
    read_answer,
)
from intranet.organisation.identity.saml.claims import claims_of
from intranet.organisation.identity.saml.keys import keys_or_new
from intranet.organisation.identity.saml.metadata import metadata_of
from intranet.organisation.identity.saml.refusals import MessageRefusedError, RefusalReason
from intranet.organisation.identity.ways import Purpose

WAITING = "saml.arrival"
USED = "saml.assertion"
MASKED = "…"


@dataclass(frozen=True, kw_only=True)
class SamlArrival:
    """A checked answer, or why it was refused, with what the test of a provider shows of it."""

    departure: Departure
    claims: Claims | None = None
    refused: RefusalReason | None = None
    received: Mapping[str, Any] | None = None
    seconds: float = 0.0
    away: float = 0.0
    fast: float = 0.0
    is_encrypted: bool = False


def receive(provider: Provider, text: str) -> tuple[str, SamlArrival]:
    """Check an answer that a provider's page posted; return its question, and keep it.

    Raises:
        MessageRefusedError: it answers no open question of this provider.
    """
    began = time.perf_counter()
    xml = messages.decoded(text)
    asked = question_of(xml)
    departure = departures.take(provider, asked)
    if departure is None:
        raise MessageRefusedError(RefusalReason.UNASKED)
    arrival = SamlArrival(departure=departure)
    try:
        answer = _checked(provider, departure, xml, asked)
        arrival = replace(
            arrival,
            received=_received(provider, answer),
            fast=(answer.issued_at - datetime.now(UTC)).total_seconds(),
            is_encrypted=answer.is_encrypted,
        )
        arrival = replace(arrival, claims=claims_of(provider, answer, issuer=_issuer(provider)))
    except MessageRefusedError as refused:
        arrival = replace(arrival, refused=refused.why)
    left = datetime.fromisoformat(departure.kept["asked_at"])
    seconds = time.perf_counter() - began
    away = max((datetime.now(UTC) - left).total_seconds() - seconds, 0.0)
    arrival = replace(arrival, seconds=seconds, away=away)
    if arrival.claims or departure.purpose == Purpose.TEST:
        one_uses.begin(WAITING, asdict(arrival), f"{departure.browser} {asked}")
    return asked, arrival


def take_up(provider: Provider, asked: str) -> SamlArrival | None:
    """Return the answer to a question that this browser asked, once; None in any other browser."""
    browser = departures.own_browser()
    kept = one_uses.take(WAITING, f"{browser} {asked}") if browser else None
    if kept is None:
        return None
    departure = departures.restored(kept.pop("departure"))
    claims, refused = kept.pop("claims"), kept.pop("refused")
    arrival = SamlArrival(
        departure=departure,
        claims=Claims(**claims) if claims else None,
        refused=RefusalReason(refused) if refused else None,
        **kept,
    )
    is_theirs = departure.provider_id == str(provider.id)
    return arrival if is_theirs and departures.is_same_browser(departure) else None


def _checked(provider: Provider, departure: Departure, xml: bytes, asked: str) -> SignedAnswer:
    theirs = metadata_of(provider)
    if theirs is None:
        raise MessageRefusedError(RefusalReason.ISSUER)
    answer = read_answer(provider, theirs, keys_or_new(provider), xml, asked)
    used = f"{provider.id} {answer.assertion_id}"
    if not one_uses.is_first(USED, used, answer.expires_at):
        raise MessageRefusedError(RefusalReason.AGAIN)
    left = datetime.fromisoformat(departure.kept["asked_at"])
    if departure.purpose == Purpose.CONFIRM and answer.authenticated_at < left - DRIFT:
        raise MessageRefusedError(RefusalReason.STALE)
    return answer


def _issuer(provider: Provider) -> str:
    theirs = metadata_of(provider)
    return theirs.entity_id if theirs else ""


def _received(provider: Provider, answer: SignedAnswer) -> dict[str, Any]:
    """Return the content of an answer for the test; a number of identity is not stored for it."""
    secrets = answer.attributes.get(provider.settings.get("subject_attribute") or "", ())
    shown = {
        name: [_hidden(value) if value in secrets else value for value in values]
        for name, values in answer.attributes.items()
    }
    form = answer.name_format.rpartition(":")[2]
    return {"NameID": answer.name, "Format": form, **shown}


def _hidden(value: str) -> str:
    return f"{value[:2]}{MASKED}{value[-2:]}"
