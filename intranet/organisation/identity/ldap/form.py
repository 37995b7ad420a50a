"""The settings of a directory as an administrator enters them."""

import ipaddress
import re
import ssl
from typing import Annotated, Literal

from pydantic import Field, field_validator

from intranet.organisation.accounts.forms import Ticked
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import FieldRefusedError, Form, Line, Text

HOST = re.compile(r"(?!-)[a-z0-9.-]{1,253}")
ATTRIBUTE = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
MAX_PORT = 65_535

Dn = Annotated[Line, Field(max_length=400)]
Attribute = Annotated[Line, Field(max_length=61)]


class LdapForm(Form):
    """A directory: the server, its people, and which of their attributes mean what."""

    host: Annotated[Line, Field(min_length=1, max_length=253)]
    port: Annotated[int, Field(ge=1, le=MAX_PORT)] = 636
    security: Literal["ldaps", "starttls"] = "ldaps"
    authority: Annotated[Text, Field(max_length=20_000)] = ""
    reader: Annotated[Dn, Field(min_length=1)]
    secret: Annotated[Text, Field(max_length=400)] = ""
    base: Annotated[Dn, Field(min_length=1)]
    people: Annotated[Line, Field(min_length=1, max_length=400)]
    sign_in: Annotated[Line, Field(min_length=1, max_length=200)]
    id_attribute: Literal["entryUUID", "objectGUID"] = "entryUUID"
    group: Dn = ""
    nested: Literal["follow", "rule"] = "follow"
    member: Attribute = "member"
    map_name: Annotated[Attribute, Field(min_length=1)]
    map_email: Attribute = ""
    map_staff_number: Attribute = ""
    map_phone: Attribute = ""
    map_unit: Attribute = ""
    map_title: Attribute = ""
    is_synced: Ticked = False

    @field_validator("host")
    @classmethod
    def _is_host(cls, host: str) -> str:
        host = host.lower()
        try:
            ipaddress.ip_address(host)
        except ValueError:
            if HOST.fullmatch(host):
                return host
        raise FieldRefusedError(
            _l("Enter the name in the server’s certificate, as in ldap.town.example.")
        )

    @field_validator("authority")
    @classmethod
    def _is_authority(cls, pem: str) -> str:
        try:
            if pem:
                ssl.create_default_context(cadata=pem)
        except (ssl.SSLError, ValueError) as error:
            raise FieldRefusedError(
                _l("Paste a certificate that begins with -----BEGIN CERTIFICATE-----.")
            ) from error
        return pem

    @field_validator("base", "group")
    @classmethod
    def _is_dn(cls, dn: str) -> str:
        from ldap3.core.exceptions import LDAPException  # noqa: PLC0415 - loaded by few
        from ldap3.utils.dn import parse_dn  # noqa: PLC0415 - loaded by few

        try:
            if dn:
                parse_dn(dn)
        except LDAPException as error:
            raise FieldRefusedError(
                _l("Enter a name in the directory, as in ou=people,dc=town,dc=example.")
            ) from error
        return dn

    @field_validator("people")
    @classmethod
    def _is_filter(cls, condition: str) -> str:
        from ldap3.core.exceptions import LDAPException  # noqa: PLC0415 - loaded by few
        from ldap3.operation.search import parse_filter  # noqa: PLC0415 - loaded by few

        try:
            parse_filter(
                condition,
                None,
                auto_escape=True,
                auto_encode=False,
                validator=None,
                check_names=False,
            )
        except (LDAPException, IndexError) as error:
            raise FieldRefusedError(
                _l("Enter a filter in parentheses, as in (objectClass=inetOrgPerson).")
            ) from error
        return condition

    @field_validator(
        "member",
        *(f"map_{name}" for name in ("name", "email", "staff_number", "phone", "unit", "title")),
    )
    @classmethod
    def _is_attribute(cls, name: str) -> str:
        if name and not ATTRIBUTE.fullmatch(name):
            raise FieldRefusedError(_l("Enter one attribute of the directory, as in mail."))
        return name

    @field_validator("sign_in")
    @classmethod
    def _are_attributes(cls, names: str) -> str:
        found = names.replace(",", " ").split()
        if not all(map(ATTRIBUTE.fullmatch, found)):
            raise FieldRefusedError(
                _l("Enter attributes of the directory, separated by commas, as in mail, uid.")
            )
        return ", ".join(found)
