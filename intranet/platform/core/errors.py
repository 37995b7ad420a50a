"""Refusals, and how each is answered on pages, over REST and over sockets.

Raise these where the fact is known. They are rendered as an error page, as problem+json (RFC 9457)
or as the acknowledgement of a socket event.
"""

from collections.abc import Mapping
from typing import ClassVar, TypeAlias

from flask_babel.speaklater import LazyString

from intranet.platform.core.i18n import _, _l
from intranet.platform.core.operation import current_id

Words: TypeAlias = str | LazyString
SERVER_ERROR_STATUS = 500


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it a problem, refusals are no faults
    """A refusal of a request. `detail` tells the person what to do about it."""

    status: ClassVar[int] = 500
    title: ClassVar[Words] = _l("Something went wrong")
    words: ClassVar[Words] = _l("We could not complete your request. Nothing was changed.")
    retry_after = 0
    """The number of seconds to wait before another attempt; 0 if that is not known."""

    def __init__(self, detail: Words | None = None) -> None:
        """Store the message for the person, or the usual one of this class."""
        self.detail = self.words if detail is None else detail
        self.errors: dict[str, Words] = {}  # by field, where the input is invalid
        super().__init__(str(self.status))

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers that its response has beside the usual ones."""
        return {"Retry-After": str(self.retry_after)} if self.retry_after else {}

    @property
    def request_id(self) -> str:
        """The id of a server error in the log; empty for any other refusal."""
        return current_id() if self.status >= SERVER_ERROR_STATUS else ""

    @property
    def report(self) -> str:
        """For a server error, the sentence that quotes its id in the log; else empty."""
        return (
            _("If you report this problem, quote this reference: %(id)s", id=self.request_id)
            if self.request_id
            else ""
        )

    def as_json(self) -> dict[str, object]:
        """Return the members of problem+json, in the reader's language."""
        detail = " ".join(filter(None, (str(self.detail), self.report)))
        said: dict[str, object] = {"status": self.status, "title": str(self.title)}
        said["detail"] = detail
        if self.request_id:
            said["request_id"] = self.request_id
        if self.retry_after:
            said["retry_after"] = self.retry_after
        return said


class Refusal(Problem):
    """A problem that a form shows above its fields, unlike `NotFound` and server errors."""


class SignInRequired(Refusal):
    """Nobody is signed in, or the sign-in has ended."""

    status = 401
    title = _l("Sign in to continue")
    words = _l("You are not signed in, or your session has ended. Sign in and try again.")


class Forbidden(Refusal):
    """The person can see the thing, but may not do this with it."""

    status = 403
    title = _l("You do not have permission")
    words = _l("Your post does not allow you to do this.")


class NotFound(Problem):
    """The thing does not exist, or the person may not know that it does."""

    status = 404
    title = _l("Page not found")
    words = _l("The page may have been removed, or you may not have access to it.")


class Conflict(Refusal):
    """Someone else made a change first."""

    status = 409
    title = _l("The content has changed in the meantime")
    words = _l("Someone changed this while you were writing. Your text is safe.")


class PreconditionFailed(Refusal):
    """The version that a client named is no longer the current one."""

    status = 412
    title = _l("The content has changed in the meantime")
    words = _l("Read the current version and send your change again.")


class TooLarge(Refusal):
    """The request has more bytes than are accepted."""

    status = 413
    title = _l("Content too large")
    words = _l("The content is too large to send here.")


class AddressTooLong(Refusal):
    """The address has more bytes than are accepted, mostly of words to search for."""

    status = 414
    title = _l("The page address is too long")
    words = _l("Shorten the text that you are searching for, and try again.")


class Invalid(Refusal):
    """The input is not acceptable. `errors` gives the reasons, by field."""

    status = 422
    title = _l("Something needs to be corrected")
    words = _l("Check the marked fields and try again.")

    def __init__(self, errors: Mapping[str, Words], detail: Words | None = None) -> None:
        """Store the reason for each field; the first also serves as the general message."""
        first = next(iter(errors.values()), None)
        super().__init__(detail or first)
        self.errors = dict(errors)

    def as_json(self) -> dict[str, object]:
        """Add `errors`, by field."""
        errors = {name: str(words) for name, words in self.errors.items()}
        return {**super().as_json(), "errors": errors}


class TooMany(Refusal):
    """The rate limit was exceeded. `retry_after` is in seconds."""

    status = 429
    title = _l("Too many requests")
    words = _l("You have made too many requests in a short time. Wait a moment and try again.")

    def __init__(self, retry_after: int, detail: Words | None = None) -> None:
        """Store the number of seconds to wait before another attempt."""
        super().__init__(detail)
        self.retry_after = retry_after


class Unavailable(Refusal):
    """A required service does not answer. Nothing was stored."""

    status = 503
    title = _l("Temporarily unavailable")
    words = _l("We could not save your changes. Your text is still here. Try again in a moment.")
