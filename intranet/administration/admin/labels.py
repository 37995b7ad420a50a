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


def act_names() -> dict[str, str]:
    """Return the label of each act in the audit log."""
    return {
        "absence.end": _("Absence ended"),
        "absence.set": _("Absence recorded"),
        "deliveries.retry": _("E-mail and push notifications retried"),
        "account.rename": _("Sign-in name changed"),
        "account.agree_change": _("Account change agreed to by the account holder"),
        "account.apply_change": _("Account change took effect"),
        "account.approve_change": _("Account change approved"),
        "account.ask_change": _("Account change requested"),
        "account.end_change": _("Account change not made"),
        "account.end_tokens": _("Access tokens ended"),
        "account.open_talks": _("Account confirmed by its owner"),
        "account.print_code": _("Code printed for the account holder"),
        "account.refuse_change": _("Account change stopped by the account holder"),
        "account.withdraw_change": _("Account change withdrawn"),
        "account.create": _("Account created"),
        "account.disable": _("Account closed"),
        "account.enable": _("Account reopened"),
        "account.invite": _("Person invited"),
        "account.tie": _("Way to sign in connected"),
        "account.untie": _("Way to sign in separated"),
        "domain.claim": _("E-mail domain added"),
        "domain.drop": _("E-mail domain removed"),
        "domain.prove": _("E-mail domain proven"),
        "domain.send_code": _("Code for an e-mail domain sent"),
        "provider.announce_certificate": _("Certificate for a way to sign in announced"),
        "provider.save": _("Sign-in settings changed"),
        "provider.switch_off": _("Way to sign in switched off"),
        "provider.switch_on": _("Way to sign in switched on"),
        "provider.take_up_certificate": _("Certificate for a way to sign in taken up"),
        "account.send_password_link": _("Password link sent"),
        "account.withdraw_invitation": _("Invitation withdrawn"),
        "accounts.create": _("Accounts created"),
        "accounts.renew": _("Last day of accounts set"),
        "invitations.queue": _("Invitations queued"),
        "invitations.pause": _("Invitations paused"),
        "invitations.resume": _("Invitations continued"),
        "invitations.cancel": _("Invitations cancelled"),
        "invitations.letter": _("Sentence in the letter of invitation changed"),
        "invitations.print": _("Codes for sign-in printed"),
        "invitations.hand_over": _("Codes for sign-in handed over"),
        "acknowledgement.record": _("Paper confirmation recorded"),
        "acknowledgement.withdraw": _("Paper confirmation removed"),
        "administration.end": _("Administration role ended"),
        "administration.give": _("Administration role given"),
        "administration.keep": _("Administration role kept beyond an appointment"),
        "administration.recover": _("Administration recovered by the operator"),
        "administration.release": _("Administration role no longer kept"),
        "administration.warn": _("Warning that nobody will administer the agency"),
        "agency.change": _("Settings changed"),
        "agency.registry": _("Registry post chosen"),
        "agency.create": _("Agency created"),
        "question.unveil": _("Author of an anonymous question looked up"),
        "fallback.accept": _("Agreed to answer messages for a vacant post"),
        "fallback.ask": _("Asked another agency to answer messages for a vacant post"),
        "fallback.end": _("Stopped answering messages for a vacant post"),
        "appointment.change": _("Appointment corrected"),
        "appointment.create": _("Appointment created"),
        "appointment.end": _("Appointment ended"),
        "appointment.offer": _("Post offered to a person in another agency"),
        "appointment.accept": _("Post in another agency accepted"),
        "appointment.decline": _("Post in another agency declined"),
        "appointment.take_back": _("Offer of a post withdrawn"),
        "appointments.create": _("Appointments created"),
        "calendar.add": _("Holiday added"),
        "calendar.copy": _("Calendar copied from another agency"),
        "calendar.remove": _("Holiday removed"),
        "audit.export": _("Audit log downloaded"),
        "audit.read": _("Audit log read by an auditor"),
        "circular_consent.give": _("Circulars from an agency accepted"),
        "circular_consent.revoke": _("Circulars from an agency no longer accepted"),
        "confirmation_codes.make": _("One-time codes for confirming reading created"),
        "people.export": _("List of people downloaded"),
        "duty.remove": _("Duty period removed"),
        "house_rules.change": _("House rules changed"),
        "import.apply": _("File imported"),
        "installation.recover": _("Installation recovered"),
        "installation.restore": _("Installation restored from a backup"),
        "mandate.accept": _("Mandate accepted"),
        "mandate.end": _("Mandate ended"),
        "mandate.propose": _("Mandate offered"),
        "moderation.appeal": _("Moderation decision appealed"),
        "moderation.appeal_stands": _("Decision upheld on appeal"),
        "moderation.appeal_undone": _("Decision reversed on appeal"),
        "moderation.dismissed": _("Report closed: no breach found"),
        "moderation.hidden": _("Hidden by moderators"),
        "moderation.read": _("Reported content viewed"),
        "moderation.taken_back": _("Moderation decision withdrawn"),
        "moderation.warned": _("Warned by moderators"),
        "moderator.end": _("Space moderator removed"),
        "message.remove_version": _("Earlier version of a message removed"),
        "publication.remove_version": _("Earlier version of a publication removed"),
        "moderator.name": _("Space moderator appointed"),
        "people.create": _("People added"),
        "person.change": _("Person’s details corrected"),
        "person.create": _("Person added"),
        "person.rename": _("Name corrected"),
        "post.change": _("Post changed"),
        "post.create": _("Post created"),
        "post.end": _("Post ended"),
        "post.functions": _("Functions set for a post"),
        "posts.create": _("Posts created"),
        "role.change": _("Role changed"),
        "role.end": _("Role ended"),
        "role.give": _("Role given"),
        "sign_in.begin": _("Signed in"),
        "sign_in.displace": _("Signed out on the oldest device: too many devices"),
        "directory.agree": _("Plan of a directory applied"),
        "directory.follow": _("Directory followed"),
        "provisioning.change": _("Account changed by the directory"),
        "provisioning.create": _("Person brought in by the directory"),
        "provisioning.end": _("Person ended by the directory"),
        "provisioning.reopen": _("Account reopened by the directory"),
        "provisioning.tie": _("Account connected with the directory"),
        "sign_in.refuse": _("Sign-in attempt refused"),
        "group.create": _("Group created"),
        "group.reach": _("Group opened to other agencies"),
        "group.rule": _("Group membership rule changed"),
        "group.hand_over": _("Group handed over"),
        "group.archive": _("Group archived"),
        "group.revive": _("Group restored"),
        "groups.makers": _("Permission to create groups changed"),
        "board.open": _("Staff representatives’ board opened"),
        "key.ask": _("Approval of a shared group requested"),
        "key.turn": _("Shared group approved"),
        "key.turn_back": _("Approval of a shared group withdrawn"),
        "key.remove": _("Group sharing ended"),
        "case_file.make": _("Messages copied to a case file"),
        "proof.make": _("Proof of reading created"),
        "report.export": _("Reading report downloaded"),
        "showcase.approve": _("Approved for the public site"),
        "showcase.decline": _("Not approved for the public site"),
        "showcase.describe": _("Text on the public page changed"),
        "showcase.freeze": _("Public site pause scheduled"),
        "showcase.lift": _("Public site pause ended"),
        "showcase.take_off": _("Removed from the public site"),
        "unit.change": _("Unit changed"),
        "unit.create": _("Unit created"),
        "unit.end": _("Unit ended"),
        "unit.move": _("Unit moved"),
        "unit.rename": _("Unit renamed"),
        "worktime.change": _("Working time changed"),
    }
