"""The schedule of every job. The outbox is checked each second."""

from datetime import timedelta

from flask import Flask

from intranet.administration.imports import jobs as import_jobs
from intranet.administration.reorganisation import jobs as plan_jobs
from intranet.attention.moderation import jobs as moderation_jobs
from intranet.attention.notifications import jobs as notification_jobs
from intranet.attention.statistics import jobs as figure_jobs
from intranet.collaboration.events import jobs as event_jobs
from intranet.collaboration.groups import jobs as group_jobs
from intranet.collaboration.ideas import jobs as idea_jobs
from intranet.collaboration.polls import jobs as poll_jobs
from intranet.collaboration.questions import jobs as question_jobs
from intranet.delivery.files import jobs as file_jobs
from intranet.delivery.push import jobs as push_jobs
from intranet.delivery.push import operations as push_operations
from intranet.finding.counterparts import lessons as counterpart_lessons
from intranet.finding.counterparts import sightings as counterpart_sightings
from intranet.finding.directory import jobs as directory_jobs
from intranet.messaging.conversations import jobs as conversation_jobs
from intranet.messaging.messages import by_mail, saving
from intranet.messaging.messages import jobs as message_jobs
from intranet.messaging.messages import partitions as message_partitions
from intranet.messaging.spaces import jobs as space_jobs
from intranet.organisation.accounts import jobs as account_jobs
from intranet.organisation.accounts.operations import keeping_administrators, second_factor_holds
from intranet.organisation.agencies import jobs as agency_jobs
from intranet.organisation.identity import jobs as identity_jobs
from intranet.organisation.identity.ldap import jobs as ldap_jobs
from intranet.organisation.identity.operations.refused_arrivals import (
    forget_old as forget_old_arrivals,
)
from intranet.organisation.people import jobs as people_jobs
from intranet.organisation.people.operations.status import forget_ended_statuses
from intranet.organisation.worktime import jobs as worktime_jobs
from intranet.platform.core import clock, database, idempotency, outbox
from intranet.platform.core.jobs import Clockwork, Job
from intranet.platform.index import jobs as index_jobs
from intranet.publishing.announcements import jobs as announcement_jobs
from intranet.publishing.case_files import jobs as case_file_jobs
from intranet.publishing.model_texts import jobs as model_jobs
from intranet.publishing.publications import jobs as publication_jobs
from intranet.records.access_requests import jobs as access_jobs
from intranet.records.hand_over import jobs as hand_over_jobs
from intranet.records.holds import operations as hold_operations
from intranet.records.own_data import erasing
from intranet.records.own_data import jobs as own_data_jobs
from intranet.records.own_data import operations as own_data_operations
from intranet.records.portability import jobs as portability_jobs
from intranet.records.retention import running as retention_running

