"""Suggestions while a query is typed: operators, and values for the operator being typed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from intranet.attention.search.conversation_search import conversations_of
from intranet.attention.search.operators import (
    FILE_WORDS,
    ME_WORDS,
    NAMES,
    Operator,
    last_term,
    named_operator,
)
from intranet.attention.search.switcher import find_conversations
from intranet.attention.search.typed_dates import YESTERDAY
from intranet.finding.directory.filters import DirectoryFilters
from intranet.finding.directory.search import find
from intranet.messaging.conversations.faces import Face, faces_of
from intranet.organisation.people.directory_limit import hand_out
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import TooMany
from intranet.platform.core.i18n import _
from intranet.platform.core.text import fold
from intranet.platform.core.web import current_language, current_zone
from intranet.platform.index.models import DocumentKind

MAX_SUGGESTIONS = 7
MIN_LETTERS = 2


@dataclass(frozen=True)
class SearchSuggestion:
    """A completion: `completed` is the whole text up to the caret."""

    text: str
    completed: str
    note: str = ""
    face: Face | None = None


@dataclass(frozen=True)
class _Value:
    text: str
    note: str = ""
    face: Face | None = None


def operator_names() -> Mapping[Operator, str]:
    """Return the operators' names in the reader's language."""
    return NAMES.get(current_language(), NAMES["en"])


def operator_notes() -> dict[Operator, str]:
    """Return what each operator does, in words."""
    return {
        Operator.FROM: _("the author; “%(me)s” is you", me=my_word()),
        Operator.IN: _("in a particular conversation"),
        Operator.BEFORE: _("before a day, a month or a year"),
        Operator.AFTER: _("from a day, a month or a year onwards"),
        Operator.HAS: _("with a file"),
        Operator.UNIT: _("in the channels of a unit and the units below it"),
        Operator.AGENCY: _("in the channels of an agency"),
    }


def operator_examples() -> list[tuple[str, str]]:
    """Return example queries with operators, and what each does."""
    names, notes = operator_names(), operator_notes()
    values = {
        Operator.FROM: "Ana",
        Operator.IN: "Urbanismo",
        Operator.BEFORE: yesterday_word(),
        Operator.AFTER: f"{clock.today(current_zone()):%Y-%m}",
        Operator.HAS: file_word(),
        Operator.UNIT: "Urbanismo",
        Operator.AGENCY: "Monteclaro",
    }
    return [
        *((f"{names[operator]}:{values[operator]}", notes[operator]) for operator in Operator),
        (_("“two words”"), _("exactly these words, next to each other")),
        (_("-word"), _("without this word")),
    ]


def my_word() -> str:
    """Return the word that means the reader after `from:`."""
    return ME_WORDS.get(current_language(), ME_WORDS["en"])


def file_word() -> str:
    """Return the word that means a file after `has:`."""
    return FILE_WORDS.get(current_language(), FILE_WORDS["en"])


def yesterday_word() -> str:
    """Return the word for yesterday."""
    return YESTERDAY.get(current_language(), YESTERDAY["en"])


def suggestions(viewer: Person, typed: str) -> list[SearchSuggestion]:
    """Suggest how a text may go on; nothing if its last term is an ordinary word."""
    if not (last := last_term(typed)):
        return []
    start, term = last
    sign_end = start + term.is_unwanted
    operator, value_start = named_operator(typed, sign_end)
    if operator is None:
        return _operators(typed, sign_end)
    before = typed[:value_start]
    typed_value = typed[value_start:].strip('"“”„«»')
    return [
        SearchSuggestion(value.text, f"{before}{_quoted(value.text)} ", value.note, value.face)
        for value in _VALUES[operator](viewer, typed_value)
    ][:MAX_SUGGESTIONS]


def _operators(typed: str, start: int) -> list[SearchSuggestion]:
    beginning = fold(typed[start:])
    if len(beginning) < MIN_LETTERS or not typed[start:].isalpha():
        return []
    notes = operator_notes()
    return [
        SearchSuggestion(f"{name}:", f"{typed[:start]}{name}:", notes[operator])
        for operator, name in operator_names().items()
        if any(fold(names[operator]).startswith(beginning) for names in NAMES.values())
    ]


def _people(viewer: Person, typed: str) -> Iterable[_Value]:
    mine = my_word()
    if fold(mine).startswith(fold(typed)):
        yield _Value(mine, viewer.name)
    if not fold(typed):
        return
    found = find(
        viewer, typed, DirectoryFilters(group=DocumentKind.PERSON.value), most=MAX_SUGGESTIONS
    )
    ids = [hit.id for hit in found.hits if found.meaning.names(hit.title)][:MAX_SUGGESTIONS]
    try:
        hand_out(viewer, ids)
    except TooMany:
        return
    faces = faces_of(ids, viewer)
    for face in (faces[row] for row in ids if row in faces):
        places = (face["post_title"], face["unit_name"], face["agency_name"])
        yield _Value(face["name"], " · ".join(filter(None, places)), face)


def _rooms(viewer: Person, typed: str) -> Iterable[_Value]:
    for item in find_conversations(viewer, typed, MAX_SUGGESTIONS):
        yield _Value(item["title"].partition(" +")[0], item["note"], item["person"])


def _units(viewer: Person, typed: str) -> Iterable[_Value]:
    names = (
        room.space.unit.name.text(current_language(), room.space.agency.language)
        for room in conversations_of(viewer)
        if room.space and room.space.unit
    )
    return _with(names, typed)


def _agencies(viewer: Person, typed: str) -> Iterable[_Value]:
    names = (
        room.space.agency.name.text(current_language(), room.space.agency.language)
        for room in conversations_of(viewer)
        if room.space
    )
    return _with(names, typed)


def _with(names: Iterable[str], typed: str) -> Iterable[_Value]:
    """Yield the names with words that begin with what is typed, in alphabetical order."""
    wanted = fold(typed).split()
    for name in sorted(set(names), key=fold):
        parts = fold(name).split()
        if all(any(part.startswith(word) for part in parts) for word in wanted):
            yield _Value(name)


def _days(_viewer: Person, typed: str) -> Iterable[_Value]:
    today = clock.today(current_zone())
    for text in (yesterday_word(), f"{today:%Y-%m-%d}", f"{today:%Y-%m}", f"{today:%Y}"):
        if fold(text).startswith(fold(typed)):
            yield _Value(text)


def _file(_viewer: Person, typed: str) -> Iterable[_Value]:
    if fold(file_word()).startswith(fold(typed)):
        yield _Value(file_word())


def _quoted(value: str) -> str:
    plain = value.replace('"', "")
    return f'"{plain}"' if " " in plain else plain


_VALUES: dict[Operator, Callable[[Person, str], Iterable[_Value]]] = {
    Operator.FROM: _people,
    Operator.IN: _rooms,
    Operator.BEFORE: _days,
    Operator.AFTER: _days,
    Operator.HAS: _file,
    Operator.UNIT: _units,
    Operator.AGENCY: _agencies,
}
