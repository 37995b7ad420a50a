"""The term of an appointment, as forms and programs send it."""

from datetime import date
from typing import Annotated

from pydantic import Field

from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import AppointmentKind, Person
from intranet.organisation.people.operations.appointments import AppointmentSpec
from intranet.platform.core.parsing import EmptyIsNone, Form, Line

Basis = Annotated[Line, Field(max_length=80)]


class Term(Form):
    """The kind, the days and the basis of an appointment; the last day is included."""

    kind: AppointmentKind = AppointmentKind.HOLDER
    starts_on: date
    ends_on: date | None = None
    basis: Basis = ""

    def of(self, person: Person, post: Post) -> AppointmentSpec:
        """Return the appointment of a person to a post for this term."""
        return AppointmentSpec(
            post=post,
            person=person,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            kind=self.kind,
            basis=self.basis,
        )


class TermFields(Term):
    """A term from the fields of a page, where an empty last day means no end."""

    ends_on: Annotated[date | None, EmptyIsNone] = None
