"""The ordered log of changes of the organisation, and the organisation as on a day."""
