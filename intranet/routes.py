"""Page 1 of the house: every blueprint and every module of socket events."""

from flask import Flask

from intranet.accounts import link_views as account_link_views
from intranet.accounts import me_views, worktime_views
from intranet.accounts import views as account_views
from intranet.admin import api as admin_api
from intranet.admin import views as admin_views
from intranet.announcements import proof_views as announcement_proof_views
from intranet.announcements import screen_views as announcement_screen_views
from intranet.announcements import sheet_views as announcement_sheet_views
from intranet.announcements import views as announcement_views
from intranet.api import views as api_views
from intranet.conversations import api as conversation_api
from intranet.conversations import sockets as conversation_sockets
from intranet.conversations import views as conversation_views
from intranet.core import health, unsubscribe_views
from intranet.counterparts import api as counterpart_api
from intranet.counterparts import views as counterpart_views
from intranet.directory import api as directory_api
from intranet.directory import fallback_views, profile_views, search_api, search_views
from intranet.directory import views as directory_views
from intranet.files import api as file_api
from intranet.files import upload_api
from intranet.files import views as file_views
from intranet.help import views as help_views
from intranet.home import views as home_views
from intranet.initiatives import api as initiative_api
from intranet.initiatives import edit_views as initiative_edit_views
from intranet.initiatives import views as initiative_views
from intranet.messages import answer_views
from intranet.messages import api as message_api
from intranet.messages import sockets as message_sockets
from intranet.messages import views as message_views
from intranet.notifications import api as notification_api
from intranet.notifications import feeds as notification_feeds
from intranet.notifications import views as notification_views
from intranet.publications import api as publication_api
from intranet.publications import audience_views as publication_audience_views
from intranet.publications import edit_views as publication_edit_views
from intranet.publications import follow_views as publication_follow_views
from intranet.publications import media_views as publication_media_views
from intranet.publications import nearest_views as publication_nearest_views
from intranet.publications import views as publication_views
from intranet.push import views as push_views
from intranet.search import api as search_everything_api
from intranet.search import views as search_everything_views
from intranet.showcase import views as showcase_views


def register(app: Flask) -> None:
    """Hang every door on the application."""
    app.register_blueprint(account_views.bp)  # first: it finds out who asks
    app.register_blueprint(admin_views.bp)
    app.register_blueprint(account_link_views.bp)
    app.register_blueprint(me_views.bp)
    app.register_blueprint(worktime_views.bp)
    app.register_blueprint(push_views.bp)
    app.register_blueprint(health.bp)
    app.register_blueprint(unsubscribe_views.bp)
    app.register_blueprint(conversation_views.bp)
    app.register_blueprint(home_views.bp)
    app.register_blueprint(help_views.bp)
    app.register_blueprint(directory_views.bp)
    app.register_blueprint(search_views.bp)
    app.register_blueprint(profile_views.bp)
    app.register_blueprint(fallback_views.bp)
    app.register_blueprint(file_views.bp)
    app.register_blueprint(file_api.bp)
    app.register_blueprint(upload_api.bp)
    app.register_blueprint(message_views.bp)
    app.register_blueprint(answer_views.bp)
    app.register_blueprint(publication_views.bp)
    app.register_blueprint(publication_api.bp)
    app.register_blueprint(publication_edit_views.bp)
    app.register_blueprint(publication_audience_views.bp)
    app.register_blueprint(publication_media_views.bp)
    app.register_blueprint(publication_follow_views.bp)
    app.register_blueprint(publication_nearest_views.bp)
    app.register_blueprint(notification_views.bp)
    app.register_blueprint(notification_feeds.bp)
    app.register_blueprint(notification_api.bp)
    app.register_blueprint(announcement_views.bp)
    app.register_blueprint(announcement_proof_views.bp)
    app.register_blueprint(announcement_sheet_views.bp)
    app.register_blueprint(announcement_screen_views.bp)
    app.register_blueprint(initiative_views.bp)
    app.register_blueprint(initiative_edit_views.bp)
    app.register_blueprint(initiative_api.bp)
    app.register_blueprint(search_everything_views.bp)
    app.register_blueprint(showcase_views.bp)
    app.register_blueprint(showcase_views.own_bp)
    app.register_blueprint(counterpart_views.bp)
    app.register_blueprint(counterpart_api.bp)
    app.register_blueprint(directory_api.bp)
    app.register_blueprint(search_api.bp)
    app.register_blueprint(conversation_api.bp)
    app.register_blueprint(message_api.bp)
    app.register_blueprint(search_everything_api.bp)
    app.register_blueprint(admin_api.bp)
    app.register_blueprint(api_views.bp)  # last: it answers for what no other has


# The events of sockets register themselves when their modules are imported.
SOCKETS = (conversation_sockets, message_sockets)
