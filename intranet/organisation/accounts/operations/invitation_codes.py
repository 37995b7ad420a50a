"""One-time codes on paper, for people without a mailbox.

A code is eight letters and digits, none of which is taken for another: 40 bits. It is stored as a
hash with the key of the site. Guessing is counted by address and in total; once there are too many
wrong codes in total, each further try needs the sign-in name as well, so that nobody is shut out.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, select, update

from intranet.extensions import db
from intranet.organisation.accounts import queries, sign_in_throttle
from intranet.organisation.accounts.invitation_models import AccountInvitation, InvitationState
from intranet.organisation.accounts.invitation_status import is_in_unit
from intranet.organisation.accounts.models import Account, AccountState, LinkPurpose, OneTimeLink
from intranet.organisation.accounts.operations.last_administrators import people_beyond
from intranet.organisation.accounts.operations.links import LINK_LIFETIMES, new_link
from intranet.organisation.accounts.random_secrets import keyed_hash
from intranet.organisation.agencies.access import require_right
from intranet.organisation.agencies.models import Agency, Unit
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Person
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.batches import batches
from intranet.platform.core.database import insert_into, store_rows, write
from intranet.platform.core.errors import Conflict, Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.ids import uuid7
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.unit_of_work import unit_of_work

# Without 0, 1, I, L, O and U; a U that is typed is read as V.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
READ_AS = str.maketrans("U", "V", " -–—.\t")
CODE_CHARACTERS = 8
PRINTED_LIMIT = 2_000
"""How many codes are printed at once."""
BATCH_SIZE = 500


class NameNeededError(Exception):
    """Too many wrong codes were entered: a further try needs the sign-in name as well."""


@dataclass(frozen=True)
class PrintedCode:
    """A code to hand over to a person. It is shown once, and stored only as a hash."""

    account: Account
    code: str


def print_codes(
    actor: Person | None, agency: Agency, unit: Unit | None = None
) -> list[PrintedCode]:
    """Make new codes for people without a mailbox who never signed in; earlier ones end.

    People whose accounts only an administrator may touch are left out (`left_out`).

    Args:
        unit: only people who hold a post in it or below it.

    Raises:
        Forbidden: no role of the actor in the agency allows it.
        Conflict: there is nobody to print a code for, or there are too many at once.
    """
    with unit_of_work():
        require_right(actor, Act.PEOPLE, agency.id)
        require_confirmed(actor)
        conditions = _concerned(agency, unit)
        if (beyond := people_beyond(actor, agency.id)) is not None:
            conditions.append(Account.person_id.not_in(beyond))
        found = select(Account).where(*conditions).order_by(Account.id)
        accounts = db.session.scalars(found.limit(PRINTED_LIMIT + 1)).all()
        if not accounts:
            raise Conflict(_l("There is no one without a mailbox left to invite here."))
        if len(accounts) > PRINTED_LIMIT:
            raise Conflict(_l("Print the codes unit by unit: there are too many for one document."))
        printed = [PrintedCode(account, _new_code()) for account in accounts]
        for some in batches(printed, BATCH_SIZE):
            _store(some)
        note_printed([account.id for account in accounts], agency.id)
        record(
            "invitations.print",
            agency_id=agency.id,
            actor_id=actor.id if actor else None,
            subject=("unit", unit.id) if unit else ("agency", agency.id),
            detail={"count": len(printed)},
        )
    return printed


def left_out(actor: Person | None, agency: Agency, unit: Unit | None = None) -> list[str]:
    """Return the names of people for whom the actor cannot print codes, but administrators can."""
    beyond = people_beyond(actor, agency.id)
    if beyond is None:
        return []
    found = (
        select(Person.name)
        .join(Account, Account.person_id == Person.id)
        .where(*_concerned(agency, unit), Person.id.in_(beyond))
        .order_by(Person.sort_key)
        .limit(PRINTED_LIMIT)
    )
    return list(db.session.scalars(found))


def note_handed(actor: Person | None, agency: Agency, person_ids: Collection[UUID]) -> int:
    """Note that codes were handed over to these people; return how many that were.

    Raises:
        Forbidden: no role of the actor in the agency allows it.
    """
    accounts = select(Account.id).where(
        Account.home_agency_id == agency.id, Account.person_id.in_(person_ids)
    )
    with unit_of_work():
        require_right(actor, Act.PEOPLE, agency.id)
        result = db.session.execute(
            update(AccountInvitation)
            .where(
                AccountInvitation.account_id.in_(accounts),
                AccountInvitation.state == InvitationState.PRINTED,
                AccountInvitation.handed_at.is_(None),
            )
            .values(handed_at=clock.now())
        )
        count: int = result.rowcount  # type: ignore[attr-defined]
        if count:
            record(
                "invitations.hand_over",
                agency_id=agency.id,
                actor_id=actor.id if actor else None,
                subject=("agency", agency.id),
                detail={"count": count},
            )
    return count


def note_printed(account_ids: Sequence[UUID], agency_id: UUID) -> None:
    """Within an operation: note that codes or links of these accounts are on paper."""
    now = clock.now()
    ends_at = now + LINK_LIFETIMES[LinkPurpose.CODE]
    both: dict[str, object] = {"state": InvitationState.PRINTED, "sent_at": now}
    both |= {"expires_at": ends_at, "reason": "", "words": ""}
    new = both | {"agency_id": agency_id, "round": 1, "domain": "", "queued_at": now}
    again = both | {"run_id": None, "opened_at": None, "handed_at": None}
    for some in batches(account_ids, BATCH_SIZE):
        rows = [{**new, "account_id": account_id, "is_filed": False} for account_id in some]
        write(
            insert_into(AccountInvitation).on_conflict_do_update(
                index_elements=[AccountInvitation.account_id],
                set_={**again, "round": AccountInvitation.round + 1},
            ),
            rows,
        )


def redeem(code: str, name: str, *, address: str) -> str | None:
    """Return the secret of an invitation link for a valid code; None for any other.

    The code itself stays valid until a password is set, so that a page closed by mistake does no
    harm.

    Args:
        code: as typed, in capitals or not, with or without its hyphen.
        name: the sign-in name, if it was asked for.
        address: where the request comes from.

    Raises:
        NameNeededError: too many wrong codes were entered, and no name is given.
        TooMany: too many wrong codes were entered at this address, or for this name.
    """
    if not name and sign_in_throttle.is_total_full():
        raise NameNeededError
    tried = sign_in_throttle.attempt(f"code {name}" if name else "code", address)
    sign_in_throttle.begin(tried)
    link = _link_of(code)
    account = link.account if link else None
    if account is None or (name and queries.account_of_sign_in_name(name)[0] != account):
        sign_in_throttle.fail(tried)
        if not name:
            sign_in_throttle.count_in_total()
        return None
    sign_in_throttle.succeed(tried)
    return new_link(LinkPurpose.INVITATION, account.id)


def is_without_mailbox(agency: Agency) -> ColumnElement[bool]:
    """Return the condition on `Account` for people who can only be invited on paper."""
    return (
        (Account.home_agency_id == agency.id)
        & (Account.state == AccountState.INVITED)
        & Account.email.is_(None)
    )


def plain_code(text: str) -> str:
    """Return a code as it is hashed.

    Raises:
        Invalid: it cannot be a code.
    """
    code = text.upper().translate(READ_AS)
    if len(code) != CODE_CHARACTERS or not set(code) <= set(ALPHABET):
        raise Invalid({"code": _l("A code has eight letters and digits, such as 7KQ4-M2XD.")})
    return code


def _concerned(agency: Agency, unit: Unit | None) -> list[ColumnElement[bool]]:
    return [is_without_mailbox(agency), *([is_in_unit(unit)] if unit else [])]


def _link_of(code: str) -> OneTimeLink | None:
    return db.session.scalar(
        select(OneTimeLink)
        .join(Account, Account.id == OneTimeLink.account_id)
        .where(
            OneTimeLink.token_hash == _hash_of(plain_code(code)),
            OneTimeLink.purpose == LinkPurpose.CODE,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > clock.now(),
            Account.state == AccountState.INVITED,
        )
    )


def _store(printed: Sequence[PrintedCode]) -> None:
    now = clock.now()
    db.session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.account_id.in_([one.account.id for one in printed]),
            OneTimeLink.purpose.in_((LinkPurpose.CODE, LinkPurpose.INVITATION)),
            OneTimeLink.used_at.is_(None),
        )
        .values(used_at=now)
    )
    rows = [
        {
            "id": uuid7(),
            "purpose": LinkPurpose.CODE,
            "account_id": one.account.id,
            "token_hash": _hash_of(one.code.replace("-", "")),
            "created_at": now,
            "expires_at": now + LINK_LIFETIMES[LinkPurpose.CODE],
        }
        for one in printed
    ]
    store_rows(OneTimeLink, rows)


def _new_code() -> str:
    text = "".join(secrets.choice(ALPHABET) for _place in range(CODE_CHARACTERS))
    return f"{text[:4]}-{text[4:]}"


def _hash_of(code: str) -> str:
    return keyed_hash(code, "invitation codes")
