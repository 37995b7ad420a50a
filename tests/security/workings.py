"""What works without a route: events of sockets, what the clock and the outbox do, whom it tells.

The names in braces are those of `world.py`. What is not listed here fails the matrix.
"""

from typing import Any

from tests.security.doors import MESSAGE_FORM
from tools.demo.looking import LOOK

EVENTS: dict[str, dict[str, Any]] = {
    "message:post": {**MESSAGE_FORM, "conversation_id": "{room}"},
    "message:edit": {"id": "{message}", "body": "Otra cosa.", "body_rev": 1},
    "message:delete": {"id": "{message}"},
    "reaction:set": {"message_id": "{message}", "emoji": "👍", "on": True},
    "conversation:sync": {"conversations": [{"id": "{room}", "rev": 0}]},
    "conversation:watch": {"conversation_id": "{room}"},
    "conversation:unwatch": {"conversation_id": "{room}"},
    "read:mark": {"conversation_id": "{room}", "seq": 1},
    "typing:start": {"conversation_id": "{room}"},
}
"""What clients ask over sockets, all of it about a room."""

TOLD_AS_GONE = {
    "conversation:sync": "it answers for each conversation, and of a hidden one that it is gone",
    "conversation:unwatch": "it forgets whatever was open, and says of nothing that it is there",
}
"""Events that are acknowledged where their object is hidden, as where there is none."""

JOBS = {
    "forget who was not let in": "deletes what only administrators see, tells nobody",
    "keep administrators": "warns an agency's administrators, and keeps the last one's role",
    "hold posts": "closes what a post gave for want of a second factor, and tells its person",
    "tell of memberships by date": "tells who joined or left, and nobody else",
    "follow ended posts": "tells who reads for a vacant post since then, or did, and nobody else",
    "derive occupations anew": "writes what titles, units and shown profiles say, tells nobody",
    "derive occupations by date": "writes what shown profiles of new holders say, tells nobody",
    "close spaces of ended units": "tells who joins by it, as a change of a rule does",
    "tell of speakers by date": "tells who speaks for a post since then, or did, and nobody else",
    "follow dates in the directory": "writes what is found by who reads it, tells nobody",
    "send scheduled messages": "posts as the author would, who is told alone if that is refused",
    "send digests": "mails each their own digest, of what they still may read",
    "forget what was told": "deletes rows, tells nobody",
    "remind of saved messages": "tells who saved it and asked for it, if they still may read it",
    "publish what is due": "shows it to whom its writer addressed it, and nobody else",
    "remind of what is due": "tells those who have not confirmed, of what is theirs to read",
    "forget old case files": "deletes documents, tells nobody",
    "forget old packages": "deletes bytes, tells nobody",
    "remind of events": "tells who said that they come, if they still may read it",
    "reckon the times of events": "writes when events are, tells nobody",
    "warn of ends of programs": "tells the administrators of the program's agency",
    "forget ended programs": "deletes rows, tells nobody",
    "forget what could be used once": "deletes rows, tells nobody",
    "forget old proofs": "deletes documents and codes, tells nobody",
    "tell of new counterparts": "tells who waits for such posts, of those they may find",
    "learn from opinions": "writes weights of occupations, tells nobody",
    "write what is owed to the index": "writes what is found by who reads it, tells nobody",
    "follow owners of groups": "tells who speaks for the post that owns a group since then",
    "ask about sleeping groups": "tells who speaks for the post that owns the group",
    "ask more people": "tells who takes questions and may read the one that waits",
    "tell of lapsed models": "tells who speaks for posts that use one, and still may read it",
    "tell of criteria to review": "tells who speaks for the post that confirmed one",
    "remind of answers to ideas": "tells who speaks for the post that owes the answer",
    "close polls and remind of them": "tells those on the roll of a poll who may still read it",
    "pass on what nobody decides": "tells who decides next of what was reported",
    "forget old decisions of moderation": "deletes rows, tells nobody",
    "count weeks": "writes numbers of no fewer than ten people, tells nobody",
    "apply account changes": "applies what two people approved; tells the account's owner alone",
    "compare with directories": "begins what administrators see, tells nobody",
    "forget comparisons with directories": "deletes rows, tells nobody",
    "fetch what providers publish": "writes what the open web says of providers, tells nobody",
    "release invitations": "mails those whom their agency's administrators chose, each once",
    "end accounts": "signs out whose last day is over, and tells their devices",
    "warn of ends of accounts": "tells whose account ends, and who administers their agency",
    "forget old failures": "deletes counts, tells nobody",
    "forget links in mails": "lets go of hashes, tells nobody",
    "forget old imports": "deletes what was sent a month ago, tells nobody",
    "forget unused words": "deletes words that nothing has, tells nobody",
    "forget ended sign-ins": "deletes rows, tells nobody",
    "forget lapsed devices": "deletes rows, tells nobody",
    "forget what was sent": "deletes rows, tells nobody",
    "forget kept answers": "deletes rows, tells nobody",
    "forget past duties": "deletes rows, tells nobody",
    "forget ended statuses": "empties columns, tells nobody",
    "discard unused files": "deletes what hangs on nothing or never came whole, tells nobody",
}
"""What runs by the clock, and whom it tells."""

OWED = {
    "accounts.hold": "closes what a post gave for want of a second factor, and tells its person",
    "agencies.onward": "writes who reads for vacant posts, and tells them as a new post does",
    "notifications.counterparts": "tells who waits for such posts that some appeared",
    "notifications.account": "tells every device of the account that something was done to it",
    "sign_in.refused": "writes a line for the auditors of the account's agency, tells nobody",
    "imports.read": "writes what its agencies' administrators read, tells nobody",
    "identity.compare": "writes what the agency's administrators read, tells nobody",
    "identity.follow": "tells who joins and leaves rooms by it, and holders of changed accounts",
    "imports.check": "writes what its agencies' administrators read, tells nobody",
    "imports.apply": "tells who joins and leaves rooms by it, as an appointment does",
    "files.erase": "deletes bytes, tells nobody",
    "files.read_text": "keeps what a file says beside it, tells nobody",
    "messages.follow_origin": "shows a change of a message to whom pushes of it go",
    "messages.fill_index": "writes what is found by who reads it, tells nobody",
    "directory.fill": "writes what is found by who reads it, tells nobody",
    "directory.follow": "writes what is found by who reads it, tells nobody",
    "portability.leave": "closes accounts, whose people are told, and ends appointments",
    "portability.make": "writes a package for who asked for it, tells nobody",
    "proofs.make": "writes a document for who sees the report of it, tells nobody",
    "messages.send_by_mail": "mails the account of who is in the talk and was not here yet",
    "notifications.publication": "tells those to whom its writer addressed it",
    "notifications.group": "tells those in its row, if they still may know of the group",
    "notifications.moderation": "tells the one in its row that something was decided, not what",
    "notifications.reminder": "tells those in its row, if they still have it to confirm",
    "notifications.message": "tells who reads the message and is called by it or talks there",
    "notifications.deliver": "tells by mail or push the one in its row, if they still may read it",
    "notifications.digest": "mails the one in its row what they still may read",
    "push.test": "tells the one device in its row, which its owner asked for",
    LOOK: "marks as seen what people of the demonstration were told, tells nobody",
    "mail": "tells the one address in its row",
    "reset_asked": "mails the account's own address, or nobody",
    "accounts.invitation": "mails the account's own address, if it still has to be invited",
    "account_link": "mails the account's own address",
}
"""What the outbox does, and whom it tells."""
