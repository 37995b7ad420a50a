"""The words for what holds name and keep."""

from intranet.platform.core.i18n import _l
from intranet.records.holds.models import HeldKind, TargetKind

TARGETS = {
    TargetKind.PERSON: _l("Person"),
    TargetKind.POST: _l("Post"),
    TargetKind.SPACE: _l("Space"),
    TargetKind.CONVERSATION: _l("Channel"),
    TargetKind.WORD: _l("Word"),
}
ICONS = {
    TargetKind.PERSON: "user",
    TargetKind.POST: "stamp",
    TargetKind.SPACE: "messages-square",
    TargetKind.CONVERSATION: "hash",
    TargetKind.WORD: "search",
}
KEPT = {
    HeldKind.MESSAGE: _l("Message"),
    HeldKind.MESSAGE_VERSION: _l("Earlier text of a message"),
    HeldKind.FORWARD: _l("Forwarded words"),
    HeldKind.PUBLICATION_VERSION: _l("Version of a publication"),
    HeldKind.DRAFT: _l("Draft"),
    HeldKind.MINUTES: _l("Minutes"),
    HeldKind.FILE: _l("File"),
    HeldKind.MESSAGE_DRAFT: _l("Message that was never sent"),
    HeldKind.SCHEDULED: _l("Scheduled message"),
    HeldKind.PERSON: _l("Erased person"),
}
