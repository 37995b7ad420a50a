"""`intranet reconcile`: memberships and posts against their rules, the index against its tables."""

import sys

import click
from flask.cli import with_appcontext


@click.command()
@click.option("--repair", is_flag=True, help="Also make the rows as the rules say.")
@with_appcontext
def reconcile(repair: bool) -> None:  # noqa: FBT001 - click gives options by name
    """Compare memberships and posts with their rules and the directory's index with its tables."""
    differing = _memberships(repair=repair) + _posts(repair=repair) + _index(repair=repair)
    sys.exit(1 if differing and not repair else 0)


def _memberships(*, repair: bool) -> int:
    from intranet.spaces.jobs import reconcile as compare

    found = compare(repair=repair)
    for space, differs in found.items():
        for row in differs.missing:
            click.echo(f"{space.id} lacks {row.person_id} by appointment {row.appointment_id}")
        for row in differs.superfluous:
            click.echo(f"{space.id} holds {row.person_id} against its rule")
    click.echo(f"{len(found)} spaces differ{_repaired(len(found), repair=repair)}")
    return len(found)


def _posts(*, repair: bool) -> int:
    from intranet.agencies.jobs import reconcile as compare

    count = compare(repair=repair)
    click.echo(f"{count} posts lead elsewhere than they should{_repaired(count, repair=repair)}")
    return count


def _index(*, repair: bool) -> int:
    from intranet.directory.jobs import reconcile as compare

    found = compare(repair=repair)
    for differs in found:
        click.echo(f"index: {differs.count} of kind {differs.kind.value}")
    count = sum(differs.count for differs in found)
    click.echo(f"{count} of the directory's index differ{_repaired(count, repair=repair)}")
    return count


def _repaired(count: int, *, repair: bool) -> str:
    return " and are repaired" if repair and count else ""
