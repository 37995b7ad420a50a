"""Answers of a provider, checked: who signed in, and what the provider says about them.

The library lets through an answer without the name of its question, audience, recipient or end,
and the same answer twice. Each is demanded here.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants

from intranet.organisation.identity.models import Provider
from intranet.organisation.identity.saml import library, messages, service
from intranet.organisation.identity.saml.keys import KeyPair, ProviderKeys
from intranet.organisation.identity.saml.metadata import TheirMetadata
from intranet.organisation.identity.saml.refusals import (
    MessageRefusedError,
    RefusalReason,
    of_library,
)

DRIFT = timedelta(seconds=service.CLOCK_DRIFT_SECONDS)


@dataclass(frozen=True)
class SignedAnswer:
    """A checked answer. `assertion_id` may be used once until `expires_at`.

    `qualifier` and `is_for_us` are the qualifiers of the name, which signing out has to repeat.
    """

    name: str
    name_format: str
    qualifier: str
    is_for_us: bool
    session: str
    attributes: Mapping[str, Sequence[str]]
    assertion_id: str
    expires_at: datetime
    issued_at: datetime
    authenticated_at: datetime
    is_encrypted: bool


def question_of(xml: bytes) -> str:
    """Return the id of the question that an answer says it answers.

    Raises:
        MessageRefusedError: it is not an answer, or does not say it.
    """
    asked = messages.parsed(xml, "Response").get("InResponseTo")
    if not asked:
        raise MessageRefusedError(RefusalReason.UNASKED)
    return str(asked)


def read_answer(
    provider: Provider, theirs: TheirMetadata, keys: ProviderKeys, xml: bytes, asked: str
) -> SignedAnswer:
    """Return an answer after every check that needs no memory of earlier ones.

    Args:
        asked: the id of the question that this site asked.

    Raises:
        MessageRefusedError: it may not be believed.
    """
    messages.parsed(xml, "Response")
    response = _opened(provider, theirs, keys, xml)
    if response.encrypted:
        messages.require_shape(response.decrypted_document)
    try:
        data = service.request_data(service.answers_of(provider))
        response.is_valid(data, asked, raise_exceptions=True)
        return _bound_answer(provider, theirs, response, asked)
    except MessageRefusedError:
        raise
    except Exception as error:
        raise of_library(error) from error


def _opened(provider: Provider, theirs: TheirMetadata, keys: ProviderKeys, xml: bytes) -> Any:
    """Return an answer decrypted, by whichever of our keys it was encrypted for."""
    text = b64encode(xml)
    failure: Exception | None = None
    for pair in keys.all:
        try:
            return _response(provider, theirs, pair, text)
        except Exception as error:  # noqa: BLE001 - xmlsec and the library raise every kind
            failure = error
    raise MessageRefusedError(RefusalReason.ENCRYPTION) from failure


def _response(provider: Provider, theirs: TheirMetadata, pair: KeyPair, text: bytes) -> Any:
    return library.Response(service.to_read(provider, theirs, pair), text)


def _bound_answer(
    provider: Provider, theirs: TheirMetadata, response: Any, asked: str
) -> SignedAnswer:
    """Return the answer if what is signed names us, this question and an end."""
    if response.document.get("InResponseTo") != asked:
        raise MessageRefusedError(RefusalReason.UNASKED)
    if response.document.get("Destination", "") not in {"", service.answers_of(provider)}:
        raise MessageRefusedError(RefusalReason.ADDRESS)
    if response.get_issuers() != [theirs.entity_id]:
        raise MessageRefusedError(RefusalReason.ISSUER)
    if service.entity_of(provider) not in response.get_audiences():
        raise MessageRefusedError(RefusalReason.AUDIENCE)
    (statement,) = response._query_assertion("/saml:AuthnStatement")  # noqa: SLF001 - no other way
    name = response.get_nameid_data()
    return SignedAnswer(
        name=name.get("Value") or "",
        name_format=name.get("Format") or Constants.NAMEID_UNSPECIFIED,
        qualifier=name.get("NameQualifier") or "",
        is_for_us="SPNameQualifier" in name,
        session=response.get_session_index() or "",
        attributes=_attributes(response),
        assertion_id=response.get_assertion_id(),
        expires_at=_confirmed_until(provider, response, asked) + DRIFT,
        issued_at=datetime.fromtimestamp(response.get_assertion_issue_instant(), UTC),
        authenticated_at=_instant(statement.get("AuthnInstant")),
        is_encrypted=bool(response.encrypted),
    )


def _confirmed_until(provider: Provider, response: Any, asked: str) -> datetime:
    """Return until when a confirmation holds that is for us and for this question."""
    path = "/saml:Subject/saml:SubjectConfirmation/saml:SubjectConfirmationData"
    ours = {"InResponseTo": asked, "Recipient": service.answers_of(provider)}
    for data in response._query_assertion(path):  # noqa: SLF001 - the library has no other way
        fits = all(data.get(name) == value for name, value in ours.items())
        if fits and data.getparent().get("Method") == Constants.CM_BEARER:
            until = _instant(data.get("NotOnOrAfter"))
            if until > datetime.now(UTC):
                return until
    raise MessageRefusedError(RefusalReason.CONFIRMATION)


def _attributes(response: Any) -> dict[str, list[str]]:
    """Return the attributes by their names and by their friendly names, texts only."""
    found: dict[str, list[str]] = {}
    for source in (response.get_friendlyname_attributes(), response.get_attributes()):
        for name, values in source.items():
            found[name] = [value for value in values if isinstance(value, str)]
    return found


def _instant(text: str | None) -> datetime:
    if text is None:
        raise MessageRefusedError(RefusalReason.INCOMPLETE)
    return datetime.fromtimestamp(library.Utils.parse_SAML_to_time(text), UTC)
