"""Delivery states of notifications, supplied by packages that depend on this one."""

from collections.abc import Callable, Collection, Mapping
from uuid import UUID

Told = Mapping[UUID, tuple[str, str]]
Teller = Callable[[UUID, Collection[UUID]], Told]
_tellers: list[Teller] = []


def register_delivery_states(teller: Teller) -> Teller:
    """Register a function that reports the delivery of a publication's notifications.

    It takes the publication's id and people's ids. For each person whose delivery it knows, it
    returns a state (`ok`, `plain`, `attn`, or `bad` for not delivered) and a description.
    """
    if teller not in _tellers:
        _tellers.append(teller)
    return teller


def delivery_words(publication_id: UUID, person_ids: Collection[UUID]) -> Told:
    """Return the delivery state and its description for each of these people, where known."""
    found: dict[UUID, tuple[str, str]] = {}
    for teller in _tellers:
        found.update(teller(publication_id, person_ids))
    return found
