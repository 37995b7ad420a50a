"""`intranet partition`: cut messages and the index of words by time."""

import click

from intranet.cli.app_context import application


@click.command()
@click.option("--anyway", is_flag=True, help="Also where there are too few for it to pay.")
def partition(anyway: bool) -> None:  # noqa: FBT001 - click gives options by name
    """Cut messages and the index of words into partitions by time, on PostgreSQL.

    The site goes on while it runs. Nothing is copied: what there is becomes the first partition.
    From next month on, new messages go into another, and then into one for each year.
    """
    from intranet.messaging.messages import partitions
    from intranet.platform.core import clock
    from intranet.platform.core.database import on_sqlite
    from intranet.platform.core.partitions import NotByTimeError, cut, partitions_of, years_from

    with application() as app, app.app_context():
        if on_sqlite():
            message = "Only PostgreSQL has partitions. `intranet move` takes a site there."
            raise click.ClickException(message)
        count = partitions.estimated_messages()
        if count < partitions.WORTH_CUTTING and not anyway:
            message = (
                f"There are about {count:,} messages, and it pays from "
                f"{partitions.WORTH_CUTTING:,} on. Add --anyway to do it now."
            )
            raise click.ClickException(message)
        for table in partitions.TIMED_TABLES:
            click.echo(f"{table.name}: checking, then cutting. Posting goes on.")
            try:
                cut(table, years_from(clock.now()))
            except NotByTimeError as error:
                message = (
                    f"Some rows of {table.name} are of a later date than next month: "
                    "is the clock of this machine right? Nothing was changed."
                )
                raise click.ClickException(message) from error
            for part in partitions_of(table.name):
                since = f"from {part.begins:%d %B %Y} on" if part.begins else "what there was"
                click.echo(f"  {part.name}: {since}")
