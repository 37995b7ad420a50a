"""The natural order and case of a name as a personnel program writes it.

`PEÑA SÁEZ, JOSÉ` and `PEÑA SÁEZ JOSÉ` become `José Peña Sáez`. Where it is not certain which
words are the given name, both readings are returned. Accents are kept and never invented.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise

from intranet.organisation.people.name_addresses import fits
from intranet.organisation.people.name_words import (
    AND,
    PAIRED,
    NamePiece,
    is_of_one_case,
    other_capitals,
    pieces_of,
    recased,
)
from intranet.platform.core.text import fold, one_line

_TITLES = re.compile(r"(d\.?ª|d\.|dñ?a\.|sra?\.|don|doña|dña\.?|dr[aª]?\.) +(?=\S)", re.IGNORECASE)
_MIN_CLEAR, _CLEAR_SHARE = 5, 0.9
SURNAMES: int = 2


class NameOrder(StrEnum):
    """The part with which the names of a list begin."""

    SURNAMES = "surnames"
    GIVEN = "given"


@dataclass(frozen=True, slots=True)
class NameReading:
    """A name as it is said, and another one if it may be meant as well."""

    name: str
    alternative: str = ""
    is_sure: bool = True
    is_recased: bool = field(default=False, compare=False)
    """Whether it was written in one case, so that little is known of its capitals and accents."""


@dataclass(frozen=True, slots=True)
class _Split:
    """A division of the pieces of a name into given names and surnames."""

    given: tuple[NamePiece, ...]
    surnames: tuple[NamePiece, ...]
    order: NameOrder

    @property
    def text(self) -> str:
        words = [word for piece in (*self.given, *self.surnames) for word in piece.words]
        given = " ".join(word for piece in self.given for word in piece.words)
        if is_of_one_case(" ".join(words)):
            return f"{recased(given)} {_surnames_cased(self.surnames)}".strip()
        return " ".join(words)


def natural_name(
    written: str, email: str | None = None, order: NameOrder | None = None
) -> NameReading:
    """Return a name in its natural order and case.

    Args:
        email: the person's own address; it often tells given name and surname apart.
        order: what the other names of the same list begin with (`usual_order`).
    """
    reading = _with_capitals(_reading(written, email, order), written)
    return replace(reading, is_recased=is_of_one_case(written))


def _with_capitals(reading: NameReading, written: str) -> NameReading:
    """Say of a name whose capitals may be others that it is not sure; keep those as written."""
    words = reading.name.split(" ")
    ways = [(word, "") if word in written else other_capitals(word) for word in words]
    if not reading.is_sure or not any(other for _likely, other in ways):
        return reading
    likely, other = (" ".join(way[place] or way[0] for way in ways) for place in (0, 1))
    return NameReading(likely, other, is_sure=False)


def _reading(written: str, email: str | None, order: NameOrder | None) -> NameReading:
    text = one_line(written)
    if any(char.isdigit() for char in text):
        return NameReading(text)
    if title := _TITLES.match(text):
        text = text[title.end() :]
    left, _comma, right = (part.strip() for part in text.partition(","))
    if left and right:
        return _divided(left, " ".join(right.replace(",", " ").split()), email)
    text = " ".join(text.replace(",", " ").split())
    if (by_case := _divided_by_case(text)) is not None:
        return by_case
    pieces = pieces_of(text.split())
    if is_of_one_case(text) or order == NameOrder.SURNAMES:
        return _read(pieces, email, order) if len(pieces) > 1 else NameReading(recased(text))
    if order == NameOrder.GIVEN or _clear_order(pieces) != NameOrder.SURNAMES:
        return NameReading(text)
    reading = _read(pieces, email, order)
    is_doubtful = pieces[-1].may_begin and pieces[-1].may_be_surname
    is_doubtful |= not pieces[0].may_be_surname  # perhaps a given name that is not listed
    is_turned = is_doubtful and reading.is_sure
    return NameReading(text, reading.name, is_sure=False) if is_turned else reading


def name_of_parts(given: str, *surnames: str) -> NameReading:
    """Return the name of a list that has given name and surnames apart."""
    parts = [one_line(given), " ".join(filter(None, map(one_line, surnames)))]
    return NameReading(" ".join(recased(part) for part in parts if part))


def usual_order(names: Iterable[str]) -> NameOrder | None:
    """Return what the names of a list begin with, if those that are clear agree."""
    counts = dict.fromkeys(NameOrder, 0)
    for name in names:
        if "," not in name and (clear := _clear_order(pieces_of(one_line(name).split()))):
            counts[clear] += 1
    total = sum(counts.values())
    best = max(counts, key=lambda each: counts[each])
    return best if total >= _MIN_CLEAR and counts[best] >= total * _CLEAR_SHARE else None


def _divided(left: str, right: str, email: str | None) -> NameReading:
    """Read `SURNAMES, GIVEN`; unsure if only the left looks like given names."""
    surnames, given = pieces_of(left.split()), pieces_of(right.split())
    name = f"{recased(right)} {_surnames_cased(surnames)}"
    looks_turned = all(
        piece.may_be_given and not piece.may_be_surname for piece in surnames
    ) and not any(piece.may_be_given for piece in given)
    if not looks_turned:
        return NameReading(name)
    turned = f"{recased(left)} {_surnames_cased(given)}"
    if email and fits(email, given, surnames) != fits(email, surnames, given):
        return NameReading(name if fits(email, given, surnames) else turned)
    return NameReading(turned, name, is_sure=False)


def _divided_by_case(text: str) -> NameReading | None:
    """Read `PEÑA SÁEZ José` and `José PEÑA SÁEZ`, in which capitals mark the surnames."""
    words = text.split()
    if is_of_one_case(text) or any(word.islower() for word in words):
        return None
    loud = [len(fold(word)) > 1 and is_of_one_case(word) and not word.islower() for word in words]
    changes = sum(one != other for one, other in pairwise(loud))
    if changes != 1:
        return None
    surnames = [word for word, is_loud in zip(words, loud, strict=True) if is_loud]
    given = [word for word, is_loud in zip(words, loud, strict=True) if not is_loud]
    return NameReading(f"{' '.join(given)} {_surnames_cased(pieces_of(surnames))}")


def _read(pieces: list[NamePiece], email: str | None, order: NameOrder | None) -> NameReading:
    """Read a name without comma."""
    clear = _clear_order(pieces)
    first = order or clear or _likely_order(pieces)
    if order and clear and clear != order and not pieces[_start(order)].may_be_surname:
        first = clear
    best, is_sure = _best_split(pieces, first)
    if order:
        is_sure &= first == order and clear in {None, order}
    else:
        is_sure &= clear == first
    if email:
        fitting = [each for each in _splits(pieces) if fits(email, each.given, each.surnames)]
        if best in fitting:
            rest = [each for each in fitting if each.text != best.text]
            if is_sure or not rest:
                return NameReading(best.text)
            return NameReading(best.text, rest[0].text, is_sure=False)
        if len({each.text for each in fitting}) == 1:
            return NameReading(fitting[0].text, best.text if is_sure else "", not is_sure)
    if is_sure:
        return NameReading(best.text)
    return NameReading(best.text, _other(pieces, best, clear or order), is_sure=False)


def _best_split(pieces: list[NamePiece], order: NameOrder) -> tuple[_Split, bool]:
    """Return the given names from their end while listed, with two surnames left; if it is sure."""
    total, is_last = len(pieces), order == NameOrder.SURNAMES
    away = list(reversed(pieces)) if is_last else pieces
    most = max(total - SURNAMES, 1)
    count = 0
    while count < most and away[count].may_be_given:
        count += 1
    count = _whole_given(away, count) if is_last else count
    is_sure = count > 0
    split = _split(pieces, count or 1, order)
    if not is_sure or _count_surnames(split.surnames) > SURNAMES:
        is_sure = False
        split = _split(pieces, _likely_count(pieces, count or 1, order), order)
    edge = _edge(split)
    inner = split.given[:-1] if is_last else split.given[1:]
    if total == SURNAMES:  # two words, of which one is the given name
        is_sure &= not split.given[0].may_be_surname
    is_single = len(split.surnames) <= SURNAMES and edge.core in PAIRED
    is_sure &= not edge.may_be_given or (
        edge.may_be_surname and total > SURNAMES and not (is_single and is_last)
    )
    is_sure &= not any(len(piece.words) == 1 and piece.may_be_surname for piece in inner)
    return split, is_sure


def _whole_given(away: Sequence[NamePiece], count: int) -> int:
    """Return the count with which no given name begins with a particle: MARÍA before DEL CARMEN."""
    while 0 < count < len(away) and len(away[count - 1].words) > 1:
        if away[count].may_begin and count < len(away) - 1:
            return count + 1
        count -= 1
    return count


def _count_surnames(pieces: Sequence[NamePiece]) -> int:
    """Return how many surnames these are; `Gómez de la Serna` is one."""
    further = [piece for piece in pieces[1:] if len(piece.words) > 1 and piece.first not in AND]
    return len(pieces) - len(further)


def _likely_count(pieces: Sequence[NamePiece], count: int, order: NameOrder) -> int:
    """Return how many pieces may be given names, if those at the end are not all listed."""
    total = len(pieces)
    if order == NameOrder.GIVEN:
        return max(count, total - SURNAMES)
    first = min(SURNAMES, total - 1)
    places: list[int] = [first, *range(1, total)]
    for place in places:
        if pieces[place].may_begin and (place >= first or not pieces[place].may_be_surname):
            return total - place
    return count


def _clear_order(pieces: Sequence[NamePiece]) -> NameOrder | None:
    """Return the order, if only one end of a name is listed as a given name."""
    if len(pieces) < 2:  # noqa: PLR2004 - one piece has no order
        return None
    first = pieces[0].may_begin
    last = pieces[-1].may_be_given
    if last and not first:
        return NameOrder.SURNAMES
    if first and not last:
        return NameOrder.GIVEN
    return None


def _likely_order(pieces: Sequence[NamePiece]) -> NameOrder:
    """Return the order that is more likely, if both ends of a name are listed or neither is."""
    first, last = pieces[0], pieces[-1]
    is_turned = last.may_be_surname and not first.may_be_surname and first.may_begin
    return NameOrder.GIVEN if is_turned else NameOrder.SURNAMES


def _start(order: NameOrder) -> int:
    """Return the place of the piece by which a name of this order would begin with a surname."""
    return 0 if order == NameOrder.SURNAMES else -1


def _other(pieces: list[NamePiece], best: _Split, clear: NameOrder | None) -> str:
    """Return the reading that is the next likely one."""
    turned = NameOrder.GIVEN if best.order == NameOrder.SURNAMES else NameOrder.SURNAMES
    count = len(best.given)
    wanted = [count + 1, count - 1] if _edge(best).may_be_given else [count - 1, count + 1]
    others = [_split(pieces, other, best.order).text for other in wanted if 0 < other < len(pieces)]
    others.insert(len(others) if clear == best.order else 0, _best_split(pieces, turned)[0].text)
    return next((other for other in others if other != best.text), "")


def _edge(split: _Split) -> NamePiece:
    return split.surnames[-1] if split.order == NameOrder.SURNAMES else split.surnames[0]


def _splits(pieces: Sequence[NamePiece]) -> list[_Split]:
    return [_split(pieces, count, order) for order in NameOrder for count in range(1, len(pieces))]


def _split(pieces: Sequence[NamePiece], count: int, order: NameOrder) -> _Split:
    if order == NameOrder.SURNAMES:
        return _Split(tuple(pieces[-count:]), tuple(pieces[:-count]), order)
    return _Split(tuple(pieces[:count]), tuple(pieces[count:]), order)


def _surnames_cased(pieces: Sequence[NamePiece]) -> str:
    """Return surnames in their case; a particle is small, as a given name stands before it."""
    text = " ".join(word for piece in pieces for word in piece.words)
    if not is_of_one_case(text):
        return text
    return recased(f"x {text}" if text.islower() else f"X {text}")[2:]
