"""The page of a post: its holders now and before, and its stand-ins."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from intranet.extensions import db
from intranet.finding.directory import queries
from intranet.finding.directory.entries import DirectoryEntry, entries_of
from intranet.finding.directory.faces import Face
from intranet.finding.directory.post_contact import (
    Addressed,
    Fallbacks,
    addressed,
    fallbacks_of,
    kept_talks,
)
from intranet.finding.directory.post_notes import PostNote, notes_on
from intranet.finding.directory.unit_page import entries_of_posts
from intranet.organisation.agencies.models import Agency, Function, Post, Unit
from intranet.organisation.agencies.queries import ancestors
from intranet.organisation.people.access import own_agency_ids
from intranet.organisation.people.directory_limit import hand_out
from intranet.organisation.people.models import Person
from intranet.platform.core import clock

MAX_HISTORY_SHOWN = 10


@dataclass(frozen=True)
class PostPage:
    """A post. `history` is empty for readers of other agencies."""

    post: Post
    ancestors: Sequence[Unit]
    entries: Sequence[DirectoryEntry]
    functions: Sequence[Function]
    fallback: Post | None
    history: Sequence[DirectoryEntry]
    addressed: Addressed
    fallbacks: Fallbacks
    kept: Sequence[tuple[UUID, str]]
    notes: Sequence[PostNote]

    @property
    def agency(self) -> Agency:
        """The agency of the post."""
        return self.post.unit.agency

    @property
    def address(self) -> str:
        """The address to mention the post in a message."""
        return f"@{self.post.handle}@{self.agency.handle}"

    @property
    def standing(self) -> list[DirectoryEntry]:
        """The entries of its present holders."""
        return [entry for entry in self.entries if entry.face]

    @property
    def vacancy(self) -> DirectoryEntry | None:
        """The entry for the vacant places."""
        return next((entry for entry in self.entries if entry.vacant), None)

    @property
    def to_write(self) -> Face | None:
        """The person to write to: a holder, else a stand-in."""
        if self.standing:
            return self.standing[0].face
        covering = self.vacancy.stand_ins if self.vacancy else ()
        return covering[0] if covering else None

    @property
    def has_ended(self) -> bool:
        """Whether the post no longer exists."""
        last = self.post.valid_to
        return last is not None and last < clock.today(self.agency.time_zone)


def post_page(viewer: Person, post: Post) -> PostPage:
    """Build the page of a post.

    Raises:
        TooMany: it is of another agency, and the viewer has reached the hourly limit of people.
    """
    within = post.unit.agency_id in own_agency_ids(viewer)
    past = queries.past_holders(post.id, clock.now(), MAX_HISTORY_SHOWN) if within else ()
    entries = entries_of_posts(viewer, [post])
    if not within:
        hand_out(viewer, [entry.face["id"] for entry in entries if entry.face])
    stands_in = any(entry.face and entry.face["id"] == viewer.id for entry in entries)
    return PostPage(
        post=post,
        ancestors=ancestors(post.unit),
        entries=entries,
        functions=queries.functions_of_posts([post.id]).get(post.id, ()),
        fallback=db.session.get(Post, post.fallback_id) if post.fallback_id else None,
        history=entries_of(past, viewer),
        addressed=addressed(viewer, post),
        fallbacks=fallbacks_of(viewer, post, stands_in=stands_in),
        kept=kept_talks(viewer, post),
        notes=notes_on(viewer, post),
    )
