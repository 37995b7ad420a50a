"""The scopes of tokens, in words."""

from intranet.platform.core.i18n import _l

SCOPE_WORDS = {
    "read": _l("Read everything I have access to"),
    "write": _l("Create and change content on my behalf"),
    "admin": _l("Manage the agencies I administer"),
}
