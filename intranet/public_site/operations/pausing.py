"""Pauses of the public site, as the law requires before elections."""

from datetime import date, timedelta

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.organisation.agencies.access import require_right
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Person
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import optional_text, require_days
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.public_site.models import ShowcaseFreeze

MAX_DURATION = timedelta(days=366)
NOTE_LIMIT = 200
TO_COME_LIMIT = 20


def freeze(
    actor: Person, agency: Agency, starts_on: date, ends_on: date, note: str = ""
) -> ShowcaseFreeze:
    """Pause an agency's public pages between two of its days, both included.

    Raises:
        Forbidden: the person does not administer the agency.
        Invalid: the pause ends before it begins, is over or too long, or there are too many.
    """
    note = optional_text(note, "note", NOTE_LIMIT)
    require_days(starts_on=starts_on, ends_on=ends_on)
    with unit_of_work() as work:
        work.lock(agency)
        require_right(actor, Act.SHOWCASE, agency.id)
        today = clock.today(agency.time_zone)
        if ends_on < starts_on:
            raise Invalid(
                {"ends_on": _l("The end must be later than the start. Choose a later end.")}
            )
        if ends_on < today:
            raise Invalid({"ends_on": _l("This date has passed. Choose a later one.")})
        if ends_on - starts_on > MAX_DURATION:
            raise Invalid({"ends_on": _l("A pause can last up to a year.")})
        to_come = select(func.count()).where(
            ShowcaseFreeze.agency_id == agency.id,
            ShowcaseFreeze.lifted_at.is_(None),
            ShowcaseFreeze.ends_on >= today,
        )
        if (db.session.scalar(to_come) or 0) >= TO_COME_LIMIT:
            raise Invalid({"starts_on": _l("There are already too many pauses. End one first.")})
        pause = ShowcaseFreeze(
            agency_id=agency.id,
            starts_on=starts_on,
            ends_on=ends_on,
            note=note,
            set_by_id=actor.id,
        )
        work.add(pause)
        work.flush()
        _record("showcase.freeze", actor, pause)
    return pause


def lift(actor: Person, pause: ShowcaseFreeze) -> None:
    """End a pause at once, or cancel one that has not begun. Idempotent.

    Raises:
        Forbidden: the person does not administer the agency.
    """
    with unit_of_work() as work:
        work.lock(pause)
        require_right(actor, Act.SHOWCASE, pause.agency_id)
        if pause.lifted_at:
            return
        pause.lifted_at, pause.lifted_by_id = clock.now(), actor.id
        _record("showcase.lift", actor, pause)


def _record(act: str, actor: Person, pause: ShowcaseFreeze) -> None:
    record(
        act,
        agency_id=pause.agency_id,
        actor_id=actor.id,
        subject=("showcase_freeze", pause.id),
        detail={"from": pause.starts_on.isoformat(), "to": pause.ends_on.isoformat()},
    )
