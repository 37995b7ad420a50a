"""Shared parts of REST calls: body, pagination, idempotency, description."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
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
from intranet.platform.core.idempotency import ANSWER_LIFETIME, Repeatable, is_old
from intranet.platform.core.parsing import NOT_KNOWN, Form
from intranet.platform.core.query_values import limit
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
class RestDescription:
    """The OpenAPI description of a call, beside its docstring."""

    answer: type | None
    form: type[Form] | None = None
    query: Sequence[str] = ()
    status: int | None = None


def described(
    answer: type | None,
    *,
    form: type[Form] | None = None,
    query: Sequence[str] = (),
    status: int | None = None,
) -> Callable[[V], V]:
    """Describe a call for OpenAPI.

    Args:
        answer: the model of its response, `list[…]` for a page of a list; `bytes`; None if empty.
        form: the schema of the request's body.
        query: the names of its query parameters.
        status: the status of its response, if not 201 for a POST and 200 otherwise.
    """

    def mark(view: V) -> V:
        view.__rest__ = RestDescription(answer, form, query, status)  # type: ignore[attr-defined]
        return view

    return mark


def body() -> Mapping[str, Any]:
    """Return the JSON object in the request's body.

    Raises:
        Invalid: there is none, or it holds NaN or Infinity.
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


def check_call(described: RestDescription) -> None:
    """Refuse unknown query parameters, and a body where the call takes none.

    Raises:
        Invalid: with the names of the parameters and fields that are refused.
    """
    unknown = set(request.args) - set(described.query) - EVERYWHERE
    if described.form is None and request.is_json and request.get_data():
        unknown |= body().keys()
    if "limit" in described.query:
        limit()
    if unknown:
        raise Invalid(dict.fromkeys(sorted(unknown), NOT_KNOWN))


def cursor() -> str:
    """Return the cursor of the page to return, from `?cursor=`."""
    return request.args.get("cursor", "")[:500]


def name_cursor() -> tuple[str, UUID] | None:
    """Return the sort key and id after which a list by name continues.

    Raises:
        Invalid: the cursor was not made by `after_name`.
    """
    if not (text := cursor()):
        return None
    key, _, last_id = text.rpartition("~")
    try:
        return key, UUID(last_id)
    except ValueError as error:
        raise Invalid({"cursor": NO_CURSOR}) from error


def after_name(sort_key: str, row_id: UUID) -> str:
    """Return the cursor of the page after this row, in a list by name."""
    return f"{sort_key}~{row_id}"


def time_cursor() -> tuple[datetime, UUID] | None:
    """Return the instant and id after which a list by time continues.

    Raises:
        Invalid: the cursor was not made by `after_time`.
    """
    if not (text := cursor()):
        return None
    if place := read_time(text):
        return place
    raise Invalid({"cursor": NO_CURSOR})


def after_time(at: datetime, row_id: UUID) -> str:
    """Return the cursor of the page after this row, in a list by time."""
    return f"{at.isoformat()} {row_id}"


def read_time(text: str) -> tuple[datetime, UUID] | None:
    """Parse the cursor that `after_time` made; None for any other text."""
    at, _space, row_id = text.partition(" ")
    try:
        instant = datetime.fromisoformat(at)
        return (instant.astimezone(UTC), UUID(row_id)) if instant.tzinfo else None
    except (ValueError, OverflowError):
        return None


