"""A catalogue of initiatives of administrations, their progress, and the agencies that use them."""
