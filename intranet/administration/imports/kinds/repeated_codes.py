"""Check lines that repeat a code: each in another language, none contradicting the first."""

from collections.abc import Sequence

from intranet.administration.imports.faults import Rejected

Key = tuple[object, ...]


class Once:
    """Remembers the codes of a file, their languages, and the values of their first line."""

    def __init__(self, *, is_on: bool) -> None:
        """Start with no codes. `is_on` is false for a batch to apply: the dry run checked it."""
        self._is_on = is_on
        self._first: dict[Key, tuple[int, str | None, Sequence[object]]] = {}
        self._further: set[tuple[Key, str | None]] = set()

    def check(self, number: int, key: Key, lang: str | None, said: Sequence[object]) -> None:
        """Register a line.

        Args:
            said: the values of the other columns, empty where the line has none.

        Raises:
            Rejected: the code occurred before with this language, or with other values.
        """
        if not self._is_on:
            return
        if key not in self._first:
            self._first[key] = (number, lang, said)
            return
        first, first_lang, before = self._first[key]
        if lang == first_lang or (key, lang) in self._further:
            raise Rejected("code", "twice", about={"line": first})
        if any(now not in ("", None, then) for now, then in zip(said, before, strict=True)):
            raise Rejected("code", "contradicts", about={"line": first})
        self._further.add((key, lang))
