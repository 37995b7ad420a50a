"""Forms about accounts, as typed values."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator

from intranet.organisation.accounts.operations.agencies import NewAgency
from intranet.organisation.accounts.passkeys import MAX_ANSWER
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import EmptyIsNone, FieldRefusedError, Form, Line

MAX_PASSWORD_LENGTH = 1_000


def _password(value: Any) -> Any:
    """Return a password as typed, including leading and trailing spaces."""
    if not isinstance(value, str):
        raise FieldRefusedError(_l("Enter some text here."))
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise FieldRefusedError(
            _l("The text contains an invalid character. Type the text again.")
        ) from error
    return value


def _checked(value: Any) -> bool:
    """Return whether a box was ticked: a form sends its value or nothing."""
    return bool(value) and value not in ("0", "off", "false")


def _many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Password = Annotated[
    str, BeforeValidator(_password), Field(min_length=1, max_length=MAX_PASSWORD_LENGTH)
]
Ticked = Annotated[bool, BeforeValidator(_checked)]


class SignInForm(Form):
    """E-mail or staff number, and password."""

    email: Annotated[Line, Field(min_length=1, max_length=254)]
    password: Password
    keep: Ticked = False
    next: str = ""


class SecondFactorCodeForm(Form):
    """The code of the second factor."""

    code: Annotated[Line, Field(min_length=1, max_length=40)]
    keep: Ticked = False
    next: str = ""


class ForgottenForm(Form):
    """The sign-in name of a person who forgot the password."""

    email: Annotated[Line, Field(min_length=1, max_length=254)]


class CodeForm(Form):
    """A one-time code from a printed sheet, and the sign-in name if it is asked for."""

    code: Annotated[Line, Field(min_length=1, max_length=40)]
    email: Annotated[Line, Field(max_length=254)] = ""


class NewPasswordForm(Form):
    """A password chosen after following a link."""

    password: Password


class ChangePasswordForm(Form):
    """The current password, the code if there is a second factor, and a new password."""

    old_password: Password = ""
    new_password: Password
    code: Annotated[Annotated[Line, Field(max_length=40)] | None, EmptyIsNone] = None


class ConfirmationForm(Form):
    """The password if there is one, and the code if there is a second factor."""

    password: Annotated[str, BeforeValidator(_password), Field(max_length=MAX_PASSWORD_LENGTH)] = ""
    code: Annotated[Annotated[Line, Field(max_length=40)] | None, EmptyIsNone] = None


class PasskeyForm(Form):
    """The answer of the browser about a passkey, as JSON, and the name of a new one."""

    passkey: Annotated[str, Field(min_length=2, max_length=MAX_ANSWER)]
    name: Annotated[Line, Field(max_length=80)] = ""
    next: str = ""


Given = Annotated[str, BeforeValidator(_password), Field(max_length=MAX_PASSWORD_LENGTH)]


class OwnerForm(Form):
    """Proofs that it is the account holder who answers: those that they still have."""

    password: Given = ""
    code: Annotated[Line, Field(max_length=40)] = ""
    proof: Given = ""
    handed: Annotated[Line, Field(max_length=40)] = ""


class HandedCodeForm(Form):
    """A printed code, the sign-in name, and what the account holder still has."""

    email: Annotated[Line, Field(min_length=1, max_length=254)]
    handed: Annotated[Line, Field(min_length=1, max_length=40)]
    password: Given = ""
    code: Annotated[Line, Field(max_length=40)] = ""


class SettingsForm(Form):
    """Language, time zone, theme and keyboard shortcuts."""

    language: str
    time_zone: str
    theme: str = "system"
    enter_sends: Ticked = False
    single_keys: Ticked = False


class LanguageForm(Form):
    """The language to use from now on."""

    lang: str
    next: str = ""


class TokenForm(Form):
    """A personal token: its name, scopes and lifetime."""

    name: Annotated[Line, Field(min_length=1, max_length=80)]
    scopes: Annotated[list[str], BeforeValidator(_many)] = Field(default_factory=list)
    days: int = 90


class FirstAgencyForm(Form):
    """The first agency and its administrator."""

    agency_name: Annotated[Line, Field(min_length=1, max_length=200)]
    code: Annotated[Line, Field(min_length=1, max_length=40)]
    kind: str
    handle: Annotated[Line | None, EmptyIsNone] = None
    language: str
    time_zone: str
    name: Annotated[Line, Field(min_length=1, max_length=120)]
    email: Annotated[Line, Field(min_length=3, max_length=254)]
    password: Password
    post_title: Annotated[Line, Field(min_length=1, max_length=200)]

    def agency(self) -> NewAgency:
        """Return the agency to create."""
        return NewAgency(
            name=self.agency_name,
            code=self.code,
            kind=self.kind,
            handle=self.handle,
            language=self.language,
            time_zone=self.time_zone,
            post_title=self.post_title,
        )

    @field_validator("handle")
    @classmethod
    def _is_handle(cls, handle: str | None) -> str | None:
        if handle and not (handle.isascii() and handle.replace("-", "").isalnum()):
            raise FieldRefusedError(
                _l("A short name can contain only lower-case letters, digits and hyphens.")
            )
        return handle.lower() if handle else None
