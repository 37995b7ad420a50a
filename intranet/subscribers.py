"""Page 2 of the house: who listens to which event."""


def subscribe() -> None:
    """Fill the bus. Saying it twice changes nothing."""