def part(rows: Sequence[T], cursor_of: Callable[[T], str]) -> tuple[Sequence[T], str | None]:
    """Return one page of a list that is already loaded, and the cursor of the next page.

    Raises:
        Invalid: the cursor names no row of the list.
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
    """Return a page of a list as a response."""
    return jsonify({"items": list(items), "next_cursor": next_cursor})


def version_in(answer: Mapping[str, Any]) -> int | None:
    """Return the version in a response that created something."""
    return answer.get("version")


def with_version(payload: Mapping[str, Any], version: int) -> Response:
    """Return a response whose `ETag` is the version, for a later `If-Match`."""
    response = jsonify(dict(payload))
    response.set_etag(str(version))
    return response


def version_sent(current: int) -> int | None:
    """Return the version in `If-Match`, or None without the header.

    Args:
        current: the current version, which `*` stands for.

    Raises:
        PreconditionFailed: it is not a version.
    """
    if "If-Match" not in request.headers:
        return None
    if request.if_match.star_tag:
        return current
    sent = [int(tag) for tag in request.if_match.as_set() if tag and VERSION.fullmatch(tag)]
    if not sent:
        raise PreconditionFailed
    return current if current in sent else sent[0]


@contextmanager
def replacing(field: str, current: int, sent: int | None) -> Iterator[int]:
    """Yield the version that a change replaces: the one in `If-Match`, otherwise `sent`.

    Raises:
        Invalid: neither names a version; the error is reported for `field`.
        PreconditionFailed: the change conflicts with the version in `If-Match`.
    """
    named = version_sent(current)
    version = sent if named is None else named
    if version is None:
        raise Invalid({field: _l("Give the number of the version that this one replaces.")})
    try:
        yield version
    except Conflict as error:
        # A conflict of a kind of its own, such as a changed audience, is not one of versions.
        if named is None or type(error) is not Conflict:
            raise
        raise PreconditionFailed from None


def idempotent(
    person_id: UUID,
    view: Callable[[], tuple[Any, int]],
    *,
    version: Callable[[Any], int | None] | None = None,
) -> tuple[Response, int]:
    """Answer a POST once: a repeated `Idempotency-Key` gets the stored response.

    Check the person's access before: a stored response is returned unchanged.

    Args:
        version: returns the version in the response for its `ETag`, if it has one.

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


def idempotent_after_work(
    person_id: UUID, said: Callable[[], str], view: Callable[[], tuple[Any, int]]
) -> tuple[Response, int]:
    """Answer a POST once, as `idempotent` does, but do slow work before the key is claimed.

    If two requests with the same key run at once, both work, and get the response stored first.

    Args:
        said: returns the content of the request, or a digest of it.
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
    """An idempotency key that a person used for one call."""

    person_id: UUID
    key_hash: str
    request_hash: str

    def is_kept(self) -> bool:
        """Return whether a response is stored."""
        kept = db.session.get(Repeatable, self._place)
        return kept is not None and kept.created_at >= clock.now() - ANSWER_LIFETIME

    def forget_if_old(self) -> None:
        """Delete an expired response, so that its key can be used again."""
        mine = (Repeatable.person_id == self.person_id, Repeatable.key_hash == self.key_hash)
        db.session.execute(delete(Repeatable).where(*mine, is_old()))

    def take(self, work: Work) -> bool:
        """Claim the key, waiting for another claim of it; return whether this call got it."""
        row = {"person_id": self.person_id, "key_hash": self.key_hash, "status": 0, "answer": None}
        return work.add_unless_there(Repeatable, {**row, "request_hash": self.request_hash})

    def keep(self, answer: Any, status: int) -> None:
        """Store the response, in the transaction that took the key."""
        kept = db.session.get_one(Repeatable, self._place)
        kept.answer, kept.status = answer, status

    def answer(self) -> tuple[Response, int]:
        """Return the stored response.

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
    """Return the digest of the `Idempotency-Key`; empty without one."""
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > KEY_LIMIT:
        raise Invalid({"Idempotency-Key": _l("Use at most %(limit)s characters.", limit=KEY_LIMIT)})
    return _digest(key) if key else ""


def _no_constant(_name: str) -> NoReturn:
    message = "NaN and Infinity are no JSON"
    raise ValueError(message)


def _digest(text: str, more: bytes = b"") -> str:
    return hashlib.sha256(text.encode(errors="replace") + more).hexdigest()
