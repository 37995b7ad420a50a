"""The same code twice in a file: one name for each language, and nothing that contradicts."""

from collections.abc import Sequence

from intranet.administration.imports.faults import Rejected

Key = tuple[object, ...]


class Once:
    """Remembers which codes a file had, in which languages, and what was said of them first."""

    def __init__(self, *, is_on: bool) -> None:
        """A batch that is applied was looked at before: then it is off."""
        self._is_on = is_on
        self._first: dict[Key, tuple[int, str | None, Sequence[object]]] = {}
        self._further: set[tuple[Key, str | None]] = set()

    def check(self, number: int, key: Key, lang: str | None, said: Sequence[object]) -> None:
        """Take a line.

        Args:
            said: what the other columns say, empty where they say nothing.

        Raises:
            Rejected: the code stood before with this language, or with other values.
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
