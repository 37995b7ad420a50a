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
    """Remove the second factor of an account, and sign it out everywhere.

    Its owner is told, and its earlier direct messages close until its owner confirms.
    """
    from intranet.organisation.accounts.operations.second_factors import reset_second_factor

    reset_second_factor(None, _called(name))
    click.echo("The second factor was removed. The account is signed out everywhere.")


@account.command()
@click.argument("name")
@_at_work
def approve(name: str) -> None:
    """Approve what an administrator asked for the account NAME, as the second person.

    For agencies with one administrator. It takes effect a day later, and its owner is told.
    """
    from intranet.organisation.accounts.letters import what_changes
    from intranet.organisation.accounts.operations.sensitive_changes import approve as approve_one
    from intranet.organisation.accounts.queries import waiting_changes

    waiting = [change for change in waiting_changes(_called(name).id) if not change.approved]
    if not waiting:
        message = "Nothing waits for approval."
        raise click.ClickException(message)
    for change in waiting:
        asked = change.asked_by.name if change.asked_by else "a directory or program"
        approve_one(None, change)
        click.echo(f"Approved: {what_changes(change)}. Asked by {asked}. In effect in 24 hours.")


@click.group()
def agency() -> None:
    """Create agencies, record their e-mail domains, recover those without an administrator."""


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


@agency.command("domain")
@click.argument("code")
@click.argument("domain")
@_at_work
def prove_domain(code: str, domain: str) -> None:
    """Record that the e-mail DOMAIN belongs to the agency with CODE, as you know it to be."""
    from intranet.organisation.agencies.queries import agency_by_code
    from intranet.organisation.identity.operations.domains import prove_by_operator

    found = agency_by_code(code)
    if found is None:
        message = f"There is no agency with the code {code}."
        raise click.ClickException(message)
    row = prove_by_operator(found, domain)
    click.echo(f"{row.domain} belongs to {found.code}.")


@agency.command("sign-in")
@click.argument("code")
@click.argument("way", type=click.Choice(["oidc", "saml", "ldap"]))
@_at_work
def switch_sign_in_on(code: str, way: str) -> None:
    """Switch on a WAY to sign in that the agency with CODE set up and tested, as the second person.

    For agencies with one administrator.
    """
    from intranet.organisation.agencies.queries import agency_by_code
    from intranet.organisation.identity.models import ProviderKind
    from intranet.organisation.identity.operations.providers import switch_on
    from intranet.organisation.identity.queries import provider_of

    found = agency_by_code(code)
    provider = provider_of(found.id, ProviderKind(way)) if found else None
    if provider is None:
        message = f"The agency {code} has not set this up."
        raise click.ClickException(message)
    switch_on(None, provider, version=provider.version, accepts_limits=True)
    click.echo(f"People of {code} can now sign in by {provider.name}.")


@agency.command("unadministered")
@_at_work
def unadministered() -> None:
    """List the agencies that nobody administers who can sign in."""
    from intranet.organisation.accounts.operations.recovering import agencies_without_administrator

    for found in agencies_without_administrator():
        click.echo(f"{found.code}\t{found.name.text(found.language)}")


@agency.command("recover")
@click.argument("name")
@click.argument("codes", nargs=-1, required=True)
@click.option("--post", "post_title", required=True, help="The title of a post, if one is needed.")
@click.option(
    "--beside",
    metavar="REASON",
    default="",
    help="Why they administer beside others who can sign in. Logs keep it; the others are told.",
)
@_at_work
def recover(name: str, codes: tuple[str, ...], post_title: str, beside: str) -> None:
    """Make the person who signs in with NAME administrator of agencies that have none left.

    Where an administrator's account was taken over and can still sign in, give the reason with
    --beside: the new administrator can then close it or end its role.
    """
    from intranet.organisation.accounts.operations.recovering import recover as recover_agencies
    from intranet.organisation.agencies.queries import agency_by_code

    found = {code: agency_by_code(code) for code in codes}
    for code, agency in found.items():
        if agency is None:
            message = f"There is no agency with the code {code}."
            raise click.ClickException(message)
    agencies = [agency for agency in found.values() if agency]
    address = recover_agencies(_called(name), agencies, post_title=post_title, beside=beside)
    for code in codes:
        click.echo(f"{name} administers {code}. Its audit log says so.")
    if address:
        _tell(address)


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
