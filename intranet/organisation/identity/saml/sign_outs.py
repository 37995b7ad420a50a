"""Signing out at a provider as well, and signing out here because somebody did so there.

The library lets through questions without a signature, and the same one twice; and it checks the
signature over another parameter than it reads if one name is written in two ways.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants
from werkzeug.datastructures import MultiDict

from intranet.organisation.identity.models import Provider
from intranet.organisation.identity.saml import library, messages, service
from intranet.organisation.identity.saml.answers import DRIFT
from intranet.organisation.identity.saml.keys import ProviderKeys
from intranet.organisation.identity.saml.metadata import TheirMetadata
from intranet.organisation.identity.saml.questions import SamlQuestion, signed_address
from intranet.organisation.identity.saml.refusals import (
    MessageRefusedError,
    RefusalReason,
    of_library,
)
from intranet.organisation.identity.saml.sessions import ProviderName

LIFETIME = timedelta(minutes=10)
ONCE = ("SAMLRequest", "SAMLResponse", "RelayState", "SigAlg", "Signature")


@dataclass(frozen=True)
class SignOutThere:
    """A provider's checked question to sign somebody out here. `id` may be used once."""

    id: str
    name: str
    sessions: Sequence[str]
    expires_at: datetime


def ask_to_sign_out(
    provider: Provider, theirs: TheirMetadata, keys: ProviderKeys, name: ProviderName
) -> SamlQuestion | None:
    """Return the question to sign somebody out at a provider; None if it has no address for it."""
    if theirs.sign_out is None:
        return None
    settings = service.to_write(provider, theirs, keys.current)
    request = library.Logout_Request(
        settings,
        name_id=name.value,
        name_id_format=name.format,
        session_index=escape(name.session) or None,
        nq=name.qualifier or None,
        spnq=service.entity_of(provider) if name.is_for_us else None,
    )
    address = signed_address(settings, theirs.sign_out, request.get_request())
    return SamlQuestion(request.id, address, {})


def read_sign_out(
    provider: Provider,
    theirs: TheirMetadata,
    keys: ProviderKeys,
    query: bytes,
    given: MultiDict[str, str],
) -> SignOutThere:
    """Return a provider's question to sign somebody out.

    Args:
        query: the query as it came, over which the signature was made.
        given: its parameters.

    Raises:
        MessageRefusedError: it may not be believed.
    """
    xml = messages.inflated(_once(query, given)["SAMLRequest"])
    document = messages.parsed(xml, "LogoutRequest")
    _require_signature(provider, theirs, keys, query, given, kind="SAMLRequest")
    data = _data(provider, query, given)
    try:
        settings = service.to_sign_out(provider, theirs, keys.current)
        request = library.Logout_Request(settings, given["SAMLRequest"])
        request.is_valid(data, raise_exceptions=True)
        issuer, name = request.get_issuer(document), _name(keys, document)
        sessions = request.get_session_indexes(document)
        asked_at = datetime.fromtimestamp(
            library.Utils.parse_SAML_to_time(document.get("IssueInstant")), UTC
        )
    except MessageRefusedError:
        raise
    except Exception as error:
        raise of_library(error) from error
    _require_ours(provider, theirs, document, issuer)
    if not -DRIFT < datetime.now(UTC) - asked_at < LIFETIME:
        raise MessageRefusedError(RefusalReason.CLOCK)
    return SignOutThere(request.id, name, sessions, asked_at + LIFETIME + DRIFT)


def answer_sign_out(
    provider: Provider,
    theirs: TheirMetadata,
    keys: ProviderKeys,
    asked: SignOutThere,
    relay_state: str | None,
) -> str | None:
    """Return the address of the provider with the answer that somebody was signed out."""
    if theirs.sign_out_answers is None:
        return None
    settings = service.to_write(provider, theirs, keys.current)
    response = library.Logout_Response(settings)
    response.build(asked.id)
    return signed_address(
        settings,
        theirs.sign_out_answers,
        response.get_response(),
        kind="SAMLResponse",
        relay_state=relay_state,
    )


def read_signed_out(
    provider: Provider,
    theirs: TheirMetadata,
    keys: ProviderKeys,
    query: bytes,
    given: MultiDict[str, str],
) -> tuple[str, bool]:
    """Return the question that a provider's answer belongs to, and whether it signed out there.

    Raises:
        MessageRefusedError: it may not be believed.
    """
    xml = messages.inflated(_once(query, given)["SAMLResponse"])
    document = messages.parsed(xml, "LogoutResponse")
    _require_signature(provider, theirs, keys, query, given, kind="SAMLResponse")
    try:
        settings = service.to_sign_out(provider, theirs, keys.current)
        response = library.Logout_Response(settings, given["SAMLResponse"])
        response.is_valid(_data(provider, query, given), raise_exceptions=True)
        issuer, status = response.get_issuer(), response.get_status()
    except Exception as error:
        raise of_library(error) from error
    _require_ours(provider, theirs, document, issuer)
    return document.get("InResponseTo") or "", status == Constants.STATUS_SUCCESS


def _once(query: bytes, given: MultiDict[str, str]) -> Mapping[str, str]:
    """Return the parameters, each of which stands once: two could be read and checked crosswise."""
    if len(query) > messages.QUERY_BYTES:
        raise MessageRefusedError(RefusalReason.LARGE)
    if any(len(given.getlist(name)) > 1 for name in ONCE):
        raise MessageRefusedError(RefusalReason.SHAPE)
    return given


def _require_signature(
    provider: Provider,
    theirs: TheirMetadata,
    keys: ProviderKeys,
    query: bytes,
    given: MultiDict[str, str],
    *,
    kind: str,
) -> None:
    if "Signature" not in given:
        raise MessageRefusedError(RefusalReason.UNSIGNED)
    if given.get("SigAlg") not in messages.SIGNATURES:
        raise MessageRefusedError(RefusalReason.WEAK)
    settings = service.to_sign_out(provider, theirs, keys.current)
    auth = library.Auth(_data(provider, query, given), old_settings=settings)
    check = (
        auth.validate_request_signature
        if kind == "SAMLRequest"
        else auth.validate_response_signature
    )
    if not check(given.to_dict()):
        raise MessageRefusedError(RefusalReason.SIGNATURE)


def _require_ours(provider: Provider, theirs: TheirMetadata, document: Any, issuer: Any) -> None:
    """Refuse a message without issuer and destination, which the library takes."""
    if issuer != theirs.entity_id:
        raise MessageRefusedError(RefusalReason.ISSUER)
    if document.get("Destination") != service.sign_out_of(provider):
        raise MessageRefusedError(RefusalReason.ADDRESS)


def _data(provider: Provider, query: bytes, given: MultiDict[str, str]) -> Mapping[str, Any]:
    return service.request_data(
        service.sign_out_of(provider),
        get_data=given.to_dict(),
        query_string=query.decode("ascii", "replace"),
        validate_signature_from_qs=True,
    )


def _name(keys: ProviderKeys, document: Any) -> str:
    """Return the name of the person to sign out, by whichever of our keys it was encrypted for."""
    failure: Exception | None = None
    for pair in keys.all:
        try:
            return str(library.Logout_Request.get_nameid(document, pair.key))
        except Exception as error:  # noqa: BLE001 - xmlsec and the library raise every kind
            failure = error
    raise MessageRefusedError(RefusalReason.ENCRYPTION) from failure
