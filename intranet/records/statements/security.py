"""The statement of applicability of the ENS (Royal Decree 311/2022, annex II), medium category.

The titles of measures are the decree's own, in Spanish. A measure without a rule here is one that
no program can meet: buildings, staff, contracts.
"""

import csv
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files

from intranet.platform.core.errors import Words
from intranet.platform.core.i18n import _l
from intranet.records.statements.facts import StatementFacts
from intranet.records.statements.lines import (
    StatementLine,
    StatementSection,
    StatementState,
)

Said = tuple[StatementState, Words, str]
Rule = Callable[[StatementFacts], Said]

MET, PARTLY, NOT_MET = StatementState.MET, StatementState.PARTLY, StatementState.NOT_MET
AGENCY, HIGH = StatementState.AGENCY, StatementState.HIGH

HIGH_ONLY = {"op.ext.3", "op.cont.2", "op.cont.3", "op.cont.4", "mp.info.4"}
MIN_ADMINISTRATORS = 2
OUTSIDE = _l("Outside this program. Write how your agency does it.")
GROUPS = {
    "org": _l("Organisation"),
    "op": _l("Operation"),
    "mp": _l("Protection"),
}
FIXED: dict[str, Said] = {
    "op.pl.4": (MET, _l("The documentation has measured figures of load and what they need."), ""),
    "op.acc.1": (
        MET,
        _l("Each person has one account. Each act in the log names who did it."),
        "people",
    ),
    "op.acc.2": (
        MET,
        _l("Rights follow from posts and end with them. One rule guards every door."),
        "posts",
    ),
    "op.acc.4": (
        MET,
        _l("Rights end with the appointment, accounts on their last day. The log has both."),
        "appointments",
    ),
    "op.acc.5": (
        MET,
        _l("People of other agencies sign in at their own. Nobody else has an account."),
        "",
    ),
    "op.exp.2": (MET, _l("Without further settings, the safest choice applies."), "settings"),
    "op.exp.4": (
        AGENCY,
        _l("Each release says what changes and which steps to take. Your operator installs it."),
        "",
    ),
    "op.exp.8": (
        MET,
        _l("Sign-ins, refusals, administration and exports are in a log that shows any change."),
        "audit",
    ),
    "op.exp.10": (
        PARTLY,
        _l("Passwords and tokens are kept as hashes. Your operator guards the key of the site."),
        "",
    ),
    "op.mon.1": (
        PARTLY,
        _l("Failed sign-ins are counted and slowed. Intrusion into the server is not detected."),
        "",
    ),
    "op.mon.2": (MET, _l("The program gives measurements in the form of Prometheus."), ""),
    "mp.eq.2": (
        PARTLY,
        _l(
            "A sign-in ends after 24 hours without use, or 30 days if it is kept. Lock the "
            "screen yourselves."
        ),
        "",
    ),
    "mp.sw.1": (
        MET,
        _l("Each change passes tests of security and access before it is released."),
        "",
    ),
    "mp.sw.2": (AGENCY, _l("Try each release on a copy of your data before you install it."), ""),
    "mp.info.1": (
        MET,
        _l(
            "Each column with personal data is documented. People take their own data, and can "
            "be erased."
        ),
        "erasures",
    ),
    "mp.info.2": (
        NOT_MET,
        _l("Messages and files carry no level. Write nothing here that is above medium."),
        "",
    ),
    "mp.info.3": (
        NOT_MET,
        _l("People sign nothing here. The site signs its packages and its log."),
        "",
    ),
    "mp.info.5": (
        PARTLY,
        _l("Pictures and videos lose place and camera. Office documents keep their properties."),
        "",
    ),
    "mp.info.6": (
        PARTLY,
        _l(
            "A command copies everything, and restoring is tested. This page cannot see whether "
            "it runs."
        ),
        "",
    ),
    "mp.s.2": (
        MET,
        _l(
            "Strict rules for content, and protection against forged requests, tested with each "
            "release."
        ),
        "",
    ),
    "mp.s.4": (
        PARTLY,
        _l(
            "Requests, sign-ins and uploads are limited. A flood of the network is not stopped "
            "here."
        ),
        "",
    ),
}
"""Measures that every installation meets alike, or does not."""


