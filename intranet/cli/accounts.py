"""Commands for the operator: create agencies, and create, invite and disable accounts."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from intranet.cli.app_context import application
from intranet.config import LANGUAGES

if TYPE_CHECKING:
    from intranet.organisation.accounts.models import Account

P = ParamSpec("P")
R = TypeVar("R")

KINDS = (
    *("state", "region", "province", "island", "district", "association", "municipality"),
    *("minor_entity", "grouping", "consortium", "university", "public_body"),
)


def _at_work(command: Callable[P, R]) -> Callable[P, R]:
    """Wrap a command to run within the application and to print a refusal as its error message."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        from intranet.platform.core import schema
        from intranet.platform.core.errors import Invalid, Problem

        with application() as app:
            schema.upgrade(app)
            with app.app_context():
                try:
                    return command(*args, **kwargs)
                except Invalid as problem:
                    reasons = [f"{name}: {words}" for name, words in problem.errors.items()]
                    raise click.ClickException("\n".join(reasons)) from problem
                except Problem as problem:
                    raise click.ClickException(str(problem.detail)) from problem

    return wrapped


@click.group()
def account() -> None:
    """Create, invite and disable accounts."""


@account.command()
@click.argument("name")
@click.option("--agency", "code", required=True, help="The agency's code.")
@click.option("--email", help="The address that the invitation goes to.")
@click.option("--staff-number", help="For a person without a mailbox. The link is printed.")
@_at_work
def create(name: str, code: str, email: str | None, staff_number: str | None) -> None:
    """Create an account for the person NAME and send the invitation."""
    from intranet.organisation.accounts.operations.accounts import invite_person
    from intranet.organisation.agencies.queries import agency_by_code

    found = agency_by_code(code)
    if found is None:
        message = f"There is no agency with the code {code}."
        raise click.ClickException(message)
    invited = invite_person(None, found, name, email=email, staff_number=staff_number)
    _tell(invited.address)


@account.command()
@click.argument("name")
@_at_work
def invite(name: str) -> None:
    """Send the invitation again. NAME is an e-mail address or NUMBER@handle."""
    from intranet.organisation.accounts.operations.accounts import invite_again

    _tell(invite_again(None, _called(name)).address)


@account.command()
@click.argument("name")
@_at_work
def disable(name: str) -> None:
    """Disable the account that signs in with NAME, and sign it out everywhere."""
    from intranet.organisation.accounts.operations.accounts import disable_account

    disable_account(None, _called(name))
    click.echo("The account is disabled and signed out everywhere.")


@account.command("second-factor")
@click.argument("name")
@_at_work
def second_factor(name: str) -> None:
    """Remove the second factor of an account, and sign it out everywhere."""
    from intranet.organisation.accounts.operations.second_factors import reset_second_factor

    reset_second_factor(None, _called(name))
    click.echo("The second factor was removed. The account is signed out everywhere.")


@click.group()
def agency() -> None:
    """Create agencies."""


@agency.command("create")
@click.argument("name")
@click.option("--code", required=True, help="The official code. In Spain, the DIR3 code.")
@click.option(
    "--scheme", help="The register of the code, as dir3. Without it, told by the form of the code."
)
@click.option("--kind", required=True, type=click.Choice(KINDS))
@click.option("--language", default="es", show_default=True, type=click.Choice(LANGUAGES))
@click.option("--time-zone", default="Europe/Madrid", show_default=True)
@click.option("--handle", help="Short name, as in @post@handle. Without it, made from NAME.")
@click.option("--administrator", required=True, help="The first administrator's name.")
@click.option("--post", "post_title", required=True, help="The title of the administrator's post.")
@click.option("--email", help="The administrator's address.")
@click.option("--staff-number", help="For a person without a mailbox. The link is printed.")
@_at_work
def create_agency(
    *,
    administrator: str,
    email: str | None,
    staff_number: str | None,
    **values: str,
) -> None:
    """Create the agency NAME and invite its first administrator."""
    from intranet.organisation.accounts.operations.agencies import NewAgency, make_agency

    new = NewAgency(**values)
    invited = make_agency(new, name=administrator, email=email, staff_number=staff_number)
    click.echo(f"The agency {new.code} was created.")
    _tell(invited.address)


def _called(name: str) -> "Account":
    from intranet.organisation.accounts.queries import account_of_sign_in_name

    found, _may_sign_in = account_of_sign_in_name(name)
    if found is None:
        message = f"Nobody signs in with {name}."
        raise click.ClickException(message)
    return found


def _tell(address: str | None) -> None:
    if address is None:
        click.echo("The invitation is sent by mail when the server or a worker runs.")
    else:
        click.echo("Give this link to the person. It works once, for 14 days:")
        click.echo(address)
