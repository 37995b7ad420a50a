"""How a file may go out: as it is only if it was searched whole, or seen where it has pictures."""

from intranet.delivery.files.extraction import MAX_CHARACTERS
from intranet.delivery.files.models import TextState
from intranet.delivery.files.storage import storage
from intranet.records.access_requests.checking import look_into
from intranet.records.access_requests.found_files import file_of
from intranet.records.access_requests.models import FileReach, FoundKind
from intranet.records.access_requests.outgoing import Outgoing
from intranet.records.access_requests.passages import Squeezed
from intranet.records.access_requests.texts import AccessThing


def why_not_yet(thing: AccessThing, outgoing: Outgoing) -> str:
    """Return why a file cannot go out as was chosen, as a key of `labels.FAULTS`; empty if it can.

    It looks at what was stored when the file was opened; `why_not_as_is` opens it once more.
    """
    finding = thing.finding
    if finding.kind != FoundKind.FILE or (file := file_of(finding)) is None:
        return ""
    if finding.as_text:
        return "" if file.text else "no_text"
    if any(outgoing.hidden.is_in(text) for text in thing.going_out() if text.role == "extracted"):
        return "hidden_in_file"
    if finding.reach == FileReach.PARTLY:
        return "not_whole"
    is_shown = file.text_state == TextState.READ and file.text and len(file.text) < MAX_CHARACTERS
    must_be_seen = finding.reach == FileReach.PICTURES or not is_shown
    return "not_looked_at" if must_be_seen and finding.looked_at is None else ""


def why_not_as_is(thing: AccessThing, outgoing: Outgoing) -> str:
    """Return why a file cannot go out, once everything readable in it was searched again."""
    finding = thing.finding
    if (why := why_not_yet(thing, outgoing)) or finding.kind != FoundKind.FILE or finding.as_text:
        return why
    if (file := file_of(finding)) is None:
        return ""
    with storage().open(file.key) as source:
        looked = look_into(source, file.media_type)
    if looked is None:
        return "not_whole"
    if looked.has_pictures and finding.looked_at is None:
        return "not_looked_at"
    squeezed = Squeezed.of(looked.text)
    shows = any(passage.count_in(squeezed) for passage in outgoing.unwanted)
    return "hidden_in_file" if shows else ""
