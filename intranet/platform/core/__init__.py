"""What every package stands on: time, ids, errors, events, the unit of work, parsing, language."""
