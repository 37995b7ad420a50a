"""The record of processing activities (GDPR, article 30; LOPDGDD, article 31)."""

from intranet.platform.core.errors import Words
from intranet.platform.core.i18n import _l
from intranet.records.statements.facts import StatementFacts
from intranet.records.statements.lines import (
    StatementLine,
    StatementSection,
    StatementState,
)

AGENCY, FACT, NOT_MET = StatementState.AGENCY, StatementState.FACT, StatementState.NOT_MET
MET, PARTLY = StatementState.MET, StatementState.PARTLY


def processing_statement(facts: StatementFacts) -> list[StatementSection]:
    """Return what article 30 asks for, as far as a program can know it."""
    return [
        StatementSection(_l("Controller"), _controller()),
        StatementSection(_l("Purposes and legal bases"), _purposes()),
        StatementSection(_l("People and data"), _data()),
        StatementSection(_l("Recipients and transfers"), _recipients(facts)),
        StatementSection(_l("Time limits and security"), _limits(facts)),
    ]


def _controller() -> list[StatementLine]:
    return [
        StatementLine(part, title, AGENCY, words)
        for part, title, words in (
            ("controller", _l("Controller"), _l("Name, address and contact of the controller.")),
            ("dpo", _l("Data protection officer"), _l("How to reach them.")),
            (
                "joint",
                _l("Joint controllers and processors"),
                _l("Name who runs the server for you, and the contract."),
            ),
        )
    ]


def _purposes() -> list[StatementLine]:
    return [
        StatementLine(part, title, AGENCY, words)
        for part, title, words in (
            (
                "work",
                _l("Messages and groups"),
                _l(
                    "People of administrations write to each other about their work. Write the "
                    "legal basis."
                ),
            ),
            (
                "directory",
                _l("Directory and posts"),
                _l("Holders of posts, and how to reach them. Write the legal basis."),
            ),
            (
                "reading",
                _l("Announcements and confirmations"),
                _l("Proof that people were told what they must know. Write the legal basis."),
            ),
            (
                "security",
                _l("Sign-in and audit log"),
                _l(
                    "Only people with the right come in, and acts can be traced. Write the legal "
                    "basis."
                ),
            ),
            (
                "publishing",
                _l("Public site"),
                _l("Texts that two people let go. No person is shown. Write the legal basis."),
            ),
        )
    ]


def _data() -> list[StatementLine]:
    return [
        StatementLine(
            "people",
            _l("People concerned"),
            FACT,
            _l("Employees and office holders of administrations, and those who have left."),
            "people",
        ),
        StatementLine(
            "data",
            _l("Kinds of data"),
            FACT,
            _l(
                "Name, contact, posts, absences without a reason, messages, files, choices, "
                "sign-ins, acts."
            ),
        ),
        StatementLine(
            "special",
            _l("Special categories"),
            FACT,
            _l("None are asked for. People can write them: forbid it in your house rules."),
            "rules",
        ),
        StatementLine(
            "source",
            _l("Where the data come from"),
            FACT,
            _l("From the people, from their agency’s files and directories, and from their use."),
        ),
    ]


def _recipients(facts: StatementFacts) -> list[StatementLine]:
    return [
        StatementLine(
            "network",
            _l("Other agencies"),
            FACT,
            _l(
                "People of other agencies on this site see names and posts. People choose who "
                "sees the rest."
            )
            if facts.agency.in_directory
            else _l(
                "The agency is not in the shared directory. Shared groups still show their members."
            ),
            "settings",
        ),
        StatementLine(
            "providers",
            _l("Providers of identity"),
            FACT,
            _l("Connected: %(names)s.", names=", ".join(facts.providers))
            if facts.providers
            else _l("None."),
            "sign-in",
        ),
        StatementLine(
            "mail",
            _l("Mail server"),
            FACT,
            _l("It receives the address and what the agency lets leave by mail.")
            if facts.has_mail
            else _l("None."),
            "settings",
        ),
        StatementLine(
            "push",
            _l("Push services of browsers"),
            FACT,
            _l(
                "Google, Mozilla, Apple and Microsoft pass on encrypted notices to devices that "
                "people turned on."
            ),
        ),
        StatementLine(
            "transfers",
            _l("Transfers to third countries"),
            AGENCY,
            _l("By push services alone, and encrypted. Say where your server and its backups are."),
        ),
    ]


def _limits(facts: StatementFacts) -> list[StatementLine]:
    return [
        StatementLine("terms", _l("Time limits"), *_terms(facts)),
        StatementLine(
            "holds",
            _l("Legal holds"),
            FACT,
            _l(
                "A hold for a court or an authority keeps content past its term. This page does "
                "not say whether one is in force."
            ),
        ),
        StatementLine(
            "erasure",
            _l("Erasure"),
            MET,
            _l("People ask for it, and two others agree. Records of posts stay under a pseudonym."),
            "erasures",
        ),
        StatementLine(
            "access",
            _l("Access and portability"),
            MET,
            _l("People take their own data by themselves, in one file."),
        ),
        StatementLine("requests", _l("Requests for access"), *_requests(facts)),
        StatementLine(
            "security_measures",
            _l("Security measures"),
            FACT,
            _l("They are in the statement for the ENS."),
            "statements/security",
        ),
        StatementLine(
            "breaches",
            _l("Breaches"),
            AGENCY,
            _l("Name who tells the authority within 72 hours, and the people concerned."),
        ),
    ]


def _terms(facts: StatementFacts) -> tuple[StatementState, Words, str]:
    if facts.is_removal_halted:
        return (
            PARTLY,
            _l("Someone has stopped all removal, so no term applies for now."),
            "retention",
        )
    if not facts.retention_rules:
        return (
            PARTLY,
            _l(
                "No retention rule is in force. Much stays until people delete it. The "
                "documentation gives the term of each column."
            ),
            "retention",
        )
    return (
        MET,
        _l(
            "Retention rules in force: %(count)s. The documentation gives the term of each column.",
            count=facts.retention_rules,
        ),
        "retention",
    )


def _requests(facts: StatementFacts) -> tuple[StatementState, Words, str]:
    if not facts.has_records_officer:
        return (
            NOT_MET,
            _l("No post has the role of records officer, so nobody can answer. Give it to a post."),
            "administrators",
        )
    return (
        MET,
        _l("A records officer finds, reads and hides, and gives a signed package."),
        "administrators",
    )
