"""`intranet jobs`: the work owed to the outside, what of it failed, and trying that again."""

import click
from flask.cli import with_appcontext


@click.command()
@click.option(
    "--retry", "retried", metavar="KIND", help="Try what failed of a kind again; all: every kind."
)
@with_appcontext
def jobs(retried: str | None) -> None:
    """Show the work that is owed, by kind: waiting, tried again, failed, done this week."""
    from intranet.core import outbox, outbox_figures

    if retried:
        count = outbox.retry_failed(None if retried == "all" else retried)
        click.echo(f"{count} are tried again")
        return
    for row in outbox_figures.standing():
        click.echo(
            f"{row.kind}: {row.waiting} waiting, {row.retrying} tried again, "
            f"{row.failed} failed, {row.done} done"
        )
        for error, number in row.errors:
            click.echo(f"    {error}: {number}")
