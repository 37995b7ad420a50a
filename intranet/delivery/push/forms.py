"""Forms with which a browser subscribes."""

from typing import Annotated

from pydantic import BaseModel, Field

from intranet.delivery.push.models import ENDPOINT_LENGTH
from intranet.platform.core.parsing import Form, Line


class Keys(BaseModel):
    """The keys of a subscription, as browsers name them."""

    p256dh: Annotated[Line, Field(max_length=100)]
    auth: Annotated[Line, Field(max_length=40)]


class SubscriptionForm(Form):
    """A `PushSubscription` as a browser writes it in JSON."""

    endpoint: Annotated[Line, Field(max_length=ENDPOINT_LENGTH)]
    keys: Keys
