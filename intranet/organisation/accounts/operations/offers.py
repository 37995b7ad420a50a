"""Accept a post of another agency, if its second-factor rule is met."""

from uuid import UUID

from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.models import SecondFactor
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.operations import offers
from intranet.platform.core.errors import Conflict
from intranet.platform.core.i18n import _l


def accept_offer(account: Account, offer_id: UUID) -> Appointment:
    """Accept a post that another agency offers.

    Raises:
        NotFound: it is not offered to this person.
        Conflict: the agency requires a second factor that the account lacks, the days of the
            offer are over, or the person is in the post by now.
        Invalid: the post has ended, or all its places are held.
    """
    offer = offers.offer_to(account.person, offer_id)
    asks = offer.post.unit.agency.second_factor == SecondFactor.EVERYBODY
    if asks and not account.has_second_factor:
        raise Conflict(_l("That agency requires a second factor. Set one up in your settings."))
    return offers.accept_offer(account.person, offer_id)
