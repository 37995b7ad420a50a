"""The rows of each table that go into a package: a table that is not named here fails a test.

`GOES` names the columns by which a row goes: it goes if everything that they refer to goes. Other
references to people, posts, units and agencies that stay become stubs (`stubs.py`).
"""

from collections.abc import Mapping

AGENCY: Mapping[str, tuple[str, ...]] = {
    # the agency: its tree, its posts, and who holds them
    "agencies": (),
    "people": (),
    "units": ("agency_id",),
    "posts": ("agency_id",),
    "post_functions": ("post_id",),
    "post_occupations": ("post_id",),
    "appointments": ("post_id",),
    "appointment_offers": ("post_id",),
    "administrations": ("agency_id",),
    "accounts": ("person_id",),
    "absences": ("person_id",),
    "duties": ("agency_id",),
    "audit_lines": ("agency_id",),
    "organisation_changes": ("agency_id",),
    "unit_successors": ("unit_id",),
    "plans": ("agency_id",),
    "plan_changes": ("plan_id",),
    "hand_overs": ("appointment_id",),
    "hand_over_checks": ("appointment_id",),
    "hand_over_lines": ("appointment_id",),
    "hand_over_notices": ("appointment_id",),
    # its rules
    "calendar_days": ("agency_id",),
    "circular_consents": ("agency_id", "space_id"),
    "group_policies": ("agency_id",),
    "house_rules": ("agency_id",),
    "import_mappings": ("agency_id",),
    "invitation_rules": ("agency_id",),
    "working_times": ("agency_id",),
    "agency_weeks": ("agency_id",),
    "showcase_freezes": ("agency_id",),
    "showcase_profiles": ("agency_id",),
    "statement_texts": ("agency_id",),
    # its records: what it keeps, removes, shows to who asks, and erased
    "access_reasons": ("agency_id",),
    "access_requests": ("agency_id",),
    "access_findings": ("request_id",),
    "access_notices": ("request_id",),
    "access_readings": ("finding_id",),
    "access_redactions": ("request_id",),
    "access_searches": ("request_id",),
    "erasure_requests": ("agency_id",),
    "file_plans": ("agency_id",),
    "file_plan_classes": ("plan_id",),
    "held_items": (),
    "held_files": ("item_id", "file_id"),
    "held_under": ("hold_id", "item_id"),
    "hold_readings": ("hold_id",),
    "hold_targets": ("hold_id",),
    "legal_holds": ("agency_id",),
    "retention_halts": ("agency_id",),
    "retention_rules": ("agency_id",),
    "retention_runs": ("agency_id",),
    # the members of its rooms, and what its moderators decided
    "space_members": ("space_id", "person_id"),
    "hidden_messages": ("message_id",),
    "moderation_cases": ("agency_id", "space_id"),
    "moderation_appeals": ("case_id",),
    "moderation_reports": ("case_id",),
    "case_files": ("agency_id", "conversation_id"),
    # what it addressed to people by name, or published outside
    "publication_atoms": ("publication_id",),
    "acknowledgements": ("publication_id",),
    "announcements": ("publication_id",),
    "recipients": ("publication_id",),
    "reminder_rounds": ("publication_id",),
    "reminders": ("publication_id",),
    "proofs": ("publication_id",),
    "employee_articles": ("publication_id",),
    "showcase_items": ("publication_id",),
    # what people set and kept for themselves
    "conversation_choices": ("person_id", "conversation_id"),
    "counterpart_alerts": ("person_id",),
    "counterpart_opinions": ("person_id",),
    "counterpart_sightings": ("alert_id",),
    "digest_choices": ("person_id",),
    "first_steps_ends": ("person_id",),
    "follows": ("person_id",),
    "hidden_profiles": ("person_id",),
    "kept_posts": ("person_id",),
    "message_drafts": ("person_id", "conversation_id"),
    "notification_choices": ("person_id",),
    "own_hours": ("person_id",),
    "places": ("person_id", "conversation_id"),
    "question_allowances": ("person_id",),
    "saved_messages": ("person_id", "message_id"),
    "scheduled_messages": ("author_id", "conversation_id"),
    "scheduled_files": ("scheduled_id", "file_id"),
    "thread_places": ("person_id", "conversation_id", "parent_id"),
}
"""The tables of which rows go with an agency alone."""

ROOMS: Mapping[str, tuple[str, ...]] = {
    "spaces": (),
    "audience_atoms": ("space_id",),
    "space_keys": ("space_id",),
    "space_moderators": ("space_id",),
    "space_mutes": ("space_id",),
    "groups": ("space_id",),
    "group_topics": ("space_id",),
    "group_invitations": ("space_id",),
    "idea_boxes": ("space_id",),
}
"""The tables of groups."""

TALKS: Mapping[str, tuple[str, ...]] = {
    "conversations": (),
    "participants": ("conversation_id",),
    "messages": (),
    "message_versions": ("message_id",),
    "message_files": ("message_id", "file_id"),
    "message_forwards": ("message_id",),
    "mentions": ("message_id",),
    "reactions": ("message_id",),
    # files
    "files": (),
    "captions": ("video_id",),
}
"""The tables of conversations, and of the files in them."""

