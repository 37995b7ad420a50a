"""Who asks: the person behind a cookie, a token or a socket's sign-in. The door to Flask-Login.

The cookie holds a random secret and the database its hash; what it stands for is asked of the
database each time, in one query, so that an end takes effect at once.
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

from intranet.extensions import db, login_manager
from intranet.organisation.accounts import queries
from intranet.organisation.accounts.models import Account, SignIn, Token
from intranet.organisation.accounts.secret import hash_of
from intranet.organisation.people.models import Person
from intranet.platform.core import clock, web
from intranet.platform.core.confirming import confirmed_since
from intranet.platform.core.errors import Forbidden, SignInRequired, Unavailable
from intranet.platform.core.errors_http import wants_json
from intranet.platform.core.i18n import _l
from intranet.platform.core.operation import is_of
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.core.web import wants_fragment

P = ParamSpec("P")
R = TypeVar("R")
View = Callable[Concatenate[Person, P], R]

COOKIE = "sign_in"
USE_IS_WRITTEN_EVERY = timedelta(minutes=5)
BEARER = "Bearer "
SAFE = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True)
class Identity:
    """The person who asks, and by what: a sign-in of a browser or a token of a program."""

    account: Account
    sign_in_id: UUID | None
    token_id: UUID | None
    scopes: frozenset[str] | None
    must_enrol: bool
    administers: bool
    has_posts_on_hold: bool
    confirmed_at: datetime | None = None

    # What Flask-Login asks of a user.
    is_authenticated = True
    is_active = True
    is_anonymous = False

    @property
    def person(self) -> Person:
        """Who it is."""
        return self.account.person

    def may(self, scope: str) -> bool:
        """Whether this sign-in or token may be used for something: `read`, `write`, `admin`."""
        return self.scopes is None or scope in self.scopes

    def get_id(self) -> str:
        """The id that Flask-Login would keep; nothing here keeps it."""
        return str(self.account.id)


def cookie_name() -> str:
    """The name of the cookie that a sign-in hands out."""
    return web.cookie_name(COOKIE)


def identity_of_cookies(carried: Mapping[str, str]) -> Identity | None:
    """Who carries these cookies, if the sign-in they hold may still be used."""
    secret = carried.get(cookie_name())
    if not secret:
        return None
    return _identity(queries.living_sign_in(SignIn.token_hash, hash_of(secret)))


def identity_of_token(token: str) -> Identity | None:
    """Who carries this personal token, if it may still be used."""
    return _identity(queries.living_token(hash_of(token)))


def person_of_sign_in(sign_in_id: UUID) -> Person | None:
    """Who is signed in there, if they still are and nothing else is asked of them first."""
    identity = _identity(queries.living_sign_in(SignIn.id, sign_in_id))
    return identity.person if identity and not identity.must_enrol else None


def ask_nobody() -> None:
    """Take who asks for nobody, and look at no cookie: what is answered is the same for all."""
    g.identity = None
    g._login_user = login_manager.anonymous_user()  # noqa: SLF001 - else templates would ask


def load_identity() -> None:
    """Find out who asks in this request, for all that follows."""
    try:
        g.identity = current_user._get_current_object() if current_user.is_authenticated else None  # noqa: SLF001 - werkzeug's way out of the proxy
    except Exception:
        ask_nobody()  # else the page that says what went wrong would ask again, and fail as well
        raise
    if g.identity:
        confirmed_since(g.identity.confirmed_at)
        is_of(g.identity.account.person_id, g.identity.account.home_agency_id)


def current_identity() -> Identity | None:
    """Who asks in this request."""
    identity: Identity | None = g.get("identity")
    return identity


def require_identity() -> Identity:
    """Who asks in this request, in a view that is only for who is signed in.

    Raises:
        SignInRequired: nobody does.
    """
    identity = current_identity()
    if identity is None:
        raise SignInRequired
    return identity


def current_person() -> Person | None:
    """Who asks in this request, unless a second factor has to be set up first."""
    identity = current_identity()
    return identity.person if identity and not identity.must_enrol else None


def factor() -> str:
    """By what the person of this request signed in: `token`, `password`, or `password_and_code`."""
    identity = current_identity()
    if identity is None or identity.token_id:
        return "token" if identity else ""
    return "password_and_code" if identity.account.has_second_factor else "password"


def signed_in(view: View[P, R]) -> Callable[P, R | ResponseReturnValue]:
    """Give the view the person who asks; send everybody else to sign in.

    A page that is read leads to the sign-in page and back; all else is answered with 401.
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
    """As `signed_in`, and also for who still has to set up a second factor."""

    @wraps(view)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R | ResponseReturnValue:
        identity = current_identity()
        if identity is None or identity.sign_in_id is None:
            return _sign_in_first()
        return view(identity.person, *args, **kwargs)

    return wrapped


def load(asking: Request) -> Identity | None:
    """Find who asks, once a request, and take over their language and time zone."""
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
    """The personal token of a request to the interface for programs; it wins over a cookie."""
    given = asking.headers.get("Authorization", "")
    if not asking.path.startswith("/api/") or not given.startswith(BEARER):
        return None
    return given.removeprefix(BEARER).strip()


def _identity(found: queries.Found | None) -> Identity | None:
    if found is None:
        return None
    used: SignIn | Token | None = found.sign_in or found.token
    if used is not None:
        write_use(type(used), used.id, used.last_used_at)
    return Identity(
        account=found.account,
        sign_in_id=found.sign_in.id if found.sign_in else None,
        token_id=found.token.id if found.token else None,
        scopes=frozenset(found.token.scopes) if found.token else None,
        must_enrol=found.must_enrol,
        administers=found.administers,
        has_posts_on_hold=found.has_posts_on_hold,
        confirmed_at=found.sign_in.confirmed_at if found.sign_in else None,
    )


def write_use(kind: type[SignIn | Token], used_id: UUID, last: datetime | None) -> None:
    """Note the last use, but not more often than it is worth a write."""
    now = clock.now()
    if last and now - last < USE_IS_WRITTEN_EVERY:
        return
    with suppress(Unavailable), unit_of_work():
        db.session.execute(update(kind).where(kind.id == used_id).values(last_used_at=now))


def _sign_in_first() -> ResponseReturnValue:
    if wants_json() or wants_fragment() or request.method not in SAFE:
        raise SignInRequired
    target = request.full_path.rstrip("?")
    return redirect("/signin" if target == "/" else f"/signin?next={quote(target)}", 303)


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
login_manager.session_protection = None  # nothing of a sign-in is in Flask's session
