"""Forms of groups, as typed values."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, field_validator

from intranet.collaboration.groups.models import Joining, Makers
from intranet.collaboration.groups.operations.founding import GroupDetails
from intranet.messaging.spaces.audience import Atom
from intranet.messaging.spaces.models import Reach, Role
from intranet.organisation.agencies.models import AgencyKind
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import MAX_INTEGER, EmptyIsNone, Form, Line, Text


def details_of(form: Form) -> GroupDetails:
    """Return the details in a form as an operation takes them."""
    return GroupDetails(**form.model_dump(include=set(GroupDetails.__dataclass_fields__)))


class DetailsForm(Form):
    """The details of a group. A checkbox that is off is not sent."""

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
        """Return a tuple: a form sends one value, several, or empty ones where none is chosen."""
        codes = [value] if isinstance(value, str) else value
        return tuple(code for code in codes if code) if isinstance(codes, list | tuple) else codes


class FoundForm(DetailsForm):
    """A new group and its owner post."""

    post_id: UUID


class GroupChangeForm(DetailsForm):
    """The details of an existing group, and the version that was edited."""

    version: Annotated[int, Field(ge=1, le=MAX_INTEGER)]


class AtomForm(Form):
    """A condition of a membership rule: a function, heads only, an agency kind, a territory."""

    function: Annotated[str | None, EmptyIsNone] = None
    heads: bool = False
    agency_kind: Annotated[AgencyKind | None, EmptyIsNone] = None
    territory: Annotated[str | None, EmptyIsNone] = None

    def atom(self) -> Atom:
        """Return the condition as an atom of an audience.

        Raises:
            Invalid: no condition is given.
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


class GroupInvitationForm(Form):
    """A person to invite, and a note."""

    person_id: UUID
    note: Text = ""


class MemberForm(Form):
    """An action on a member of a group."""

    person_id: UUID
    do: Literal["remove", "speak", "silence"]

    @property
    def role(self) -> Role:
        """The role that the action gives."""
        return Role.SPEAKER if self.do == "speak" else Role.MEMBER


class KeyForm(Form):
    """The last day of an approval; without one it has no end."""

    until: Annotated[date | None, EmptyIsNone] = None


class MakersForm(Form):
    """The people of an agency who may create groups."""

    makers: Makers
