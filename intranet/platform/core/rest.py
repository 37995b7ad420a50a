"""What every REST call shares: its body, its pages, its idempotency, its description."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn, TypeVar
from uuid import UUID

from flask import Response, jsonify, request
from sqlalchemy import delete

from intranet.extensions import db
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Invalid, PreconditionFailed
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import NOT_KNOWN, Form
from intranet.platform.core.query_values import limit
from intranet.platform.core.repeatables import KEPT, Repeatable, is_old
from intranet.platform.core.unit_of_work import Work, unit_of_work

PREFIX = "/api/v1"
KEY_LIMIT = 200
VERSION = re.compile(r"[0-9]{1,10}")
EVERYWHERE = {"lang"}
"""Parameters that every address may carry after `?`: the language of sentences and names."""
NO_CURSOR = _l("This is not a valid position in the list. Start again without a position.")

T = TypeVar("T")
V = TypeVar("V", bound=Callable[..., Any])


@dataclass(frozen=True)
class Described:
    """What the description of the interface says of a call, beside its docstring."""

    answer: str
    form: type[Form] | None = None
    query: Sequence[str] = ()
    status: int | None = None


def described(
    answer: str,
    *,
    form: type[Form] | None = None,
    query: Sequence[str] = (),
    status: int | None = None,
) -> Callable[[V], V]:
    """Tell what a call takes and gives.

    Args:
        answer: the name of the shape that it answers with, or of a list of it as `[Name]`.
        form: what its body is.
        query: names that its address may carry after `?`.
        status: what it is answered with, if that is not 201 for a POST and 200 for all else.
    """

    def mark(view: V) -> V:
        view.__rest__ = Described(answer, form, query, status)  # type: ignore[attr-defined]
        return view

    return mark


def body() -> Mapping[str, Any]:
    """The JSON object that was sent.

    Raises:
        Invalid: it is none, or it holds a number that JSON does not know.
    """
    if not request.is_json:
        raise Invalid({"": _l("Send JSON, with the content type application/json.")})
    try:
        data = json.loads(request.get_data(), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Invalid({"": _l("This is not valid JSON.")}) from error
    if not isinstance(data, dict):
        raise Invalid({"": _l("Send a JSON object with named fields.")})
    return data


def check_call(described: Described) -> None:
    """Refuse what a call does not know: names in its address, and fields where it takes none.

    Raises:
        Invalid: by their names.
    """
    unknown = set(request.args) - set(described.query) - EVERYWHERE
    if described.form is None and request.is_json and request.get_data():
        unknown |= body().keys()
    if "limit" in described.query:
        limit()
    if unknown:
        raise Invalid(dict.fromkeys(sorted(unknown), NOT_KNOWN))


def cursor() -> str:
    """Where a page of a list begins: `?cursor=`, as the page before gave it."""
    return request.args.get("cursor", "")[:500]


def name_cursor() -> tuple[str, UUID] | None:
    """Where a list in the order of names goes on: after this sorting key and id.

    Raises:
        Invalid: the cursor is none that `after_name` gave.
    """
    if not (text := cursor()):
        return None
    key, _, last_id = text.rpartition("~")
    try:
        return key, UUID(last_id)
    except ValueError as error:
        raise Invalid({"cursor": NO_CURSOR}) from error


def after_name(sort_key: str, row_id: UUID) -> str:
    """The cursor of the page that follows this row, in the order of names."""
    return f"{sort_key}~{row_id}"


def time_cursor() -> tuple[datetime, UUID] | None:
    """Where a list in the order of time goes on: after this instant and id.

    Raises:
        Invalid: the cursor is none that `after_time` gave.
    """
    if not (text := cursor()):
        return None
    if place := read_time(text):
        return place
    raise Invalid({"cursor": NO_CURSOR})


def after_time(at: datetime, row_id: UUID) -> str:
    """The cursor of the page that follows this row, in the order of time."""
    return f"{at.isoformat()} {row_id}"


def read_time(text: str) -> tuple[datetime, UUID] | None:
    """The place that `after_time` wrote; None where it wrote no such text."""
    at, _space, row_id = text.partition(" ")
    try:
        instant = datetime.fromisoformat(at)
        return (instant.astimezone(UTC), UUID(row_id)) if instant.tzinfo else None
    except (ValueError, OverflowError):
        return None


def part(rows: Sequence[T], cursor_of: Callable[[T], str]) -> tuple[Sequence[T], str | None]:
    """The part that was asked for of a list that is at hand whole, and the next one's cursor.

    Raises:
        Invalid: the cursor names no row of it, or none any more.
    """
    start = 0
    if last := cursor():
        found = [cursor_of(row) for row in rows]
        if last not in found:
            raise Invalid({"cursor": NO_CURSOR})
        start = found.index(last) + 1
    end = start + limit()
    return rows[start:end], cursor_of(rows[end - 1]) if end < len(rows) else None


def page(items: Sequence[Any], next_cursor: str | None = None) -> Response:
    """A page of a list."""
    return jsonify({"items": list(items), "next_cursor": next_cursor})


def version_in(answer: Mapping[str, Any]) -> int | None:
    """The version in the answer that made something."""
    return answer.get("version")


def with_version(payload: Mapping[str, Any], version: int) -> Response:
    """An answer that can be changed by who names this version in `If-Match`."""
    response = jsonify(dict(payload))
    response.set_etag(str(version))
    return response


def version_sent(current: int) -> int | None:
    """The version in `If-Match`, or None where none was named.

    Args:
        current: the one that there is now, which `*` means.

    Raises:
        PreconditionFailed: it is none of ours.
    """
    if "If-Match" not in request.headers:
        return None
    if request.if_match.star_tag:
        return current
    sent = [int(tag) for tag in request.if_match.as_set() if tag and VERSION.fullmatch(tag)]
    if not sent:
        raise PreconditionFailed
    return current if current in sent else sent[0]


def once(
    person_id: UUID,
    view: Callable[[], tuple[Any, int]],
    *,
    version: Callable[[Any], int | None] | None = None,
) -> tuple[Response, int]:
    """Answer a POST; a repeated `Idempotency-Key` gets the first answer, and nothing is done.

    Ask for the right to see before: an answer that was kept is given as it was.

    Args:
        version: finds in the answer the version by which it can be changed, if it has one.

    Raises:
        Conflict: the key was used for another call or another body.
    """
    response, status = _once(person_id, view)
    if version and (made := version(response.get_json())) is not None:
        response.set_etag(str(made))
    return response, status


def _once(person_id: UUID, view: Callable[[], tuple[Any, int]]) -> tuple[Response, int]:
    if not (key := _key()):
        answer, status = view()
        return jsonify(answer), status
    row = _Key(person_id, key, _digest(f"{request.path}\n", request.get_data()))
    with unit_of_work() as work:
        row.forget_if_old()
        if row.take(work):
            answer, status = view()
            row.keep(answer, status)
        return row.answer()


def once_done(
    person_id: UUID, said: Callable[[], str], view: Callable[[], tuple[Any, int]]
) -> tuple[Response, int]:
    """As `once`, for what takes long: it is done before the key is taken, so nobody waits for it.

    Where two do it at the same moment, both get the answer of one, and the other's is for nothing.

    Args:
        said: gives what was sent, or a digest of it.
    """
    if not (key := _key()):
        answer, status = view()
        return jsonify(answer), status
    row = _Key(person_id, key, _digest(f"{request.path}\n{said()}"))
    if row.is_kept():
        return row.answer()
    answer, status = view()
    with unit_of_work() as work:
        row.forget_if_old()
        if row.take(work):
            row.keep(answer, status)
        return row.answer()


@dataclass(frozen=True)
class _Key:
    """A key as one person used it for one call."""

    person_id: UUID
    key_hash: str
    request_hash: str

    def is_kept(self) -> bool:
        """Whether there is an answer already."""
        kept = db.session.get(Repeatable, self._place)
        return kept is not None and kept.created_at >= clock.now() - KEPT

    def forget_if_old(self) -> None:
        """Let a key of yesterday be used anew."""
        mine = (Repeatable.person_id == self.person_id, Repeatable.key_hash == self.key_hash)
        db.session.execute(delete(Repeatable).where(*mine, is_old()))

    def take(self, work: Work) -> bool:
        """Take the key, or wait until who took it first is done and say that it is taken."""
        row = {"person_id": self.person_id, "key_hash": self.key_hash, "status": 0, "answer": None}
        return work.add_unless_there(Repeatable, {**row, "request_hash": self.request_hash})

    def keep(self, answer: Any, status: int) -> None:
        """Keep the answer, in the transaction in which the key was taken."""
        kept = db.session.get_one(Repeatable, self._place)
        kept.answer, kept.status = answer, status

    def answer(self) -> tuple[Response, int]:
        """The answer that is kept.

        Raises:
            Conflict: the key was used for another call or another body, or its text was removed.
        """
        kept = db.session.get_one(Repeatable, self._place)
        if not kept.request_hash:
            raise Conflict(
                _l("This request has already been carried out. Its text has since been removed.")
            )
        if kept.request_hash != self.request_hash:
            raise Conflict(
                _l("This idempotency key has already been used for another request. Use a new key.")
            )
        return jsonify(kept.answer), kept.status

    @property
    def _place(self) -> tuple[UUID, str]:
        return self.person_id, self.key_hash


def _key() -> str:
    """The digest of the key that was sent, or nothing."""
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > KEY_LIMIT:
        raise Invalid({"Idempotency-Key": _l("Use at most %(limit)s characters.", limit=KEY_LIMIT)})
    return _digest(key) if key else ""


def _no_constant(_name: str) -> NoReturn:
    message = "NaN and Infinity are no JSON"
    raise ValueError(message)


def _digest(text: str, more: bytes = b"") -> str:
    return hashlib.sha256(text.encode(errors="replace") + more).hexdigest()
