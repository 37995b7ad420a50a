"""Create, change and end posts, and set their functions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from intranet.extensions import db
from intranet.organisation.agencies.access import Actor, require_right, require_version
from intranet.organisation.agencies.events import PostsChanged
from intranet.organisation.agencies.functions import FunctionSuggestion, classify, names_of_units
from intranet.organisation.agencies.handles import sort_key_of, unused
from intranet.organisation.agencies.models import Agency, Post, PostKind, Unit
from intranet.organisation.agencies.operations.functions import (
    LEVELS,
    set_confirmed_functions,
    without_duplicates,
)
from intranet.organisation.agencies.operations.storing import (
    CODE_LIMIT,
    HANDLE_LIMIT,
    PostRow,
    change_posts,
    store_posts,
)
from intranet.organisation.agencies.operations.structure import changing_structure
from intranet.organisation.agencies.own_places import leave_to_others, own_places
from intranet.organisation.agencies.queries import posts_with_roles
from intranet.organisation.agencies.roles import Act
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.database import rows_of
from intranet.platform.core.errors import Conflict, Invalid, Words
from intranet.platform.core.i18n import _l
from intranet.platform.core.ids import uuid7
from intranet.platform.core.parsing import localized_lines, require_days
from intranet.platform.core.types import Localized

TITLE_LIMIT = 160
PLACES_LIMIT = 2000


@dataclass(frozen=True, kw_only=True)
class PostSpec:
    """A post to create; `level`, `functions`, `code` and `handle` are made from the title if None.

    Given `functions` count as confirmed; those made from the title count as suggested.
    """

    unit: Unit
    title: Localized
    kind: PostKind = PostKind.EMPLOYEE
    level: int | None = None
    is_head: bool = False
    places: int = 1
    publishes_for_agency: bool = False
    functions: Sequence[str] | None = None
    code: str | None = None
    handle: str | None = None
    fallback: Post | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def __post_init__(self) -> None:
        """Remove invisible characters from the title, and keep each language on one line."""
        object.__setattr__(self, "title", localized_lines(self.title))


def create_post(actor: Actor | None, post: PostSpec) -> Post:
    """Create a post in a unit.

    Raises:
        Forbidden: the actor does not administer the agency.
        Invalid: a value is invalid, or the code or handle is taken.
    """
    return create_posts(actor, post.unit.agency, [post])[0]


def create_posts(actor: Actor | None, agency: Agency, posts: Sequence[PostSpec]) -> list[Post]:
    """Create many posts of one agency at once, in the order given.

    Raises:
        Forbidden: the actor does not administer the agency.
        Invalid: a value is invalid, or a code or handle is taken.
    """
    with changing_structure(actor, agency):
        if any(new.publishes_for_agency or new.fallback for new in posts):
            require_right(actor, Act.EMPOWER, agency.id)
        without_duplicates({code for new in posts for code in new.functions or ()})
        codes = _taken(Post.code, agency)
        handles = _taken(Post.handle, agency)
        rows = []
        for new in posts:
            _check(new, agency)
            rows.append(_row(new, agency, codes, handles))
        store_posts(rows)
        made = rows_of(Post, [row.id for row in rows])
        if len(made) == 1:
            _record("post.create", actor, made[0], unit=str(made[0].unit_id))
        else:
            record(
                "posts.create",
                agency_id=agency.id,
                actor_id=actor.id if actor else None,
                subject=("agency", agency.id),
                detail={"count": len(made)},
            )
    return made


def change_post(
    actor: Actor | None,
    post: Post,
    *,
    version: int | None,
    unit: Unit,
    title: Localized,
    kind: PostKind,
    level: int,
    is_head: bool,
    places: int,
    handle: str,
    publishes_for_agency: bool,
    fallback: Post | None = None,
) -> Post:
    """Change a post's fields, or move it to another unit of its agency.

    Raises:
        Forbidden: the actor does not administer the agency.
        Conflict: another person changed the post since `version`.
        Invalid: a value is invalid, or the handle is taken.
    """
    with changing_structure(actor, post.unit.agency, post) as work:
        require_version(post.version, version)
        agency = post.unit.agency
        fallback_id = fallback.id if fallback else None
        if publishes_for_agency > post.publishes_for_agency or fallback_id != post.fallback_id:
            require_right(actor, Act.EMPOWER, agency.id)
        # A fallback of another agency stays: it has accepted (people.operations.fallbacks).
        is_new = fallback is not None and fallback.id != post.fallback_id
        new = PostSpec(
            unit=unit,
            title=title,
            level=level,
            places=places,
            handle=handle,
            fallback=fallback if is_new else None,
        )
        _check(new, agency)
        if fallback and fallback.id == post.id:
            raise Invalid({"fallback_id": _l("Choose another post.")})
        if handle != post.handle and handle in _taken(Post.handle, agency):
            raise Invalid({"handle": _l("This short name is already in use.")})
        own, path = own_places(actor, agency.id), post.unit.path
        before = _facts(post)
        post.unit_id, post.unit = unit.id, unit
        post.title, post.sort_key = new.title, sort_key_of(new.title, agency.language)
        post.kind, post.level, post.is_head, post.places = kind, level, is_head, places
        post.handle, post.publishes_for_agency = handle, publishes_for_agency
        post.fallback_id = fallback_id
        after = _facts(post)
        changed = [name for name in after if after[name] != before[name]]
        if not changed:
            return post
        leave_to_others(is_bound=own.bind_post(post.id, path, unit.path))
        post.version += 1
        _record(
            "post.change",
            actor,
            post,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
        work.publish(PostsChanged((post.id,)))
    return post


def end_post(
    actor: Actor | None, post: Post, last_day: date, *, version: int | None = None
) -> Post:
    """End a post on a day; its holders lose it then (`people.handlers`).

    Raises:
        Forbidden: the actor does not administer the agency.
        Conflict: another person changed the post since `version`, or it has ended.
    """
    with changing_structure(actor, post.unit.agency, post):
        require_version(post.version, version)
        if posts_with_roles([post.id]):
            require_right(actor, Act.EMPOWER, post.agency_id)
        own, path = own_places(actor, post.agency_id), post.unit.path
        leave_to_others(is_bound=own.bind_post(post.id, path, path))
        if post.valid_to and post.valid_to < clock.today(post.unit.agency.time_zone):
            raise Conflict(_l("This post has already ended."))
        require_days(last_day=last_day)
        change_posts({post.id: {"valid_to": last_day}})
        _record("post.end", actor, post, last_day=last_day.isoformat())
    return post


def set_functions(actor: Actor | None, post: Post, codes: Collection[str]) -> Post:
    """Set the functions of a post; what a person sets is no longer a suggestion.

    Raises:
        Forbidden: the actor does not administer the agency.
        Invalid: a code is unknown.
    """
    with changing_structure(actor, post.unit.agency, post) as work:
        if set_confirmed_functions(actor, post, without_duplicates(codes)):
            work.publish(PostsChanged((post.id,)))
    return post


def _row(new: PostSpec, agency: Agency, codes: set[str], handles: set[str]) -> PostRow:
    title = new.title.text(agency.language)
    if new.code in codes:
        raise Invalid({"code": _l("This code is already in use.")})
    if new.handle in handles:
        raise Invalid({"handle": _l("This short name is already in use.")})
    handle = new.handle or unused(title, handles, HANDLE_LIMIT)
    code = new.code or unused(title, codes, CODE_LIMIT)
    handles.add(handle)
    codes.add(code)
    suggestion = _suggestion(new, agency)
    if new.functions is None:
        functions = {each: suggestion.strength(each) for each in suggestion.functions}
    else:
        functions = dict.fromkeys(new.functions, 1.0)
    return PostRow(
        id=uuid7(),
        agency_id=agency.id,
        language=agency.language,
        unit_id=new.unit.id,
        code=code,
        title=new.title,
        level=new.level or suggestion.level,
        handle=handle,
        kind=new.kind,
        is_head=new.is_head,
        places=new.places,
        publishes_for_agency=new.publishes_for_agency,
        fallback_id=new.fallback.id if new.fallback else None,
        functions=functions,
        is_suggested=new.functions is None,
        valid_from=new.valid_from,
        valid_to=new.valid_to,
    )


def _suggestion(new: PostSpec, agency: Agency) -> FunctionSuggestion:
    if new.level and new.functions is not None:
        return FunctionSuggestion((), new.level)
    language = new.title.language(agency.language)
    units = names_of_units(new.unit, language)
    found = classify(new.title.text(language), language, units=units)
    level = found.level_for(is_head=new.is_head)
    return found if level == found.level else FunctionSuggestion(found.functions, level)


def _check(new: PostSpec, agency: Agency) -> None:
    require_days(valid_from=new.valid_from, valid_to=new.valid_to)
    errors: dict[str, Words] = {}
    if not new.title:
        errors["title"] = _l("Enter some text here.")
    if any(len(text) > TITLE_LIMIT for text in new.title.values()):
        errors["title"] = _l("Use at most %(limit)s characters.", limit=TITLE_LIMIT)
    if new.level is not None and new.level not in LEVELS:
        errors["level"] = _l("Choose a level from 1 to 5.")
    if not 1 <= new.places <= PLACES_LIMIT:
        errors["places"] = _l("Enter a number from 1 to %(limit)s.", limit=PLACES_LIMIT)
    if new.unit.agency_id != agency.id:
        errors["unit_id"] = _l("Choose a unit in the same agency.")
    elif not new.unit.takes_more(clock.today(agency.time_zone)):
        errors["unit_id"] = _l("This unit has ended.")
    if new.fallback and new.fallback.agency_id != agency.id:
        errors["fallback_id"] = _l("Choose a post in the same agency.")
    if new.handle is not None and not _is_handle(new.handle):
        errors["handle"] = _l("Use only unaccented lower-case letters, digits and hyphens.")
    if errors:
        raise Invalid(errors)


def _is_handle(text: str) -> bool:
    plain = text.replace("-", "")
    return text == text.lower() and plain.isascii() and plain.isalnum() and len(text) < HANDLE_LIMIT


def _taken(column: InstrumentedAttribute[str], agency: Agency) -> set[str]:
    return set(db.session.scalars(select(column).where(Post.agency_id == agency.id)))


def _facts(post: Post) -> dict[str, object]:
    return {
        "unit": str(post.unit_id),
        "title": dict(post.title),
        "kind": post.kind,
        "level": post.level,
        "is_head": post.is_head,
        "places": post.places,
        "publishes_for_agency": post.publishes_for_agency,
        "handle": post.handle,
        "fallback": str(post.fallback_id),
    }


def _record(act: str, actor: Actor | None, post: Post, **detail: object) -> None:
    record(
        act,
        agency_id=post.agency_id,
        actor_id=actor.id if actor else None,
        subject=("post", post.id),
        detail=detail,
    )
