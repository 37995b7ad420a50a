"""`intranet reconcile`: memberships against their rules."""

import sys

import click
from flask.cli import with_appcontext


@click.command()
@click.option("--repair", is_flag=True, help="Also make the rows as the rules say.")
@with_appcontext
def reconcile(repair: bool) -> None:  # noqa: FBT001 - click gives options by name
    """Compare memberships with the rules that they follow from, and print the differences."""
    from intranet.spaces.jobs import reconcile as compare

    found = compare(repair=repair)
    for space, differs in found.items():
        for row in differs.missing:
            click.echo(f"{space.id} lacks {row.person_id} by appointment {row.appointment_id}")
        for row in differs.superfluous:
            click.echo(f"{space.id} holds {row.person_id} against its rule")
    click.echo(f"{len(found)} spaces differ{' and are repaired' if repair and found else ''}")
    sys.exit(1 if found and not repair else 0)
