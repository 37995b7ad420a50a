"""`intranet migrate`: bring the tables to the current schema."""

import click

from intranet.cli.app_context import application


@click.command()
@click.option("--to", "revision", default="head", show_default=True, help="The target revision.")
@click.option("--make", "message", help="For developers: write a revision from the models.")
def migrate(revision: str, message: str | None) -> None:
    """Update the tables of the database to the newest version."""
    from alembic.util import CommandError

    from intranet.platform.core import schema

    with application() as app:
        if message:
            try:
                schema.make_revision(app, message)
            except CommandError as error:
                raise click.ClickException(
                    f"{error} Run `python3 -m intranet migrate` with this database first."
                ) from error
        elif revision == "head":
            done = schema.upgrade(app)
            click.echo("The database was migrated." if done else "The database is current.")
        elif revision == "base" or revision.startswith("-"):
            schema.downgrade(app, revision)
            click.echo(f"The database was migrated down to {revision}.")
        else:
            schema.upgrade(app, revision)
            click.echo(f"The database was migrated to {revision}.")