JOBS = (
    Job("tell of memberships by date", timedelta(seconds=20), space_jobs.publish_changes),
    Job("close spaces of ended units", timedelta(minutes=20), space_jobs.close_spaces),
    Job(
        "tell of speakers by date", timedelta(seconds=20), conversation_jobs.publish_speaker_changes
    ),
    Job("follow ended posts", timedelta(minutes=20), agency_jobs.follow_dates),
    Job("derive occupations anew", timedelta(minutes=1), people_jobs.derive_outdated),
    Job("derive occupations by date", timedelta(minutes=20), people_jobs.derive_by_date),
    Job("follow dates in the directory", timedelta(minutes=20), directory_jobs.follow_dates),
    Job("tell of new counterparts", timedelta(minutes=5), counterpart_sightings.tell_of_new),
    Job("learn from opinions", timedelta(hours=24), counterpart_lessons.learn),
    Job("write what is owed to the index", timedelta(minutes=1), directory_jobs.write_all_queued),
    Job("remind of saved messages", timedelta(seconds=30), saving.remind_due),
    Job("publish what is due", timedelta(seconds=10), publication_jobs.publish_due),
    Job("send scheduled messages", timedelta(seconds=5), message_jobs.send_scheduled),
    Job(
        "send digests", timedelta(minutes=5), lambda: notification_jobs.enqueue_digests(clock.now())
    ),
    Job(
        "forget what was told",
        timedelta(hours=1),
        lambda: notification_jobs.forget_old(clock.now()),
    ),
    Job("tell of hand-overs", timedelta(minutes=20), hand_over_jobs.tell_of_hand_overs),
    Job("tell of unread posts", timedelta(minutes=20), hand_over_jobs.tell_of_unread_posts),
    Job("follow owners of groups", timedelta(hours=1), group_jobs.mend_owners),
    Job("ask about sleeping groups", timedelta(hours=6), group_jobs.ask_about_inactive_groups),
    Job("ask more people", timedelta(minutes=10), question_jobs.ask_more),
    Job("tell of lapsed models", timedelta(hours=1), model_jobs.notify_lapsed),
    Job("tell of criteria to review", timedelta(hours=1), question_jobs.remind_of_reviews),
    Job("remind of what is due", timedelta(minutes=1), announcement_jobs.remind_due),
    Job("remind of answers to ideas", timedelta(minutes=5), idea_jobs.remind_due),
    Job("close polls and remind of them", timedelta(seconds=30), poll_jobs.follow_polls),
    Job("remind of events", timedelta(minutes=1), event_jobs.remind),
    Job("reckon the times of events", timedelta(minutes=5), event_jobs.reckon_times),
    Job("forget old case files", timedelta(hours=6), case_file_jobs.forget_old),
    Job("forget own data", timedelta(hours=6), own_data_jobs.forget_files),
    Job("forget old packages", timedelta(hours=6), portability_jobs.forget_old),
    Job("forget old proofs", timedelta(hours=6), announcement_jobs.forget_old),
    Job("hold posts", timedelta(minutes=20), second_factor_holds.hold_everywhere),
    Job("apply account changes", timedelta(minutes=1), account_jobs.apply_sensitive_changes),
    Job("fetch what providers publish", timedelta(hours=1), identity_jobs.refresh_published),
    Job("forget who was not let in", timedelta(hours=6), forget_old_arrivals),
    Job("release invitations", timedelta(seconds=5), account_jobs.release_invitations),
    Job("end accounts", timedelta(seconds=20), account_jobs.end_accounts),
    Job("warn of ends of accounts", timedelta(hours=1), account_jobs.warn_of_ends),
    Job("keep administrators", timedelta(minutes=20), keeping_administrators.keep_administrators),
    Job("forget old failures", timedelta(hours=1), account_jobs.forget_failures),
    Job("forget what could be used once", timedelta(hours=1), account_jobs.forget_one_uses),
    Job("compare with directories", timedelta(minutes=5), ldap_jobs.compare_all),
    Job("forget comparisons with directories", timedelta(hours=6), ldap_jobs.forget_old),
    Job("warn of ends of programs", timedelta(hours=1), identity_jobs.warn_of_ends_of_programs),
    Job("forget ended programs", timedelta(hours=6), identity_jobs.forget_ended_programs),
    Job("forget ended sign-ins", timedelta(hours=6), account_jobs.forget_ended),
    Job("forget lapsed devices", timedelta(hours=1), push_operations.forget_lapsed),
    Job("forget what was sent", timedelta(hours=6), outbox.forget_done),
    Job("forget links in mails", timedelta(hours=6), by_mail.forget_old),
    Job("prolong partitions", timedelta(hours=24), message_partitions.prolong_all),
    Job("shrink the log of the database", timedelta(minutes=5), database.shrink_log),
    Job("forget unused words", timedelta(hours=6), index_jobs.forget_unused_words),
    Job("forget kept answers", timedelta(hours=1), idempotency.delete_expired),
    Job("forget old imports", timedelta(hours=6), lambda: import_jobs.forget_old(clock.now())),
    Job("forget old plans", timedelta(hours=1), lambda: plan_jobs.forget_old(clock.now())),
    Job("forget ended statuses", timedelta(hours=1), lambda: forget_ended_statuses(clock.now())),
    Job("forget past duties", timedelta(hours=6), lambda: worktime_jobs.forget_duties(clock.now())),
    Job(
        "forget old decisions of moderation",
        timedelta(hours=6),
        lambda: moderation_jobs.forget_old(clock.now()),
    ),
    Job("pass on what nobody decides", timedelta(hours=1), moderation_jobs.pass_on),
    Job("destroy what ended holds kept", timedelta(hours=1), hold_operations.erase_ended),
    Job("apply retention", timedelta(hours=1), retention_running.run_all),
    Job("count weeks", timedelta(minutes=20), figure_jobs.count_weeks),
    Job("forget old packages of requests", timedelta(hours=6), access_jobs.forget_old),
    Job("tell of what was read for requests", timedelta(hours=1), access_jobs.tell_due),
    Job("discard unused files", timedelta(hours=1), lambda: file_jobs.discard_unused(clock.now())),
)

# Importing these modules registers their kinds of outbox tasks.
OWED = (
    access_jobs,
    account_jobs,
    agency_jobs,
    announcement_jobs,
    file_jobs,
    ldap_jobs,
    message_jobs,
    by_mail,
    notification_jobs,
    plan_jobs,
    own_data_operations,
    erasing,
    push_jobs,
    retention_running,
)


def clockwork(app: Flask) -> Clockwork:
    """Return the scheduler that runs all jobs in threads of this process."""
    return Clockwork(app, JOBS)
