"""Find a unit, post, person or agency by typed text, with suggestions while typing.

An agency may have five thousand of each, too many for a list to choose from. A suggestion
such as "Licencias (URB-LIC)" is resolved by the code in brackets.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from intranet.administration.admin.access import people_of
from intranet.extensions import db
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.agencies.queries import in_force
from intranet.organisation.people.access import is_open_to
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.text import sort_key

MAX_SUGGESTIONS = 12
BRACKETS = re.compile(r"\(([^()]+)\)\s*$")


@dataclass(frozen=True)
class FieldSuggestion:
    """A suggestion: the text to put into the field, and a note beside it."""

    text: str
    note: str = ""


def unit_text(unit: Unit | None) -> str:
    """Return the unit as "Name (code)", the text of a unit field; empty without a unit."""
    return f"{unit.name.text(unit.agency.language)} ({unit.code})" if unit else ""


def post_text(post: Post | None) -> str:
    """Return the post as "Title (@handle)", the text of a post field; empty without a post."""
    return f"{post.title.text(post.unit.agency.language)} (@{post.handle})" if post else ""


def person_text(person: Person | None, account: Account | None) -> str:
    """Return the person as "Name (sign-in name)", or with the id if the agency knows none."""
    if person is None:
        return ""
    known_by = (account.email or account.staff_number) if account else None
    return f"{person.name} ({known_by or person.id})"


def find_unit(agency: Agency, typed: str, field: str) -> Unit:
    """Return the unit that was typed: by its code, or by a name that only one unit has.

    Raises:
        Invalid: no unit matches, or several do.
    """
    found = db.session.scalar(_units(agency).where(Unit.code == _bracketed(typed)))
    return found or _only_one(_units(agency).where(_is(Unit.sort_key, typed)), field)


def find_post(agency: Agency, typed: str, field: str) -> Post:
    """Return the post that was typed: by its handle or code, or by a title that only one post has.

    Raises:
        Invalid: no post matches, or several do.
    """
    key = _bracketed(typed)
    by_key = or_(Post.handle == key.lstrip("@").lower(), Post.code == key)
    found = db.session.scalars(_posts(agency).where(by_key).limit(1)).first()
    return found or _only_one(_posts(agency).where(_is(Post.sort_key, typed)), field)


def find_person(agency: Agency, typed: str, field: str) -> Person:
    """Return the person of the agency that was typed: by e-mail, staff number or name.

    Raises:
        Invalid: nobody of the agency matches, or several people do.
    """
    of_agency = select(Person).where(people_of(agency))
    key = _bracketed(typed)
    account = or_(Account.email == key.lower(), Account.staff_number == key.upper())
    by_key = of_agency.join(Account, Account.person_id == Person.id).where(
        account, Account.home_agency_id == agency.id
    )
    found = db.session.scalar(by_key)
    if found is None and (person_id := _id(key)):
        found = db.session.scalar(of_agency.where(Person.id == person_id))
    return found or _only_one(of_agency.where(_is(Person.sort_key, typed)), field)


def agency_text(agency: Agency) -> str:
    """Return the agency as "Name (code)", the text of an agency field."""
    return f"{agency.name.text(agency.language)} ({agency.code})"


def find_agency(viewer: Person, typed: str, field: str) -> Agency:
    """Return the agency that was typed, of those that the viewer may find.

    Raises:
        Invalid: no agency matches, or several do.
    """
    known = select(Agency).where(is_open_to(viewer))
    key = _bracketed(typed)
    by_key = or_(Agency.code == key, Agency.handle == key.lstrip("@").lower())
    found: Agency | None = db.session.scalars(known.where(by_key).limit(1)).first()
    return found or _only_one(known.where(_is(Agency.sort_key, typed)), field)


def suggested_agencies(viewer: Person, typed: str) -> list[FieldSuggestion]:
    """Return agencies the viewer may find whose name, code or short name contains the text."""
    open_to_viewer = select(Agency).where(is_open_to(viewer))
    found = _first(open_to_viewer, typed, Agency.sort_key, Agency.code, Agency.handle)
    return [FieldSuggestion(agency_text(row)) for row in found]


def suggested_units(agency: Agency, typed: str) -> list[FieldSuggestion]:
    """Return units whose name or code contains the text."""
    found = _first(_units(agency), typed, Unit.sort_key, Unit.code)
    return [FieldSuggestion(unit_text(row)) for row in found]


def suggested_posts(agency: Agency, typed: str) -> list[FieldSuggestion]:
    """Return posts whose title, handle or code contains the text, with their unit."""
    found = _first(_posts(agency), typed, Post.sort_key, Post.handle, Post.code)
    return [FieldSuggestion(post_text(row), row.unit.name.text(agency.language)) for row in found]


def suggested_people(agency: Agency, typed: str) -> list[FieldSuggestion]:
    """Return people of the agency whose name contains the text."""
    rows = db.session.execute(
        select(Person, Account)
        .outerjoin(
            Account, (Account.person_id == Person.id) & (Account.home_agency_id == agency.id)
        )
        .where(people_of(agency), matches_words(typed, Person.sort_key))
        .order_by(Person.sort_key, Person.id)
        .limit(MAX_SUGGESTIONS)
    )
    return [FieldSuggestion(person_text(person, account)) for person, account in rows]


def matches_words(typed: str, *columns: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Return the condition that each typed word is in some column; the first column is folded."""
    folded, *others = columns
    conditions = []
    for word in typed.split():
        parts = [func.lower(column).contains(word.lower(), autoescape=True) for column in others]
        if key := sort_key(word):
            parts.append(folded.contains(key, autoescape=True))
        conditions.append(or_(false(), *parts))
    return and_(true(), *conditions)


def _units(agency: Agency) -> Select[Unit]:
    return select(Unit).where(Unit.agency_id == agency.id, in_force(Unit, _today(agency)))


def _posts(agency: Agency) -> Select[Post]:
    return select(Post).where(Post.agency_id == agency.id, in_force(Post, _today(agency)))


def _first(found: Select[Any], typed: str, *columns: InstrumentedAttribute[str]) -> Sequence[Any]:
    """Return the first rows with the text in one of the columns, ordered by the first column."""
    key = columns[0]
    rows = found.where(matches_words(typed, *columns)).order_by(key, key.class_.id)
    return db.session.scalars(rows.limit(MAX_SUGGESTIONS)).all()


def _only_one(found: Select[Any], field: str) -> Any:
    rows: Sequence[Any] = db.session.scalars(found.limit(2)).all()
    if not rows:
        raise Invalid(
            {field: _l("There is no match for that name. Choose one of the suggestions.")}
        )
    if len(rows) > 1:
        raise Invalid({field: _l("Several items have that name. Choose one of the suggestions.")})
    return rows[0]


def _bracketed(typed: str) -> str:
    found = BRACKETS.search(typed)
    return found[1].strip() if found else typed.strip()


def _is(column: InstrumentedAttribute[str], typed: str) -> ColumnElement[bool]:
    return column == sort_key(BRACKETS.sub("", typed))


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _today(agency: Agency) -> date:
    return clock.today(agency.time_zone)
