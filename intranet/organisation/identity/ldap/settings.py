"""The settings of a directory, as typed values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from intranet.organisation.identity.ldap.client import LdapEntry, LdapServer
from intranet.organisation.identity.ldap.names import (
    filter_of_dn,
    filter_of_name,
    filter_of_subject,
)
from intranet.organisation.identity.models import Provider
from intranet.organisation.identity.provisioned_people import ProvidedPerson
from intranet.organisation.identity.sealing import unseal

MAPPED = ("name", "email", "staff_number", "phone", "unit", "title")
AD_RULE = "memberOf:1.2.840.113556.1.4.1941:"
"""Active Directory's rule by which it follows nested groups itself."""


@dataclass(frozen=True, kw_only=True)
class LdapSettings:
    """A directory: the server, where people are in it, and which attributes say what.

    `sign_in` are the attributes in which a typed name is searched. `follows` is whether nested
    groups are followed here; otherwise Active Directory does it.
    """

    server: LdapServer
    base: str
    people: str
    sign_in: tuple[str, ...]
    group: str
    follows: bool
    member: str
    attributes: Mapping[str, str]
    is_synced: bool

    @classmethod
    def of(cls, provider: Provider) -> "LdapSettings":
        """Return the settings of a provider."""
        given: Mapping[str, Any] = provider.settings
        server = LdapServer(
            host=given["host"],
            port=int(given["port"]),
            is_ldaps=given["security"] == "ldaps",
            authority=given.get("authority") or "",
            reader=given["reader"],
            secret=unseal(provider.secret_sealed) or "",
            id_attribute=given["id_attribute"],
        )
        return cls(
            server=server,
            base=given["base"],
            people=given["people"],
            sign_in=tuple(given["sign_in"].replace(",", " ").split()),
            group=given.get("group") or "",
            follows=given.get("nested", "follow") == "follow",
            member=given.get("member") or "member",
            attributes={name: given[f"map_{name}"] for name in MAPPED if given.get(f"map_{name}")},
            is_synced=bool(given.get("is_synced")),
        )

    @property
    def group_base(self) -> str:
        """Where groups are searched: the whole directory, as the end of the base says."""
        parts = [part for part in self.base.split(",") if part.strip().lower().startswith("dc=")]
        return ",".join(parts) or self.base

    @property
    def everybody(self) -> str:
        """The filter of all people; with Active Directory's rule, of those in the group."""
        if self.group and not self.follows:
            return f"(&{self.people}{filter_of_dn(AD_RULE, self.group)})"
        return self.people

    def named(self, name: str) -> str:
        """Return the filter of the person with a typed name."""
        return f"(&{self.people}{filter_of_name(self.sign_in, name)})"

    def with_id(self, subject: str) -> str:
        """Return the filter of the person with an id."""
        return f"(&{self.people}{filter_of_subject(self.server.id_attribute, subject)})"

    def with_subject(self, subject: str) -> str:
        """Return the same filter among `everybody`."""
        return f"(&{self.everybody}{filter_of_subject(self.server.id_attribute, subject)})"

    def with_email(self, email: str) -> str:
        """Return the filter of the people with an e-mail address."""
        return filter_of_name([self.attributes.get("email", "mail")], email)

    def provided(self, entry: LdapEntry) -> ProvidedPerson:
        """Return what an entry says of its person."""
        values = {name: entry.first(attribute) for name, attribute in self.attributes.items()}
        return ProvidedPerson.of({"subject": entry.subject, "name": "", **values})
