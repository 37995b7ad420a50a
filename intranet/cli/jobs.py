"""`intranet jobs`: show the tasks of the outbox, and retry or drop those that failed."""

import click
from flask.cli import with_appcontext


@click.command()
@click.option(
    "--retry",
    "retried",
    metavar="KIND",
    help="Try the failed jobs of this kind again. For every kind: all.",
)
@click.option(
    "--drop",
    "dropped",
    metavar="KIND",
    help="Give up the failed jobs of this kind for good. For every kind: all.",
)
@with_appcontext
def jobs(retried: str | None, dropped: str | None) -> None:
    """Show background jobs by kind: waiting, tried again, failed, done this week."""
    from intranet.platform.core import outbox, outbox_figures

    if retried and dropped:
        raise click.UsageError("Either --retry or --drop, not both.")
    if dropped:
        count = outbox.drop_failed(None if dropped == "all" else dropped)
        click.echo(f"{count} failed {'job was' if count == 1 else 'jobs were'} given up")
        return
    if retried:
        count = outbox.retry_failed(None if retried == "all" else retried)
        click.echo(f"{count} failed {'job' if count == 1 else 'jobs'} will be tried again")
        return
    for row in outbox_figures.counts_by_kind():
        click.echo(
            f"{row.kind}: {row.waiting} waiting, {row.retrying} tried again, "
            f"{row.failed} failed, {row.done} done"
        )
        for error, number in row.errors:
            click.echo(f"    {error}: {number}")