def security_statement(facts: StatementFacts) -> list[StatementSection]:
    """Return the measures of annex II, each with its state here."""
    sections: dict[str, list[StatementLine]] = {name: [] for name in GROUPS}
    for code, title in _measures():
        state, words, path = _said(code, facts)
        line = StatementLine(code, f"{code} · {title}", state, words, path, language="es")
        sections[code.split(".")[0]].append(line)
    return [StatementSection(GROUPS[name], lines) for name, lines in sections.items()]


def _said(code: str, facts: StatementFacts) -> Said:
    if code in HIGH_ONLY:
        return HIGH, _l("Not asked for at the medium category."), ""
    if rule := RULES.get(code):
        return rule(facts)
    return FIXED.get(code, (AGENCY, OUTSIDE, ""))


def _separation(facts: StatementFacts) -> Said:
    if facts.administrators < MIN_ADMINISTRATORS:
        return (
            PARTLY,
            _l("One person alone administers. Give the role to a second post."),
            "administrators",
        )
    return (
        MET,
        _l(
            "%(people)s people administer, and %(roles)s roles are given. Sensitive acts need two.",
            people=facts.administrators,
            roles=len(facts.roles),
        ),
        "administrators",
    )


def _authentication(facts: StatementFacts) -> Said:
    if facts.requires_no_factor:
        return NOT_MET, _l("Nobody needs a second factor."), "settings"
    words = _l(
        "%(some)s of %(all)s accounts have a second factor.",
        some=facts.accounts_with_factor,
        all=facts.accounts,
    )
    if not facts.requires_factor_of_all:
        return (
            PARTLY,
            _l("Only administrators need a second factor. %(words)s", words=words),
            "settings",
        )
    return MET, _l("Everybody needs a second factor. %(words)s", words=words), "settings"


def _malware(facts: StatementFacts) -> Said:
    if facts.has_scanner:
        return MET, _l("ClamAV checks every upload."), ""
    return NOT_MET, _l("No virus scanner is set up. Your operator sets INTRANET_CLAMAV."), ""


def _interconnection(facts: StatementFacts) -> Said:
    if not facts.providers:
        return MET, _l("No other system is connected to sign in."), "sign-in"
    return (
        MET,
        _l(
            "Connected and tested: %(names)s.",
            names=", ".join(facts.providers),
        ),
        "sign-in",
    )


def _transport(facts: StatementFacts) -> Said:
    if facts.is_tls:
        return MET, _l("Browsers reach the site over TLS only (HSTS, cookies for TLS)."), ""
    return (
        NOT_MET,
        _l("The address of the site is not https. Your operator sets INTRANET_BASE_URL."),
        "",
    )


def _mail(facts: StatementFacts) -> Said:
    if not facts.has_mail:
        return NOT_MET, _l("No mail server is set up, so no mail leaves."), "deliveries"
    if facts.mails_text:
        return PARTLY, _l("Whole texts leave by mail. Send titles only."), "settings"
    if not facts.is_mail_encrypted:
        return PARTLY, _l("The mail server is not always reached over TLS. Use smtps."), "settings"
    return MET, _l("Mails hold no texts, and reach the mail server over TLS."), "settings"


RULES: dict[str, Rule] = {
    "op.acc.3": _separation,
    "op.acc.6": _authentication,
    "op.exp.6": _malware,
    "op.ext.4": _interconnection,
    "mp.com.2": _transport,
    "mp.com.3": _transport,
    "mp.s.1": _mail,
}
"""Measures whose state follows from what is configured."""


@cache
def _measures() -> Sequence[tuple[str, str]]:
    """Return the codes and titles of annex II, in its order."""
    source = files(__package__).joinpath("data/ens.csv").read_text("utf-8")
    return [(row["code"], row["title"]) for row in csv.DictReader(source.splitlines())]
