"""Subjects of alerts: the function or the occupation of posts that somebody waits for."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.finding.counterparts.models import AlertKind, CounterpartAlert
from intranet.organisation.agencies.labels import function_name, occupation_name
from intranet.organisation.agencies.models import Post, PostFunction
from intranet.organisation.agencies.occupations import strongest


@dataclass(frozen=True, order=True)
class AlertSubject:
    """The property of posts that an alert waits for."""

    kind: AlertKind
    code: str

    @property
    def name(self) -> str:
        """The name of the function or the occupation for the reader."""
        if self.kind == AlertKind.FUNCTION:
            return function_name(self.code)
        return occupation_name(self.code) or self.code


def subject_of(row: CounterpartAlert) -> AlertSubject:
    """Return what a stored alert waits for."""
    return AlertSubject(row.kind, row.code)


def subjects_of(post_ids: Sequence[UUID]) -> dict[UUID, set[AlertSubject]]:
    """Return the functions of posts and the strongest occupation of each."""
    found: dict[UUID, set[AlertSubject]] = defaultdict(set)
    rows = db.session.execute(
        select(PostFunction.post_id, PostFunction.function_code).where(
            PostFunction.post_id.in_(post_ids)
        )
    )
    for row in rows:
        found[row.post_id].add(AlertSubject(AlertKind.FUNCTION, row.function_code))
    for post_id, strengths in db.session.execute(
        select(Post.id, Post.occupations).where(Post.id.in_(post_ids))
    ):
        if code := strongest(strengths):
            found[post_id].add(AlertSubject(AlertKind.OCCUPATION, code))
    return found
