"""The people, units and imports that a form or an address names."""

from collections.abc import Sequence
from uuid import UUID

from intranet.platform.core.errors import NotFound

CHOSEN_LIMIT = 500
"""How many people are acted on at once."""


def given_ids(texts: Sequence[str]) -> list[UUID]:
    """Return the ids in these texts; empty ones are left out.

    Raises:
        NotFound: a text is no id.
    """
    try:
        return [UUID(text) for text in texts[:CHOSEN_LIMIT] if text]
    except ValueError as error:
        raise NotFound from error
