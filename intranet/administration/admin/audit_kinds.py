"""The kinds of entries by which the audit log is filtered: each gathers what acts are about."""

from intranet.platform.core.i18n import _l

KINDS = {
    "accounts": (
        _l("Accounts and sign-ins"),
        ("account", "accounts", "sign_in", "invitations", "provisioning", "directory"),
    ),
    "people": (
        _l("People and appointments"),
        (
            *("person", "people", "absence", "appointment", "appointments", "duty"),
            *("own_data", "erasure"),
        ),
    ),
    "organisation": (
        _l("Units and posts"),
        (
            *("unit", "units", "post", "posts", "agency", "agencies", "fallback", "import"),
            *("reorganisation", "hand_over"),
        ),
    ),
    "roles": (_l("Roles and mandates"), ("administration", "role", "mandate", "installation")),
    "rules": (
        _l("Rules and working time"),
        (
            "provider",
            "domain",
            "house_rules",
            "worktime",
            "calendar",
            "groups",
            "circular_consent",
            "deliveries",
            "statement",
        ),
    ),
    "content": (
        _l("Publications and groups"),
        (
            *("acknowledgement", "board", "case_file", "confirmation_codes", "group", "key"),
            *("message", "package", "proof", "publication", "question", "report", "showcase"),
        ),
    ),
    "moderation": (_l("Moderation"), ("moderation", "moderator")),
    "records": (_l("Records"), ("hold", "retention", "file_plan", "access_request")),
    "log": (_l("Reading of this log"), ("audit",)),
}
"""By its word in the address: the label, and the parts of acts before the dot."""
