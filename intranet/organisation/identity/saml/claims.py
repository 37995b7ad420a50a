"""The claims in a provider's answer, by the attributes that the agency chose."""

from collections.abc import Mapping, Sequence

from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants

from intranet.organisation.accounts.random_secrets import keyed_hash
from intranet.organisation.identity.models import Provider
from intranet.organisation.identity.operations.tying import Claims
from intranet.organisation.identity.saml.answers import SignedAnswer
from intranet.organisation.identity.saml.refusals import MessageRefusedError, RefusalReason
from intranet.organisation.identity.saml.sessions import ProviderName, session_of

EMAILS = (
    "mail",
    "email",
    "urn:oid:0.9.2342.19200300.100.1.3",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
)
NAMES = (
    "displayName",
    "urn:oid:2.16.840.1.113730.3.1.241",
    "http://schemas.microsoft.com/identity/claims/displayname",
    "cn",
    "urn:oid:2.5.4.3",
)


def claims_of(provider: Provider, answer: SignedAnswer, *, issuer: str) -> Claims:
    """Return the claims of an answer.

    The e-mail counts as verified only if the agency said that its people cannot set it themselves.

    Raises:
        MessageRefusedError: it does not give the person a lasting name, or the e-mail is that name.
    """
    email = sent_email(provider, answer)
    subject = _subject(provider, answer)
    if email and subject.casefold() == email.casefold():
        raise MessageRefusedError(RefusalReason.EMAIL_AS_NAME)
    if provider.settings.get("subject_attribute"):
        # It may be a number of identity, which has no place in the database.
        subject = keyed_hash(subject, f"SAML subjects of {provider.id}")
    return Claims(
        subject=subject,
        email=email if provider.settings.get("verifies_email") else None,
        name=_first(answer.attributes, provider.settings.get("name_attribute"), NAMES) or "",
        session=session_of(ProviderName.of(answer), issuer=issuer),
    )


def sent_email(provider: Provider, answer: SignedAnswer) -> str | None:
    """Return the e-mail address that a provider sent, whether or not it counts as verified."""
    return _first(answer.attributes, provider.settings.get("email_attribute"), EMAILS)


def _subject(provider: Provider, answer: SignedAnswer) -> str:
    attribute = provider.settings.get("subject_attribute")
    if not attribute:
        if answer.name_format != Constants.NAMEID_PERSISTENT or not answer.name:
            raise MessageRefusedError(RefusalReason.NAME)
        return answer.name
    values = answer.attributes.get(attribute, ())
    if len(values) != 1:
        raise MessageRefusedError(RefusalReason.NAME)
    return values[0]


def _first(
    attributes: Mapping[str, Sequence[str]], chosen: str | None, usual: Sequence[str]
) -> str | None:
    for name in (chosen,) if chosen else usual:
        if values := attributes.get(name):
            return values[0]
    return None
