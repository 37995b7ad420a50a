"""What the pages and calls of groups are sent, as typed values."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, field_validator

from intranet.collaboration.groups.models import Joining, Makers
from intranet.collaboration.groups.operations.founding import Details
from intranet.messaging.spaces.audience import Atom
from intranet.messaging.spaces.models import Reach, Role
from intranet.organisation.agencies.models import AgencyKind
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import PLACES, EmptyIsNone, Form, Line, Text


class DetailsForm(Form):
    """What is said of a group. A switch that is off is not sent."""

    name: Line = ""
    purpose: Text = ""
    joining: Joining = Joining.REQUEST
    is_listed: bool = False
    reach: Reach = Reach.NETWORK
    topics: tuple[str, ...] = ()
    welcome: Text = ""
    rules: Text = ""

    @field_validator("topics", mode="before")
    @classmethod
    def _chosen(cls, value: object) -> object:
        """A form sends one value, several, or empty ones for what is not chosen."""
        codes = [value] if isinstance(value, str) else value
        return tuple(code for code in codes if code) if isinstance(codes, list | tuple) else codes

    def details(self) -> Details:
        """The same for an operation."""
        return Details(
            name=self.name,
            purpose=self.purpose,
            joining=self.joining,
            is_listed=self.is_listed,
            reach=self.reach,
            topics=self.topics,
            welcome=self.welcome,
            rules=self.rules,
        )


class FoundForm(DetailsForm):
    """A new group, and the post to which it belongs."""

    post_id: UUID


class ChangeForm(DetailsForm):
    """The same of one that is there, and which version of it somebody had before them."""

    version: Annotated[int, Field(ge=1, le=PLACES)]


class AtomForm(Form):
    """One condition of a rule: people by what they do and where."""

    function: Annotated[str | None, EmptyIsNone] = None
    heads: bool = False
    agency_kind: Annotated[AgencyKind | None, EmptyIsNone] = None
    territory: Annotated[str | None, EmptyIsNone] = None

    def atom(self) -> Atom:
        """The same as an atom of an audience.

        Raises:
            Invalid: nothing is said.
        """
        if not (self.function or self.heads or self.agency_kind or self.territory):
            raise Invalid(
                {
                    "function": _l(
                        "Choose at least one condition: a function, heads only, or a place."
                    )
                }
            )
        return Atom.parse(
            {
                "function": self.function,
                "level": "head" if self.heads else None,
                "agency_kind": self.agency_kind,
                "territory": self.territory,
            }
        )


class PersonForm(Form):
    """Who, and a few words."""

    person_id: UUID
    note: Text = ""


class MemberForm(Form):
    """What becomes of somebody in a group."""

    person_id: UUID
    do: Literal["remove", "speak", "silence"]

    @property
    def role(self) -> Role:
        """The role that is asked for."""
        return Role.SPEAKER if self.do == "speak" else Role.MEMBER


class KeyForm(Form):
    """Until the end of which day a key is turned; without one for good."""

    until: Annotated[date | None, EmptyIsNone] = None


class MakersForm(Form):
    """Who opens groups."""

    makers: Makers
