"""Refusals as a program gets them: a status, SCIM's word for it, and a sentence."""

from scim2_models import (
    ConflictException,
    ForbiddenException,
    InvalidValueException,
    SCIMException,
    UniquenessException,
)

from intranet.organisation.identity.ldap.words import reason_words
from intranet.organisation.identity.provisioned_people import NotProvisioned
from intranet.platform.core.errors import Problem, TooMany
from intranet.platform.core.i18n import _

TAKEN = {"twice", "email_used", "number_used", "domain_unproven", "administrator"}
RETRY_SECONDS = 3600


class StoppedException(SCIMException):
    """A program ended too many people within a day, and waits for an administrator."""

    status = 429
    retry_after = RETRY_SECONDS

    @classmethod
    def made(cls) -> "StoppedException":
        """Return it with its sentence."""
        return cls(
            detail=_(
                "This would end more than 5 in 100 people within a day. Nobody is ended before "
                "an administrator of the agency agrees, under “Sign-in”, “SCIM”."
            )
        )


class RefusedException(SCIMException):
    """A refusal of this site that SCIM has no word for."""

    retry_after = 0

    @classmethod
    def of(cls, problem: Problem) -> "RefusedException":
        """Return a refusal as SCIM words it."""
        made = cls(detail=str(problem.detail))
        made.status = problem.status
        if isinstance(problem, TooMany):
            made.retry_after = problem.retry_after
        return made


def not_provisioned(problem: NotProvisioned) -> SCIMException:
    """Return why a person cannot be followed, as SCIM words it."""
    words = reason_words(problem.reason)
    if problem.reason in TAKEN:
        return UniquenessException(detail=words)
    if problem.reason == "closed":
        return ConflictException(detail=words)
    if problem.reason == "last_administrator":
        return ForbiddenException(detail=words)
    return InvalidValueException(detail=words)
