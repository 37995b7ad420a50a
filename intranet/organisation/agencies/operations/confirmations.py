"""Confirm the functions of many posts as they were shown, and undo that as one step."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.organisation.agencies.access import Actor
from intranet.organisation.agencies.events import PostsChanged
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.agencies.operations.functions import (
    FUNCTIONS_SET,
    FunctionRow,
    FunctionRows,
    FunctionsChange,
    rows_of_functions,
    store_confirmed,
    store_rows_of_functions,
    without_duplicates,
)
from intranet.organisation.agencies.operations.structure import changing_structure
from intranet.platform.audit.models import AuditLine
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Invalid, NotFound
from intranet.platform.core.i18n import _l

CONFIRMED_AT_ONCE = 200
UNDONE_WITHIN = timedelta(hours=24)
NOT_UNDOABLE = _l("This change cannot be undone.")


@dataclass(frozen=True)
class ShownFunctions:
    """The functions that a post had when it was shown, and those to confirm for it."""

    had: frozenset[str]
    wanted: frozenset[str]
    was_suggested: bool = True


@dataclass(frozen=True)
class Confirmation:
    """How many posts were changed, and how many were left because others changed them before.

    `first` and `last` are the numbers of the audit lines, by which it can be undone.
    """

    count: int
    skipped: int
    first: int = 0
    last: int = 0


def confirm_shown(
    actor: Actor | None, agency: Agency, shown: Mapping[UUID, ShownFunctions]
) -> Confirmation:
    """Confirm functions of an agency's posts; a post that has changed since stays as it is.

    Raises:
        Forbidden: the actor does not administer the agency.
        NotFound: a post does not exist or belongs to another agency.
        Invalid: too many posts, or a code is unknown.
    """
    if len(shown) > CONFIRMED_AT_ONCE:
        words = _l("Choose at most %(limit)s posts.", limit=CONFIRMED_AT_ONCE)
        raise Invalid({"post_ids": words})
    with changing_structure(actor, agency) as work:
        _require_posts(agency, shown)
        without_duplicates({code for each in shown.values() for code in each.wanted})
        had = rows_of_functions(shown)
        as_shown = {
            post_id: each for post_id, each in shown.items() if _is_as_shown(each, had[post_id])
        }
        wanted = {post_id: each.wanted for post_id, each in as_shown.items()}
        change = store_confirmed(actor, agency, had, wanted)
        if change.post_ids:
            work.publish(PostsChanged(tuple(change.post_ids)))
    done = {post_id for post_id, each in shown.items() if _is_confirmed(had[post_id], each.wanted)}
    return _said(change, len(shown.keys() - as_shown.keys() - done))


def undo_confirmation(actor: Actor, agency: Agency, first: int, last: int) -> Confirmation:
    """Restore what posts had before the actor changed them, as far as nobody has since.

    Args:
        first: the number of the first line of that change in the agency's audit log.
        last: that of its last one.

    Raises:
        Forbidden: the actor does not administer the agency.
        Conflict: these lines are not one change of the actor's, or it was more than a day ago.
    """
    if not 0 <= last - first < CONFIRMED_AT_ONCE:
        raise Conflict(NOT_UNDOABLE)
    with changing_structure(actor, agency) as work:
        lines = _lines(agency, first, last)
        same = {(line.act, line.actor_id, line.at) for line in lines}
        if len(lines) != last - first + 1 or len(same) != 1:
            raise Conflict(NOT_UNDOABLE)
        act, actor_id, at = same.pop()
        if act != FUNCTIONS_SET or actor_id != actor.id or "was" not in lines[0].detail:
            raise Conflict(NOT_UNDOABLE)
        if at <= clock.now() - UNDONE_WITHIN:
            raise Conflict(_l("This was more than a day ago and can no longer be undone."))
        before = {line.subject_id: line for line in lines if line.subject_id}
        latest = _latest(agency, before)
        had = rows_of_functions(before)
        wanted = {
            post_id: _rows(line.detail["was"])
            for post_id, line in before.items()
            if latest.get(post_id) == line.number
            and _is_confirmed(had[post_id], line.detail["after"])
        }
        change = store_rows_of_functions(actor, agency, had, wanted)
        if change.post_ids:
            work.publish(PostsChanged(tuple(change.post_ids)))
    return _said(change, len(before) - len(wanted))


def _is_as_shown(shown: ShownFunctions, had: FunctionRows) -> bool:
    is_suggested = any(row.is_suggested for row in had.values())
    return shown.had == had.keys() and shown.was_suggested == is_suggested


def _is_confirmed(had: FunctionRows, codes: Collection[str]) -> bool:
    return had.keys() == set(codes) and not any(row.is_suggested for row in had.values())


def _said(change: FunctionsChange, skipped: int) -> Confirmation:
    numbers = change.numbers or (0,)
    return Confirmation(len(change.post_ids), skipped, numbers[0], numbers[-1])


def _require_posts(agency: Agency, post_ids: Collection[UUID]) -> None:
    found = select(func.count()).where(Post.id.in_(post_ids), Post.agency_id == agency.id)
    if db.session.scalar(found) != len(post_ids):
        raise NotFound


def _lines(agency: Agency, first: int, last: int) -> Sequence[AuditLine]:
    found = select(AuditLine).where(
        AuditLine.agency_id == agency.id, AuditLine.number.between(first, last)
    )
    return db.session.scalars(found.order_by(AuditLine.number)).all()


def _latest(agency: Agency, post_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return the number of the last line about the functions of each post."""
    found = (
        select(AuditLine.subject_id, func.max(AuditLine.number))
        .where(
            AuditLine.agency_id == agency.id,
            AuditLine.subject_kind == "post",
            AuditLine.subject_id.in_(post_ids),
            AuditLine.act == FUNCTIONS_SET,
        )
        .group_by(AuditLine.subject_id)
    )
    return {post_id: number for post_id, number in db.session.execute(found) if post_id}


def _rows(was: Mapping[str, Sequence[float]]) -> dict[str, FunctionRow]:
    """Return the rows that a line of the audit log has.

    Raises:
        Conflict: it was written before a row said what backs a function.
    """
    if any(len(row) != len(FunctionRow._fields) for row in was.values()):
        raise Conflict(NOT_UNDOABLE)
    return {code: FunctionRow(bool(row[0]), *row[1:]) for code, row in was.items()}
