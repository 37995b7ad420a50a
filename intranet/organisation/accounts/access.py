"""The person of a request, by cookie, token or socket. The only importer of Flask-Login.

The cookie holds a random secret and the database its hash. Each request looks the sign-in up in
the database, in one query, so that ending it takes effect at once.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from urllib.parse import quote
from uuid import UUID

from flask import Request, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError

from intranet.extensions import db, login_manager
from intranet.organisation.accounts import queries
from intranet.organisation.accounts.models import Account, SignIn, Token
from intranet.organisation.accounts.random_secrets import hash_of
from intranet.organisation.people.models import Person
from intranet.platform.core import clock, web
from intranet.platform.core.errors import Forbidden, SignInRequired, Unavailable
from intranet.platform.core.errors_http import wants_json
from intranet.platform.core.i18n import _l
from intranet.platform.core.operation import record_person
from intranet.platform.core.per_request import per_request
from intranet.platform.core.step_up import confirmed_since
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.core.web import wants_fragment

P = ParamSpec("P")
R = TypeVar("R")
View = Callable[Concatenate[Person, P], R]

COOKIE = "sign_in"
USE_WRITE_INTERVAL = timedelta(minutes=5)
BEARER = "Bearer "
SAFE = {"GET", "HEAD", "OPTIONS"}
# Proxies accept few kilobytes of response headers, so a longer address is kept without its query.
MAX_NEXT_BYTES = 2_000


@dataclass(frozen=True)
class Identity:
    """The authenticated person, and the sign-in or token they use."""

    account: Account
    sign_in_id: UUID | None
    token_id: UUID | None
    scopes: frozenset[str] | None
    must_enrol: bool
    administers: bool
    has_posts_on_hold: bool
    by: str
    confirmed_at: datetime | None = None

    # The interface that Flask-Login requires of a user.
    is_authenticated = True
    is_active = True
    is_anonymous = False

    @property
    def person(self) -> Person:
        """The authenticated person."""
        return self.account.person

    def may(self, scope: str) -> bool:
        """Return whether this sign-in or token has a scope: `read`, `write`, `admin`."""
        return self.scopes is None or scope in self.scopes

    def get_id(self) -> str:
        """Return the id that Flask-Login would store; nothing here stores it."""
        return str(self.account.id)


def cookie_name() -> str:
    """Return the name of the sign-in cookie."""
    return web.cookie_name(COOKIE)


def identity_of_cookies(carried: Mapping[str, str]) -> Identity | None:
    """Return the identity of these cookies, if their sign-in is still valid."""
    secret = carried.get(cookie_name())
    if not secret:
        return None
    return _identity(queries.living(SignIn, hash_of(secret)))


def identity_of_token(token: str) -> Identity | None:
    """Return the identity of a personal token, if it is still valid."""
    return _identity(queries.living(Token, hash_of(token)))


def treat_as_anonymous() -> None:
    """Treat the request as anonymous without reading a cookie: the response is public."""
    g.identity = None
    g._login_user = login_manager.anonymous_user()  # noqa: SLF001 - else templates would load it


def load_identity() -> None:
    """Identify the person of this request."""
    try:
        g.identity = current_user._get_current_object() if current_user.is_authenticated else None  # noqa: SLF001 - werkzeug's way out of the proxy
    except Exception:
        treat_as_anonymous()  # else the error page would load it again, and fail as well
        raise
    if g.identity:
        confirmed_since(g.identity.confirmed_at)
        account = g.identity.account
        record_person(account.person_id, account.home_agency_id, administers=g.identity.administers)


def current_identity() -> Identity | None:
    """Return the identity of this request."""
    identity: Identity | None = g.get("identity")
    return identity


def require_identity() -> Identity:
    """Return the identity of this request, in a view that requires one.

    Raises:
        SignInRequired: the request is anonymous.
    """
    identity = current_identity()
    if identity is None:
        raise SignInRequired
    return identity


def current_person() -> Person | None:
    """Return the person of this request, unless they have to set up a second factor first."""
    identity = current_identity()
    return identity.person if identity and not identity.must_enrol else None


def in_frame(count: Callable[[Person], dict[str, int]]) -> Callable[[], dict[str, int]]:
    """Give templates counts for the viewer, as a context processor; none within fragments.

    A failure of the database gives none either: the page may be the one that reports it. Flask
    asks for them with each template of a page.
    """
    once = per_request(count)

    @wraps(count)
    def counted() -> dict[str, int]:
        viewer = current_person()
        if viewer is None or wants_fragment():
            return {}
        try:
            return once(viewer)
        except SQLAlchemyError:
            return {}

    return counted


def factor() -> str:
    """Return how the person of this request signed in: `token`, or as in `SignIn.by`."""
    identity = current_identity()
    return identity.by if identity else ""


def signed_in(view: View[P, R]) -> Callable[P, R | ResponseReturnValue]:
    """Pass the signed-in person to the view; ask everybody else to sign in.

    A page that is read redirects to the sign-in page and back; any other request is answered 401.
    """

    @wraps(view)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R | ResponseReturnValue:
        identity = current_identity()
        if identity is None:
            return _sign_in_first()
        if identity.must_enrol:
            return _enrol_first()
        _check_scope(identity)
        return view(identity.person, *args, **kwargs)

    return wrapped


def signed_in_by_password(view: View[P, R]) -> Callable[P, R | ResponseReturnValue]:
    """Like `signed_in`, and also for people who have yet to set up a second factor."""

    @wraps(view)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R | ResponseReturnValue:
        identity = current_identity()
        if identity is None or identity.sign_in_id is None:
            return _sign_in_first()
        return view(identity.person, *args, **kwargs)

    return wrapped


def load(asking: Request) -> Identity | None:
    """Identify the person once per request, and apply their language and time zone."""
    token = bearer_token(asking)
    identity = identity_of_token(token) if token else None
    if token is None:
        identity = identity_of_cookies(asking.cookies)
    if identity:
        account = identity.account
        g.language = account.locale or account.home_agency.language
        g.time_zone = account.time_zone or account.home_agency.time_zone
    return identity


def bearer_token(asking: Request) -> str | None:
    """Return the personal token of a REST request; it takes precedence over a cookie."""
    given = asking.headers.get("Authorization", "")
    if not asking.path.startswith("/api/") or not given.startswith(BEARER):
        return None
    return given.removeprefix(BEARER).strip()


def _identity(found: queries.ValidCredential | None) -> Identity | None:
    if found is None:
        return None
    used = found.used
    is_token = isinstance(used, Token)
    write_use(type(used), used.id, used.last_used_at)
    return Identity(
        account=used.account,
        sign_in_id=None if is_token else used.id,
        token_id=used.id if is_token else None,
        scopes=frozenset(used.scopes) if isinstance(used, Token) else None,
        must_enrol=found.must_enrol,
        administers=found.administers,
        has_posts_on_hold=found.has_posts_on_hold,
        by=used.by if isinstance(used, SignIn) else "token",
        confirmed_at=used.confirmed_at if isinstance(used, SignIn) else None,
    )


def write_use(kind: type[SignIn | Token], used_id: UUID, last: datetime | None) -> None:
    """Update the last use, at most once in a while to save writes."""
    now = clock.now()
    if last and now - last < USE_WRITE_INTERVAL:
        return
    with suppress(Unavailable), unit_of_work():
        db.session.execute(update(kind).where(kind.id == used_id).values(last_used_at=now))


def _sign_in_first() -> ResponseReturnValue:
    if wants_json() or wants_fragment() or request.method not in SAFE:
        raise SignInRequired
    target = quote(request.full_path.rstrip("?"))
    if len(target) > MAX_NEXT_BYTES:
        target = quote(request.path)
    return redirect("/signin" if target == "/" else f"/signin?next={target}", 303)


def _enrol_first() -> ResponseReturnValue:
    if wants_json() or wants_fragment() or request.method not in SAFE:
        raise Forbidden(_l("Your administration requires a second factor. Set one up first."))
    return redirect("/me/second-factor", 303)


def _check_scope(identity: Identity) -> None:
    needed = {"read" if request.method in SAFE else "write"}
    if request.path.startswith("/api/v1/admin"):
        needed.add("admin")
    if not all(identity.may(scope) for scope in needed):
        raise Forbidden(_l("This access token does not permit this action."))


login_manager.request_loader(load)
login_manager.session_protection = None  # Flask's session holds no part of a sign-in
