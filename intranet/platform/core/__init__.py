"""The base of every package: time, ids, errors, events, the unit of work, parsing, language."""