PUBLICATIONS: Mapping[str, tuple[str, ...]] = {
    "publications": (),
    "publication_files": ("publication_id", "file_id"),
    "publication_texts": ("publication_id",),
    "publication_topics": ("publication_id",),
    "publication_versions": ("publication_id",),
    "answers": ("message_id", "publication_id"),
    "criteria": ("publication_id", "question_id"),
    "questions": ("publication_id",),
    "question_routes": ("publication_id",),
    "events": ("publication_id",),
    "event_answers": ("publication_id",),
    "event_exceptions": ("publication_id",),
    "event_minutes": ("publication_id",),
    "event_occurrences": ("publication_id",),
    "ideas": ("publication_id", "box_id"),
    "idea_answers": ("publication_id",),
    "idea_steps": ("publication_id",),
    "idea_supports": ("publication_id",),
    "initiatives": ("publication_id",),
    "initiative_contacts": ("publication_id",),
    "initiative_partners": ("publication_id",),
    "initiative_stages": ("publication_id",),
    "initiative_texts": ("publication_id",),
    "initiative_updates": ("publication_id",),
    "adoptions": ("publication_id",),
    "models": ("publication_id",),
    "model_uses": ("publication_id",),
    "polls": ("publication_id",),
    "poll_options": ("poll_id",),
    "poll_choices": ("poll_id",),
    "poll_voters": ("poll_id",),
}
"""The tables of publications that a group can have."""

GOES: Mapping[str, tuple[str, ...]] = {**AGENCY, **ROOMS, **TALKS, **PUBLICATIONS}

PRIVATE = frozenset(
    {
        *("conversation_choices", "counterpart_alerts", "counterpart_opinions"),
        *("counterpart_sightings", "digest_choices", "first_steps_ends", "follows"),
        *("hidden_messages", "hidden_profiles", "kept_posts", "message_drafts"),
        *("moderation_reports", "notification_choices", "own_hours", "places"),
        *("question_allowances", "saved_messages", "scheduled_files", "scheduled_messages"),
        *("hand_over_checks", "hand_over_lines", "hand_overs", "thread_places"),
        # Administrators do not have the records officer's rights by their own role.
        *("access_findings", "access_notices", "access_readings", "access_reasons"),
        *("access_redactions", "access_requests", "access_searches", "erasure_requests"),
        *("file_plan_classes", "file_plans", "held_files", "held_items", "held_under"),
        *("hold_readings", "hold_targets", "legal_holds"),
        *("retention_halts", "retention_rules", "retention_runs"),
    }
)
"""Tables of what one person alone reads, or the records officer. They go only with the whole
package of the operator."""

SECRET, TECHNICAL, HERE = "secret", "technical", "here"

STAYS: Mapping[str, str] = {
    # proofs of who somebody is: made anew on arrival
    **dict.fromkeys(
        (
            *("calendar_keys", "confirmation_codes", "feed_keys", "identity_providers"),
            *("mailed_messages", "one_time_links", "passkeys", "push_subscriptions"),
            *("recovery_codes", "scim_tokens", "sensitive_changes", "sign_ins", "talks_cuts"),
            *("tokens", "invitations", "invitation_runs", "external_identities"),
            *("provider_sessions", "scim_users", "scim_emails", "scim_stops", "scim_ends"),
            *("provisioned_accounts", "provisioning_lines", "provisioning_runs"),
            *("refused_arrivals", "email_domains"),
        ),
        SECRET,
    ),
    # what a program needs, built again from what goes
    **dict.fromkeys(
        (
            *("deliveries", "epochs", "failures", "notifications", "one_uses", "outbox"),
            *("repeatables", "search_documents", "search_owed", "search_trigrams", "search_words"),
            *("told_speakers", "uploads", "imports", "import_agencies", "import_lines"),
        ),
        TECHNICAL,
    ),
    # what belongs to the installation, to what was asked of it, or to what can be undone in it
    **dict.fromkeys(
        (
            *("counterpart_lessons", "functions", "package_orders", "agency_leavings"),
            *("access_packages", "own_data_files", "plan_images", "plan_notes"),
        ),
        HERE,
    ),
}
"""Tables of which nothing goes, each with the reason."""

LEFT_OUT: Mapping[str, frozenset[str]] = {
    "accounts": frozenset(
        {
            *("password_hash", "totp_secret", "totp_confirmed_at", "totp_last_step"),
            *("has_passkey", "import_id", "warned_days"),
        }
    ),
    "erasure_requests": frozenset({"traces"}),
    "files": frozenset({"key", "thumbnail_key"}),
    "hidden_profiles": frozenset({"photo_key"}),
    "organisation_changes": frozenset({"number"}),
    "people": frozenset({"photo_key"}),
    "plans": frozenset({"base"}),
    "polls": frozenset({"key_check"}),
    "poll_options": frozenset({"sealed", "sealed_maybes", "pending", "pending_maybes"}),
}
"""Columns that stay: secrets, the names under which bytes are stored here, numbers that all
agencies share, and what only work under way needs."""

STUBBED = ("agencies", "people", "units", "posts", "spaces")
"""Tables of which a row may go by its name alone, because something that goes refers to it."""

CONTRIBUTED_TABLES = frozenset(
    {
        *("publications", "publication_texts", "publication_versions", "publication_files"),
        *("publication_topics", "files", "captions", "conversations", "messages"),
        *("message_files", "message_forwards", "message_versions", "initiatives"),
        *("initiative_texts", "initiative_stages", "initiative_updates", "events"),
        *("event_exceptions", "event_occurrences", "questions", "models", "ideas", "polls"),
        *("poll_options",),
    }
)
"""Tables of a package with somebody's contributions alone: nothing that others did with them."""
