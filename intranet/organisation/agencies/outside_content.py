"""The limit on content that may leave the site by e-mail, push or calendar."""

from intranet.organisation.agencies.models import Agency, MailContent


def allowed(*agencies: Agency) -> MailContent:
    """Return the limit of the strictest of these agencies."""
    order = list(MailContent)
    return min((agency.mail_content for agency in agencies), key=order.index)
