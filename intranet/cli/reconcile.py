"""`intranet reconcile`: compare memberships, posts, the log and the index with their sources."""

import sys

import click
from flask.cli import with_appcontext


@click.command()
@click.option("--repair", is_flag=True, help="Also correct the differences.")
@with_appcontext
def reconcile(repair: bool) -> None:  # noqa: FBT001 - click gives options by name
    """Check memberships, posts, the log and the directory index, and report differences."""
    checks = (_memberships, _posts, _occupations, _log, _index)
    differing = sum(check(repair=repair) for check in checks)
    sys.exit(1 if differing and not repair else 0)


def _memberships(*, repair: bool) -> int:
    from intranet.messaging.spaces.jobs import reconcile as compare

    found = compare(repair=repair)
    for space, (missing, superfluous) in found.items():
        for values in missing:
            person_id, appointment_id = values["person_id"], values["appointment_id"]
            click.echo(f"Space {space.id} lacks person {person_id} (appointment {appointment_id})")
        for row in superfluous:
            click.echo(f"Space {space.id} has person {row.person_id} against its rule")
    click.echo(f"{len(found)} spaces differ{_repaired(len(found), repair=repair)}")
    return len(found)


def _posts(*, repair: bool) -> int:
    from intranet.administration.imports.queries import agencies_being_imported
    from intranet.organisation.agencies.jobs import reconcile as compare

    count = compare(repair=repair, unfinished=agencies_being_imported)
    click.echo(
        f"{count} vacant posts pass messages to the wrong post{_repaired(count, repair=repair)}"
    )
    return count


def _occupations(*, repair: bool) -> int:
    from intranet.organisation.people.jobs import reconcile as compare

    count = compare(repair=repair)
    click.echo(f"{count} posts have the wrong occupations{_repaired(count, repair=repair)}")
    return count


def _log(*, repair: bool) -> int:
    from intranet.organisation.history.jobs import reconcile as compare

    found = compare(repair=repair)
    for kind, ids in found.items():
        click.echo(f"log: {len(ids)} of kind {kind.value}")
    count = sum(map(len, found.values()))
    click.echo(f"{count} rows of the organisation differ{_repaired(count, repair=repair)}")
    return count


def _index(*, repair: bool) -> int:
    from intranet.finding.directory.jobs import reconcile as compare

    found = compare(repair=repair)
    for differs in found:
        click.echo(f"index: {differs.count} of kind {differs.kind.value}")
    count = sum(differs.count for differs in found)
    click.echo(f"{count} entries of the directory index differ{_repaired(count, repair=repair)}")
    return count


def _repaired(count: int, *, repair: bool) -> str:
    return " and are repaired" if repair and count else ""
