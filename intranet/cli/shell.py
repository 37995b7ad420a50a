"""`intranet shell`: a Python prompt inside the application."""

from typing import TYPE_CHECKING, Any

import click
from flask.cli import shell_command

from intranet.cli.app_context import application

if TYPE_CHECKING:
    from intranet.organisation.agencies.models import Unit
    from intranet.organisation.people.models import Person

AT_HAND = """\
At hand: app, db, select, func, clock, unit_of_work, and every model by its name.
  person("ana@town.example")     the person who signs in with that name
  unit("U1", agency="town")      the unit with that code; the agency's handle may be left out
To change something, call an operation: it commits by itself. Without one, use unit_of_work()."""


@click.command()
@click.pass_context
def shell(context: click.Context) -> None:
    """Open a Python prompt in the application, with its database, people and units at hand."""
    from intranet.platform.core import schema

    with application() as app:
        if not schema.is_current(app):
            raise click.ClickException("The tables are out of date. Run `intranet migrate` first.")
        app.shell_context_processor(names)
        with app.app_context():
            click.echo(AT_HAND)
            context.invoke(shell_command)


def names() -> dict[str, Any]:
    """Return what the prompt knows by name, besides the application."""
    from sqlalchemy import func, select

    from intranet.extensions import Model, db
    from intranet.platform.core import clock
    from intranet.platform.core.unit_of_work import unit_of_work

    models = {mapper.class_.__name__: mapper.class_ for mapper in Model.registry.mappers}
    at_hand = {"db": db, "select": select, "func": func, "clock": clock}
    return {**models, **at_hand, "unit_of_work": unit_of_work, "person": person, "unit": unit}


def person(name: str) -> "Person":
    """Return the person who signs in with an e-mail address or with `NUMBER@handle`.

    Raises:
        LookupError: nobody does.
    """
    from intranet.organisation.accounts.queries import account_of_sign_in_name

    account, _may_sign_in = account_of_sign_in_name(name)
    if account is None:
        raise LookupError(f"Nobody signs in with {name}.")
    return account.person


def unit(code: str, *, agency: str = "") -> "Unit":
    """Return the unit with a code, in the agency with this handle where one is given.

    Raises:
        LookupError: there is no such unit, or several agencies have one.
    """
    from sqlalchemy import select

    from intranet.extensions import db
    from intranet.organisation.agencies.models import Agency, Unit

    wanted = select(Unit).where(Unit.code == code)
    if agency:
        wanted = wanted.join(Agency, Agency.id == Unit.agency_id).where(Agency.handle == agency)
    found = db.session.scalars(wanted).all()
    if len(found) != 1:
        handles = ", ".join(sorted(each.agency.handle for each in found)) or "none"
        raise LookupError(f"Agencies with a unit {code}: {handles}.")
    return found[0]
