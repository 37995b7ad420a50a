"""LDAP and Active Directory as a way to sign in: the test of a directory, and the registration."""

import time
from collections import Counter

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from intranet.organisation.identity import queries
from intranet.organisation.identity.ldap.client import LdapLink, connected
from intranet.organisation.identity.ldap.form import LdapForm
from intranet.organisation.identity.ldap.networks import LdapError
from intranet.organisation.identity.ldap.settings import LdapSettings
from intranet.organisation.identity.ldap.words import fault_words
from intranet.organisation.identity.models import Provider, ProviderKind
from intranet.organisation.identity.provisioned_people import ProvidedPerson
from intranet.organisation.identity.ways import (
    ProviderReport,
    Purpose,
    SignInWay,
    Step,
    StepOutcome,
)
from intranet.platform.core.errors import NotFound
from intranet.platform.core.i18n import _, _l, ngettext


def check(provider: Provider) -> ProviderReport:
    """Test what needs no person: the connection, everybody in the directory, their values."""
    settings = LdapSettings.of(provider)
    steps: list[Step] = []
    begun, title = time.perf_counter(), str(_("Connect"))
    try:
        with connected(settings.server, seconds=60) as link:
            words = _("Encrypted, with a certificate of this host. The reader is let in.")
            steps.append(Step.since(title, words, StepOutcome.PASSED, begun))
            begun, title = time.perf_counter(), str(_("Read all people"))
            records = _records(link, settings)
    except LdapError as error:
        words = fault_words(error.fault)
        return ProviderReport([*steps, Step.since(title, words, StepOutcome.FAILED, begun)])
    if not records:
        words = fault_words("empty")
        return ProviderReport([*steps, Step.since(title, words, StepOutcome.FAILED, begun)])
    words = ngettext("%(num)s person.", "%(num)s people.", len(records))
    steps.append(Step.since(title, words, StepOutcome.PASSED, begun))
    steps.append(_check_values(provider, records))
    return ProviderReport(steps)


def leave(provider: Provider, purpose: Purpose, target: str) -> ResponseReturnValue:
    """Lead to where the password of the directory is asked: for a sign-in, where all are."""
    if purpose == Purpose.SIGN_IN:
        return redirect(url_for("accounts.sign_in_page", next=target), 303)
    if purpose == Purpose.CONFIRM:
        raise NotFound  # the form that asks for the password takes the directory's
    return redirect(
        url_for("ldap.ask", provider_id=provider.id, purpose=purpose.value, next=target), 303
    )


def _records(link: LdapLink, settings: LdapSettings) -> list[ProvidedPerson]:
    attributes = tuple(settings.attributes.values())
    everybody = link.pages(settings.base, settings.everybody, attributes)
    return [settings.provided(entry) for entry in everybody]


def _check_values(provider: Provider, records: list[ProvidedPerson]) -> Step:
    """Return the step that says how many people can be recognised."""
    begun = time.perf_counter()
    emails = Counter(record.email for record in records if record.email)
    proven = {each.domain for each in queries.domains_of(provider.agency_id) if each.proven_at}
    found = sum(queries.domain_of(email) in proven for email in emails)
    doubled = sum(count for count in emails.values() if count > 1)
    unnamed = sum(not (record.name and record.subject) for record in records)
    words = [
        ngettext(
            "%(num)s address of a proven domain.", "%(num)s addresses of a proven domain.", found
        )
    ]
    if doubled:
        words.append(
            ngettext(
                "%(num)s person shares an address with another and is left alone.",
                "%(num)s people share an address with another and are left alone.",
                doubled,
            )
        )
    if unnamed:
        words.append(
            ngettext("%(num)s has no name or no id.", "%(num)s have no name or no id.", unnamed)
        )
    is_good = found and not (doubled or unnamed)
    outcome = StepOutcome.PASSED if is_good else StepOutcome.LIMITED
    return Step.since(str(_("Compare addresses")), " ".join(words), outcome, begun)


WAY = SignInWay(
    kind=ProviderKind.LDAP,
    title=_l("LDAP or Active Directory"),
    summary=_l("Sign-in, and people who come, change and leave, by the hour"),
    icon="network",
    form=LdapForm,
    template="organisation/identity/_ldap.html",
    check=check,
    leave=leave,
)
