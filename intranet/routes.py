"""The registration of every blueprint and of every module of socket events.

The blueprints of the kinds of publication come with them (`intranet/kinds.py`).
"""

from flask import Flask

from intranet.administration.admin import api as admin_api
from intranet.administration.admin import views as admin_views
from intranet.administration.reorganisation import api as reorganisation_api
from intranet.administration.reorganisation import note_views as reorganisation_note_views
from intranet.administration.reorganisation import views as reorganisation_views
from intranet.attention.moderation import own_case_views as moderation_mine_views
from intranet.attention.moderation import report_views as moderation_report_views
from intranet.attention.moderation import views as moderation_views
from intranet.attention.notifications import api as notification_api
from intranet.attention.notifications import feeds as notification_feeds
from intranet.attention.notifications import views as notification_views
from intranet.attention.search import api as search_everything_api
from intranet.attention.search import card_views
from intranet.attention.search import views as search_everything_views
from intranet.attention.statistics import views as figure_views
from intranet.collaboration.groups import api as group_api
from intranet.collaboration.groups import former_content_views as group_kept_views
from intranet.collaboration.groups import lead_views as group_lead_views
from intranet.collaboration.groups import views as group_views
from intranet.collaboration.participation import views as participation_views
from intranet.delivery.files import api as file_api
from intranet.delivery.files import upload_api
from intranet.delivery.files import views as file_views
from intranet.delivery.push import views as push_views
from intranet.finding.counterparts import alert_views as counterpart_alert_views
from intranet.finding.counterparts import api as counterpart_api
from intranet.finding.counterparts import opinion_views as counterpart_opinion_views
from intranet.finding.counterparts import views as counterpart_views
from intranet.finding.directory import api as directory_api
from intranet.finding.directory import (
    fallback_views,
    profile_views,
    search_api,
    search_views,
    status_views,
)
from intranet.finding.directory import views as directory_views
from intranet.messaging.conversations import api as conversation_api
from intranet.messaging.conversations import sockets as conversation_sockets
from intranet.messaging.conversations import views as conversation_views
from intranet.messaging.messages import (
    answer_views,
    forward_views,
    later_views,
    own_api,
    own_views,
    scheduled_api,
)
from intranet.messaging.messages import api as message_api
from intranet.messaging.messages import sockets as message_sockets
from intranet.messaging.messages import views as message_views
from intranet.organisation.accounts import (
    confirm_views,
    me_views,
    passkey_views,
    pending_views,
    worktime_views,
)
from intranet.organisation.accounts import link_views as account_link_views
from intranet.organisation.accounts import views as account_views
from intranet.organisation.identity import me_views as own_way_views
from intranet.organisation.identity import views as sign_in_with_views
from intranet.organisation.identity.ldap import views as ldap_views
from intranet.organisation.identity.oidc import views as oidc_views
from intranet.organisation.identity.saml import views as saml_views
from intranet.organisation.identity.scim import views as scim_views
from intranet.pages.api import views as api_views
from intranet.pages.help import views as help_views
from intranet.pages.home import views as home_views
from intranet.platform.core import health, read_only_views, unsubscribe_views
from intranet.public_site import modules as public_site_modules
from intranet.publishing.case_files import views as case_file_views
from intranet.publishing.publications import api as publication_api
from intranet.publishing.publications import audience_views as publication_audience_views
from intranet.publishing.publications import audiences_api
from intranet.publishing.publications import edit_views as publication_edit_views
from intranet.publishing.publications import follow_views as publication_follow_views
from intranet.publishing.publications import media_views as publication_media_views
from intranet.publishing.publications import nearest_views as publication_nearest_views
from intranet.publishing.publications import views as publication_views
from intranet.publishing.publications.kinds import registered
from intranet.records.access_requests import views as access_views
from intranet.records.hand_over import left_views as orphan_views
from intranet.records.hand_over import views as hand_over_views
from intranet.records.holds import views as hold_views
from intranet.records.own_data import erasure_views
from intranet.records.own_data import views as own_data_views
from intranet.records.portability import admin_views as portability_views
from intranet.records.portability import views as package_views
from intranet.records.retention import views as retention_views
from intranet.records.statements import views as statement_views

BLUEPRINTS = (
    account_views.bp,  # first, because it identifies the person
    confirm_views.bp,
    admin_views.bp,
    reorganisation_views.bp,
    account_link_views.bp,
    me_views.bp,
    passkey_views.bp,
    sign_in_with_views.bp,
    own_way_views.bp,
    ldap_views.bp,
    oidc_views.bp,
    saml_views.bp,
    scim_views.bp,
    pending_views.bp,
    worktime_views.bp,
    push_views.bp,
    health.bp,
    read_only_views.bp,
    unsubscribe_views.bp,
    conversation_views.bp,
    home_views.bp,
    help_views.bp,
    directory_views.bp,
    search_views.bp,
    profile_views.bp,
    status_views.bp,
    fallback_views.bp,
    hand_over_views.bp,
    orphan_views.bp,
    file_views.bp,
    file_api.bp,
    upload_api.bp,
    message_views.bp,
    later_views.bp,
    scheduled_api.bp,
    answer_views.bp,
    own_views.bp,
    forward_views.bp,
    case_file_views.bp,
    publication_views.bp,
    publication_api.bp,
    publication_edit_views.bp,
    publication_audience_views.bp,
    audiences_api.bp,
    publication_media_views.bp,
    publication_follow_views.bp,
    publication_nearest_views.bp,
    notification_views.bp,
    notification_feeds.bp,
    notification_api.bp,
    group_kept_views.bp,
    group_views.bp,
    group_lead_views.bp,
    group_api.bp,
    figure_views.bp,
    access_views.bp,
    moderation_views.bp,
    moderation_mine_views.bp,
    moderation_report_views.bp,
    participation_views.bp,
    search_everything_views.bp,
    card_views.bp,
    public_site_modules.bp,
    public_site_modules.own_bp,
    counterpart_views.bp,
    counterpart_opinion_views.bp,
    counterpart_alert_views.bp,
    counterpart_api.bp,
    directory_api.bp,
    search_api.bp,
    conversation_api.bp,
    message_api.bp,
    own_api.bp,
    search_everything_api.bp,
    package_views.bp,
    portability_views.bp,
    admin_api.bp,
    hold_views.bp,
    own_data_views.bp,
    reorganisation_note_views.bp,
    erasure_views.bp,
    retention_views.bp,
    statement_views.bp,
    statement_views.public_bp,
    api_views.bp,
)


def register(app: Flask) -> None:
    """Register every blueprint on the application."""
    of_kinds = (blueprint for kind in registered() for blueprint in kind.blueprints)
    for blueprint in (*BLUEPRINTS, *of_kinds):
        app.register_blueprint(blueprint)


# Importing this module registers its calls on the blueprint of administration.
CALLS = (reorganisation_api,)

# Importing these modules registers their socket events.
SOCKETS = (conversation_sockets, message_sockets)
