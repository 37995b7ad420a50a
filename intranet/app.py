"""The application factory: extensions, routes, subscribers and error pages."""

from collections.abc import Iterable

from flask import Flask

from intranet import routes, subscribers
from intranet.bootstrap.places import RESOURCES
from intranet.config import Settings, read_settings
from intranet.delivery import realtime
from intranet.delivery.files.limits import FORM_OVERHEAD_BYTES, MIB
from intranet.extensions import babel, csrf, db, login_manager
from intranet.kinds import KINDS
from intranet.organisation.accounts import confirm_views
from intranet.organisation.agencies import demonstration
from intranet.platform.core import (
    allowed_hosts,
    compression,
    database,
    errors_http,
    guard,
    i18n,
    replica,
    requests_log,
    templating,
    web,
)
from intranet.platform.core.catalogues import TRANSLATIONS, compile_catalogues
from intranet.platform.core.events import Dispatcher, dispatcher
from intranet.platform.core.health_sampler import pulse
from intranet.publishing.publications import kinds
from intranet.publishing.publications.kinds import PublicationKind


def create_app(
    settings: Settings | None = None, publication_kinds: Iterable[PublicationKind] = KINDS
) -> Flask:
    """Make the application.

    Args:
        settings: read from the environment unless given.
        publication_kinds: tests add one of their own.

    Raises:
        BadSettingError: a setting is unknown or invalid.
    """
    settings = settings or read_settings()
    kinds.register(publication_kinds)
    app = Flask(
        "intranet",
        static_folder=str(RESOURCES / "static"),
        template_folder=str(RESOURCES / "templates"),
    )
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=database.engine_options(settings),
        MAX_CONTENT_LENGTH=settings.upload_mb * MIB + FORM_OVERHEAD_BYTES,
        BABEL_TRANSLATION_DIRECTORIES=str(TRANSLATIONS),
    )
    compile_catalogues(TRANSLATIONS)
    db.init_app(app)
    login_manager.init_app(app)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=web.current_language, timezone_selector=web.current_zone)
    i18n.init_app(app)
    database.listen(app)
    app.extensions["dispatcher"] = Dispatcher(app)
    requests_log.init_app(app)
    compression.init_app(app)  # before other response hooks, so that it runs after them
    web.init_app(app)
    templating.init_app(app)
    demonstration.init_app(app)
    errors_http.init_app(app)
    routes.register(app)
    guard.init_app(app)
    confirm_views.init_app(app)  # after the guard, so that it reads only forms that were accepted
    subscribers.subscribe()
    requests_log.show_parts(app)
    replica.init_app(app, settings)
    realtime.init_app(app)  # it wraps the WSGI application
    allowed_hosts.init_app(app)  # last, so that it runs before everything, sockets too
    return app


def close_app(app: Flask) -> None:
    """Stop the dispatcher of post-commit work, and close the application's database connections."""
    pulse.forget(app)
    with app.app_context():
        dispatcher().stop()
        db.session.remove()
        db.engine.dispose()
    replica.close(app)
