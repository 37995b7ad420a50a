"""`intranet demo`: load the demonstration into an empty installation."""

import click
from flask import Flask

from intranet.bootstrap.start import has_source_tree
from intranet.cli.app_context import application


@click.command()
def demo() -> None:
    """Fill an empty installation with invented agencies, people and conversations."""
    from intranet.organisation.accounts.operations.agencies import is_anybody_there
    from intranet.platform.core import schema, slow_statements

    with slow_statements.expected(), application() as app:
        schema.upgrade(app)
        with app.app_context():
            is_used = is_anybody_there()
        if is_used:
            raise click.ClickException(
                "This installation has people already. The demonstration needs an empty one: "
                "set INTRANET_DATA_DIR to another folder, or use another database."
            )
        for line in load(app):
            click.echo(line)


def load(app: Flask) -> list[str]:
    """Load the demonstration, showing progress; return the lines about signing in."""
    from intranet.platform.core.web import settings_of

    if not has_source_tree():
        click.echo("The demonstration belongs to the source tree, so the site starts empty.")
        return []
    from tools.demo import loader

    click.echo("Loading the demonstration …")
    with app.app_context():
        loader.load(settings_of(app).demo_password, say=lambda words: click.echo(f"  {words}"))
    return sign_ins(app)


def sign_ins(app: Flask) -> list[str]:
    """Return lines on how to sign in to the demonstration; none without it."""
    from intranet.organisation.agencies.demonstration import is_loaded
    from intranet.platform.core.web import settings_of

    with app.app_context():
        if not (has_source_tree() and is_loaded()):
            return []
    from tools.demo import loader

    found = loader.sign_ins()
    width = max(len(address) for address, _ in found)
    password = settings_of(app).demo_password
    return [
        f"Demonstration: sign in with the password {password} as one of",
        *(f"  {address:{width}}  {caption}" for address, caption in found),
    ]
