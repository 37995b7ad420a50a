"""A catalogue of what administrations do, how it goes, and which others use it."""
