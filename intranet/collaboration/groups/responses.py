"""Response models of groups."""

from typing import Any

from intranet.collaboration.groups.models import Joining
from intranet.messaging.spaces.models import Reach
from intranet.platform.core.responses import ResponseModel, TitledResponse


class GroupResponse(ResponseModel):
    """A group in a list."""

    id: str
    url: str
    name: str
    purpose: str
    language: str
    agency: str
    owner: TitledResponse | None
    joining: Joining
    is_listed: bool
    reach: Reach | None
    topics: list[str]
    people: int
    is_member: bool
    is_archived: bool


class WholeGroupResponse(GroupResponse):
    """A group with its texts; welcome and audience only for members."""

    welcome: str
    rules: str
    audience: dict[str, Any] | None
    version: int
