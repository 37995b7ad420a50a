"""Many people to invite, and what happens to their letters."""

from datetime import timedelta

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts.invitation_models import AccountInvitation
from intranet.organisation.accounts.invitation_status import AccountStanding, Invitees, statuses_of
from intranet.organisation.accounts.models import Account
from intranet.organisation.accounts.operations.accounts import NewAccount, create_accounts
from intranet.organisation.accounts.operations.invitations import queue_invitations, release_due
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.storing import PersonRow, store_people
from intranet.platform.core import clock
from intranet.platform.core.ids import uuid7
from intranet.platform.core.outbox import run_due
from intranet.platform.core.unit_of_work import unit_of_work

NOT_INVITED = Invitees({AccountStanding.NOT_INVITED})


def newcomers(cast, count, domain="monteclaro.example", *, number=None, start=0):
    """Make people with an account that nobody invited, by address or by staff number."""
    names = range(start, start + count)
    people = [PersonRow(id=uuid7(), name=f"Nova {place}", profile={}) for place in names]
    with unit_of_work():
        store_people(people)
        rows = {
            row.id: row
            for row in db.session.scalars(
                select(Person).where(Person.id.in_([person.id for person in people]))
            )
        }
        return create_accounts(
            None,
            cast.monteclaro,
            [
                NewAccount(
                    person=rows[person.id],
                    email=None if number else f"nova{place}@{domain}",
                    staff_number=f"{number}{place}" if number else None,
                )
                for place, person in zip(names, people, strict=True)
            ],
        )


def queue(cast, whom=NOT_INVITED, **more):
    """Invite people of Monteclaro, as Dorleta does."""
    return queue_invitations(cast.dorleta, cast.monteclaro, whom, **more)


def let_out(minutes=1, now=None):
    """Let the clock release letters for some minutes, and do what the outbox owes."""
    now = now or clock.now()
    for seconds in range(0, minutes * 60 + 1, 5):
        with clock.freeze(now + timedelta(seconds=seconds)):
            release_due()
            while run_due():
                pass


def standings(accounts):
    """How far each account is, read anew."""
    found = statuses_of({account.id for account in accounts})
    return [found[account.id].value for account in accounts]


def row_of(account):
    """What became of the invitation of an account, read anew."""
    return db.session.get(AccountInvitation, account.id, populate_existing=True)


def account_of(email):
    """The account of an address."""
    return db.session.scalars(select(Account).where(Account.email == email)).one()
