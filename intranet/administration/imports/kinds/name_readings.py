"""Names that are not certain: both readings are kept, and the dry run says so."""

from intranet.administration.imports.kinds.appointing import ImportIdentity
from intranet.administration.imports.outcomes import ImportEffect, ImportOutcome
from intranet.organisation.people.natural_names import NameReading

UNSURE = "name_unsure"


def identity_of(
    reading: NameReading, name: str, email: str | None, number: str | None
) -> ImportIdentity:
    """Return the person of a line; `name` is that of the reading, which was checked."""
    other = "" if reading.is_sure else reading.alternative
    return ImportIdentity(name, email, number, other, reading.is_recased)


def mark_unsure(outcome: ImportOutcome, who: ImportIdentity) -> None:
    """Say of a new person that their name is not certain; the line is applied all the same."""
    if who.alternative and outcome.what == ImportEffect.CREATED:
        outcome.column, outcome.code = "name", UNSURE
        outcome.about = {"name": who.name, "alternative": who.alternative}
