"""How much of what is written may leave the house by mail, push or calendar."""

from intranet.organisation.agencies.models import Agency, MailContent


def allowed(*agencies: Agency) -> MailContent:
    """How much may leave: as little as the strictest of these agencies allows."""
    order = list(MailContent)
    return min((agency.mail_content for agency in agencies), key=order.index)
