"""How many people a provider may end before somebody is asked."""

MAX_PERCENT = 5
"""The share of people up to which a provider ends them unasked."""
MAX_UNASKED_PEOPLE = 3
"""As many may leave an agency of any size: one of fifteen is more than the share already."""


def are_many(leaving: int, kept: int) -> bool:
    """Return whether so many leavers look like a mistake, so that somebody has to confirm them.

    Half of the people are always many: of two, one may be a filter that misses the other.

    Args:
        leaving: the people who would be ended now, or within the time that the caller looks at.
        kept: the people whom the provider keeps, those who would leave included.
    """
    if leaving * 2 >= kept:
        return leaving > 0
    return exceed_share(leaving, kept)


def exceed_share(leaving: int, kept: int) -> bool:
    """Return whether more leave than from an agency of any size, and than the share of its people.

    For a program that names each leaver: it does not overlook the other half by a wrong filter.
    """
    return leaving > MAX_UNASKED_PEOPLE and leaving * 100 > kept * MAX_PERCENT
