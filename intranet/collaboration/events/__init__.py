"""Events: when and where something is, how it repeats, who comes, and calendars that follow it."""
