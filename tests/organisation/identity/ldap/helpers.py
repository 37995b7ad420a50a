"""Comparisons of a directory in tests, and what is found of them."""

from flask import current_app
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts.models import Account
from intranet.organisation.identity import queries
from intranet.organisation.identity.ldap import comparing, following
from intranet.organisation.identity.models import ProvisioningLine
from intranet.platform.core.outbox import OutboxRow, Pace, run_due
from intranet.platform.core.unit_of_work import unit_of_work


def work_off():
    """Do everything that waits for a thread of the background, in a session of its own."""
    db.session.rollback()
    with current_app.app_context():
        while run_due(pace=Pace.LONG):
            pass
    db.session.expire_all()


def compared(cast, provider):
    """A comparison that Dorleta asked for."""
    run = comparing.compare(cast.dorleta, provider)
    work_off()
    db.session.refresh(run)
    return run


def followed(cast, provider, **how):
    """A comparison that Dorleta asked for and then had applied."""
    run = compared(cast, provider)
    following.agree(cast.dorleta, run, **how)
    work_off()
    db.session.refresh(run)
    return run


def lines_of(run):
    """What each line of a comparison says, by title."""
    rows = db.session.scalars(
        select(ProvisioningLine)
        .where(ProvisioningLine.run_id == run.id)
        .order_by(ProvisioningLine.number)
    )
    return {line.title: (line.effect, line.reason) for line in rows}


def account(email):
    """The account with an e-mail, read anew."""
    db.session.expire_all()
    return db.session.scalar(select(Account).where(Account.email == email))


def newest(provider):
    """The newest comparison of a directory."""
    run = queries.latest_run(provider.id)
    assert run is not None
    return run


def change_provider(provider, **values):
    """Change columns of a provider, as its page does."""
    with unit_of_work() as work:
        work.lock(provider)
        for name, value in values.items():
            setattr(provider, name, value)


def told(person):
    """What a person is told about, in the order in which it happened."""
    rows = select(OutboxRow.payload).where(OutboxRow.kind == "notifications.account")
    told = db.session.scalars(rows.order_by(OutboxRow.id))
    return [each["why"] for each in told if each["person_id"] == str(person.id)]
