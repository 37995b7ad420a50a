"""The provider's session behind a sign-in, as one text: what signing out has to name there."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants

from intranet.organisation.identity.saml.answers import SignedAnswer

SESSION_LIMIT: Final = 255
_SHORT = {Constants.NAMEID_PERSISTENT: "p", Constants.NAMEID_UNSPECIFIED: "u"}
_LONG = {short: long for long, short in _SHORT.items()}
_ISSUER = "="


@dataclass(frozen=True)
class ProviderName:
    """A provider's name for somebody in a session, with the qualifiers that it has to return with.

    It is not always the name by which an account is tied: that may be an attribute.
    """

    session: str
    value: str
    format: str
    qualifier: str
    is_for_us: bool

    @classmethod
    def of(cls, answer: SignedAnswer) -> "ProviderName":
        """Return the name in an answer."""
        return cls(
            session=answer.session,
            value=answer.name,
            format=answer.name_format,
            qualifier=answer.qualifier,
            is_for_us=answer.is_for_us,
        )


def session_of(name: ProviderName, *, issuer: str) -> str:
    """Return the text to keep of a session. One that is too long can only be ended from there.

    Args:
        issuer: the provider's own name, which is the usual qualifier.
    """
    qualifier = _ISSUER if name.qualifier == issuer else name.qualifier
    form = _SHORT.get(name.format, name.format)
    text = _packed([name.session, name.value, form, qualifier, int(name.is_for_us)])
    if len(text) > SESSION_LIMIT:
        text = _packed([name.session, name.value])
    return text if len(text) <= SESSION_LIMIT else ""


def name_in(session: str, *, issuer: str) -> ProviderName | None:
    """Return the name in a kept text, complete enough to sign out there; else None."""
    parts: list[Any] = json.loads(session) if session.startswith("[") else []
    if len(parts) != len(ProviderName.__dataclass_fields__):
        return None
    name = ProviderName(*parts)
    qualifier = issuer if name.qualifier == _ISSUER else name.qualifier
    return replace(name, format=_LONG.get(name.format, name.format), qualifier=qualifier)


def is_of(session: str, name: str, sessions: Sequence[str]) -> bool:
    """Return whether a kept text is of a name, and of one of these sessions if any are given."""
    parts: list[Any] = json.loads(session) if session.startswith("[") else []
    return bool(parts) and parts[1] == name and (not sessions or parts[0] in sessions)


def marker(name: str) -> str:
    """Return the part of a kept text that all sessions of a name have."""
    return _packed(["", name])[1:-1].removeprefix('""')


def _packed(parts: list[Any]) -> str:
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
