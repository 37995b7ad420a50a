"""Reasons to refuse a message of a provider, and the sentence for each."""

from enum import StrEnum

from onelogin.saml2.errors import OneLogin_Saml2_ValidationError as Invalid

from intranet.platform.core.errors import Words
from intranet.platform.core.i18n import _l


class RefusalReason(StrEnum):
    """A reason to refuse a message; the log has this word and nothing that the message says."""

    LARGE = "large"
    UNREADABLE = "unreadable"
    SHAPE = "shape"
    UNASKED = "unasked"
    AGAIN = "again"
    UNSIGNED = "unsigned"
    SIGNATURE = "signature"
    WEAK = "weak"
    CLOCK = "clock"
    AUDIENCE = "audience"
    ISSUER = "issuer"
    ADDRESS = "address"
    CONFIRMATION = "confirmation"
    DECLINED = "declined"
    ENCRYPTION = "encryption"
    STALE = "stale"
    NAME = "name"
    EMAIL_AS_NAME = "email_as_name"
    INCOMPLETE = "incomplete"


WORDS: dict[RefusalReason, Words] = {
    RefusalReason.LARGE: _l("The answer is too large."),
    RefusalReason.UNREADABLE: _l("The answer is not a readable SAML message."),
    RefusalReason.SHAPE: _l("The answer has parts that a SAML message must not have."),
    RefusalReason.UNASKED: _l("The answer belongs to no question that is still open here."),
    RefusalReason.AGAIN: _l("The answer was used before."),
    RefusalReason.UNSIGNED: _l("The provider did not sign what it says about the person."),
    RefusalReason.SIGNATURE: _l(
        "The signature does not fit any certificate in the provider's metadata."
    ),
    RefusalReason.WEAK: _l("The provider signs with an outdated algorithm, such as SHA-1."),
    RefusalReason.CLOCK: _l(
        "The answer is not valid now: the clocks differ by more than five minutes."
    ),
    RefusalReason.AUDIENCE: _l("The answer is meant for another application."),
    RefusalReason.ISSUER: _l("The answer comes from another provider."),
    RefusalReason.ADDRESS: _l("The answer was made for another address."),
    RefusalReason.CONFIRMATION: _l("The answer was made for another address, question or time."),
    RefusalReason.DECLINED: _l(
        "The provider declined: nobody signed in there, or it does not know us."
    ),
    RefusalReason.ENCRYPTION: _l("The answer could not be decrypted with our certificate."),
    RefusalReason.STALE: _l("The provider did not ask the person to sign in again."),
    RefusalReason.NAME: _l("The provider did not send the lasting name that is set here."),
    RefusalReason.EMAIL_AS_NAME: _l("The provider sends the e-mail address as the lasting name."),
    RefusalReason.INCOMPLETE: _l("The answer lacks a part that it must have."),
}
_OF_LIBRARY = {
    RefusalReason.CLOCK: (
        Invalid.ASSERTION_TOO_EARLY,
        Invalid.ASSERTION_EXPIRED,
        Invalid.SESSION_EXPIRED,
        Invalid.RESPONSE_EXPIRED,
    ),
    RefusalReason.AUDIENCE: (Invalid.WRONG_AUDIENCE, Invalid.SP_NAME_QUALIFIER_NAME_MISMATCH),
    RefusalReason.ISSUER: (Invalid.WRONG_ISSUER,),
    RefusalReason.ADDRESS: (Invalid.WRONG_DESTINATION, Invalid.EMPTY_DESTINATION),
    RefusalReason.CONFIRMATION: (Invalid.WRONG_SUBJECTCONFIRMATION,),
    RefusalReason.DECLINED: (Invalid.STATUS_CODE_IS_NOT_SUCCESS,),
    RefusalReason.SIGNATURE: (Invalid.INVALID_SIGNATURE,),
    RefusalReason.UNSIGNED: (
        Invalid.NO_SIGNED_ASSERTION,
        Invalid.NO_SIGNED_MESSAGE,
        Invalid.NO_SIGNATURE_FOUND,
    ),
    RefusalReason.WEAK: (Invalid.DEPRECATED_SIGNATURE_METHOD, Invalid.DEPRECATED_DIGEST_METHOD),
    RefusalReason.NAME: (Invalid.NO_NAMEID, Invalid.EMPTY_NAMEID),
}
_BY_CODE = {code: why for why, codes in _OF_LIBRARY.items() for code in codes}


class MessageRefusedError(Exception):
    """A message of a provider is refused."""

    def __init__(self, why: RefusalReason) -> None:
        super().__init__(why.value)
        self.why = why

    @property
    def words(self) -> Words:
        """The sentence for people who set the provider up."""
        return WORDS[self.why]


def of_library(error: Exception) -> MessageRefusedError:
    """Return the refusal for an error of the library, which raises errors of every kind."""
    code = error.code if isinstance(error, Invalid) else None
    return MessageRefusedError(_BY_CODE.get(code, RefusalReason.SHAPE))
