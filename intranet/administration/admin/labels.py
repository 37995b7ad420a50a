"""Labels of administration in the reader's language: kinds, states, acts."""

from intranet.organisation.accounts.sensitive_kinds import KINDS
from intranet.organisation.agencies.role_labels import ROLE_NAMES
from intranet.platform.core.i18n import _, ngettext, pgettext


def appointment_kinds() -> dict[str, str]:
    """Return the label of each kind of appointment."""
    return {"holder": _("Holder"), "acting": _("Acting"), "substitute": _("Substitute")}


def account_standings() -> dict[str, str]:
    """Return the label of each account standing."""
    return {
        "active": _("Has signed in"),
        "not_invited": _("Not invited yet"),
        "queued": _("Letter waiting to be sent"),
        "held": _("Letter on hold"),
        "sent": _("Invited"),
        "opened": _("Has opened the invitation"),
        "printed": _("Code on paper"),
        "refused": _("Letter came back"),
        "in_doubt": _("Letter in doubt"),
        "expired": _("Invitation expired"),
        "disabled": pgettext("account", "Closed"),
    }


def headless_text(number: int) -> str:
    """Return how many units have posts and none that leads the unit."""
    return ngettext(
        "%(num)s unit has nobody who leads it", "%(num)s units have nobody who leads them", number
    )


def second_factor_names() -> dict[str, str]:
    """Return the label of each rule on who needs a second factor."""
    return {
        "nobody": _("Not required for anyone"),
        "administrators": _("Required for administrators"),
        "everybody": _("Required for everyone"),
    }


def article_rule_names() -> dict[str, str]:
    """Return the label of each rule on articles by all employees."""
    return {
        "off": _("No, only heads and the people they name"),
        "approval": _("Yes, once a head has approved the article"),
        "free": _("Yes, without approval"),
    }


def detail_names() -> dict[str, str]:
    """Return the labels of the details in audit log entries."""
    return {
        "agency": _("Agency"),
        "articles": _("Articles by all employees"),
        "author": _("Author"),
        "basis": _("Basis of appointment shown to other agencies"),
        "by": _("Method used"),
        "change": _("Account change"),
        "code": _("Code"),
        "copied_at": _("Backup time"),
        "count": _("Number"),
        "decision": _("Decision"),
        "found": _("Found"),
        "hidden": _("Names of authors hidden"),
        "hidden_for": _("Reason for hiding"),
        "item": _("Item"),
        "people": _("People"),
        "request": _("Request for access"),
        "joiners": _("Joiners"),
        "leavers": _("Leavers"),
        "changes": _("Changes"),
        "domain": _("Domain"),
        "mailbox": _("Mailbox"),
        "new_secret": _("New secret"),
        "only_way": _("The only way"),
        "way": _("Way to sign in"),
        "day": _("Day"),
        "days": _("Days before"),
        "deputy": _("Deputy post"),
        "import": _("Import"),
        "line": _("Line of the file"),
        "ends_on": _("Last day"),
        "fallback": _("Post that answers messages during a vacancy"),
        "file": _("File"),
        "files": _("Files"),
        "from": _("From"),
        "function": _("Function"),
        "handle": _("Short name"),
        "hours": _("Working time"),
        "is_head": _("Head of the unit"),
        "kind": _("Type"),
        "languages": _("Languages"),
        "last_day": _("Last day"),
        "level": _("Level"),
        "makers": _("People who may create shared groups"),
        "messages": _("Messages"),
        "most": _("Device limit"),
        "muted_until": _("Muted until"),
        "number": _("Version"),
        "parent": _("Parent unit"),
        "person": _("Person"),
        "publishes_for_agency": _("May publish for the whole agency"),
        "places": _("Places"),
        "post": _("Post"),
        "quiet": _("Notifications paused outside these hours"),
        "reach": _("Where members come from"),
        "loosened": _("Staff may change this setting for themselves"),
        "reason": _("Reason"),
        "role": _("Role"),
        "rule": _("Rule"),
        "second_factor": _("Second factor"),
        "space": _("Space"),
        "starts_on": _("First day"),
        "subject": _("Reported content"),
        "successor": _("Unit taking over the work"),
        "time_zone": _("Time zone"),
        "title": pgettext("post", "Title"),
        "to": _("Until"),
        "unit": _("Unit"),
        "until": _("Until"),
        "version": _("Version"),
        "year": _("Year"),
        "words": _("Words"),
    }


def detail_values() -> dict[str, dict[str, str]]:
    """Return the labels of coded values in audit details, by the detail's key."""
    return {
        "by": {
            "administrator": _("Second administrator"),
            "dns": _("in the DNS"),
            "email": _("verified e-mail address"),
            "holder": _("the account holder"),
            "letter": _("by a code"),
            "operator": _("by the operator"),
            "owner": _("Account holder"),
        },
        "change": {name: str(kind.title) for name, kind in KINDS.items()},
        "makers": {
            "everybody": _("Everyone who holds a post"),
            "heads": _("Heads"),
            "nobody": _("Nobody"),
        },
        "role": {role.value: str(name) for role, name in ROLE_NAMES.items()},
        "decision": {"included": _("Included"), "left_out": _("Not included")},
        "reach": {
            "network": _("The whole network"),
            "shared": _("Shared between administrations"),
            "agency": _("A single administration"),
        },
    }


def sign_in_words() -> dict[str, str]:
    """Return the label of each sign-in method, used or refused."""
    return {
        "password": _("Password"),
        "code": _("Code"),
        "password_and_code": _("Password and code"),
        "oidc": "OpenID Connect",
        "oidc_and_code": _("%(way)s and code", way="OpenID Connect"),
        "oidc_and_factor": _("%(way)s with its second factor", way="OpenID Connect"),
        "saml": "SAML 2.0",
        "saml_and_code": _("%(way)s and code", way="SAML 2.0"),
        "saml_and_factor": _("%(way)s with its second factor", way="SAML 2.0"),
        "ldap": "LDAP",
        "ldap_and_code": _("%(way)s and code", way="LDAP"),
        "ldap_and_factor": _("%(way)s with its second factor", way="LDAP"),
        "scim": "SCIM 2.0",
    }
