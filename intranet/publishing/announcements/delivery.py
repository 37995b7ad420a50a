"""What is known of delivery: told by whoever delivers, further up the house."""

from collections.abc import Callable, Collection, Mapping
from uuid import UUID

Told = Mapping[UUID, tuple[str, str]]
Teller = Callable[[UUID, Collection[UUID]], Told]
_tellers: list[Teller] = []


def tells_delivery(teller: Teller) -> Teller:
    """Register who knows what became of telling people of a publication.

    It is given the publication's id and people's ids, and answers with a state for each person
    of whom it knows (`ok`, `plain`, `attn`, `bad`: not delivered) and with words for it.
    """
    if teller not in _tellers:
        _tellers.append(teller)
    return teller


def delivery_words(publication_id: UUID, person_ids: Collection[UUID]) -> Told:
    """What is known of each of these people; nothing where nobody knows."""
    found: dict[UUID, tuple[str, str]] = {}
    for teller in _tellers:
        found.update(teller(publication_id, person_ids))
    return found
