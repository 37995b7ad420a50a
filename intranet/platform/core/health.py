"""Health checks and metrics, for machines: liveness, readiness and `/metrics`."""

import hmac
import ipaddress
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from intranet.extensions import db
from intranet.platform.core.errors import NotFound
from intranet.platform.core.metrics import as_prometheus_text
from intranet.platform.core.web import settings

bp = Blueprint("health", __name__)

TIMEOUT_SECONDS = 3
Check = Callable[[], bool]


@bp.get("/health/live")
def live() -> ResponseReturnValue:
    """Report that the process answers. It depends on no other service."""
    return {"status": "ok"}


@bp.get("/health/ready")
def ready() -> ResponseReturnValue:
    """Report whether people can work: 503 with the services that are missing."""
    missing = missing_services()
    return {"status": "unready" if missing else "ok", "missing": missing}, 503 if missing else 200


@bp.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Return the metrics, to this machine or with the token; to others this is a 404."""
    if not _is_trusted():
        raise NotFound
    return Response(as_prometheus_text(), content_type=CONTENT_TYPE_LATEST)


def missing_services() -> list[str]:
    """Return the names of the services that do not answer now."""
    checks = {"database": _database_answers, "redis": _redis_answers, "files": _files_writable}
    return [name for name, works in {**checks, **_services}.items() if not works()]


_services: dict[str, Check] = {}


def answers(name: str) -> Callable[[Check], Check]:
    """Register a function of a higher package that says whether a service answers."""

    def register(check: Check) -> Check:
        _services[name] = check
        return check

    return register


def _database_answers() -> bool:
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        db.session.rollback()
        return False
    return True


def _redis_answers() -> bool:
    url = settings().redis_url
    if not url:
        return True
    from redis import Redis, RedisError  # noqa: PLC0415 - only where Redis is used

    try:
        client: Any = Redis.from_url(
            url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS
        )
        with client:
            return bool(client.ping())
    except RedisError:
        return False


def _files_writable() -> bool:
    folder = settings().data_dir
    try:
        probe = folder / ".ready"
        probe.write_bytes(b"ok")
        probe.unlink()
    except OSError:
        return False
    return True


def _is_trusted() -> bool:
    """Return whether the request came from this machine without a proxy, or carries the token."""
    token = settings().metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(given.encode(), token.encode()):
        return True
    if token or settings().trusted_proxies or "X-Forwarded-For" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
