"""Socket events about messages: the same operations as pages and REST."""

from collections.abc import Mapping
from typing import Any

from intranet.delivery.realtime import on, push_to_watchers
from intranet.messaging.conversations.access import get_conversation
from intranet.messaging.conversations.broadcasts import readers_of
from intranet.messaging.conversations.forms import NamedConversation
from intranet.messaging.conversations.operations import mark_read
from intranet.messaging.messages import endpoints
from intranet.messaging.messages.access import get_deletable, get_message
from intranet.messaging.messages.forms import (
    EditMessage,
    MarkRead,
    NamedMessage,
    PostMessage,
    SetReaction,
    Sync,
)
from intranet.messaging.messages.operations import (
    add_reaction,
    delete_message,
    edit_message,
    remove_reaction,
)
from intranet.organisation.people.models import Person
from intranet.platform.core.load_shedding import Extra, load

TYPING = Extra("typing", level=1)


@on("message:post", checks_late=True)
def post(person: Person, data: Mapping[str, Any]) -> dict[str, Any]:
    """Post a message; acknowledge with the message as stored."""
    return endpoints.post_and_show(person, PostMessage.parse(data))


@on("message:edit")
def edit(person: Person, data: Mapping[str, Any]) -> dict[str, Any]:
    """Edit a message; acknowledge with the changed message."""
    form = EditMessage.parse(data)
    message = get_message(person, form.id)
    return endpoints.stored(edit_message(person, message, form.body, body_rev=form.body_rev))


@on("message:delete")
def delete(person: Person, data: Mapping[str, Any]) -> dict[str, Any]:
    """Delete a message; acknowledge with the deleted message."""
    form = NamedMessage.parse(data)
    return endpoints.acknowledged(delete_message(person, get_deletable(person, form.id)))


@on("reaction:set")
def react(person: Person, data: Mapping[str, Any]) -> dict[str, Any]:
    """Add or remove a reaction; acknowledge with the message and its reactions."""
    form = SetReaction.parse(data)
    message = get_message(person, form.message_id)
    operation = add_reaction if form.on else remove_reaction
    return endpoints.acknowledged(operation(person, message, form.emoji))


@on("conversation:sync", scope="read")
def sync(person: Person, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes that the client lacks, as the acknowledgement."""
    return endpoints.sync(person, Sync.parse(data))


@on("read:mark")
def read(person: Person, data: Mapping[str, Any]) -> dict[str, Any]:
    """Mark a conversation as read; acknowledge with the new read position."""
    form = MarkRead.parse(data)
    conversation = get_conversation(person, form.conversation_id)
    return {"read_seq": mark_read(person, conversation, form.seq, epoch=form.epoch)}


@on("typing:start")
def typing(person: Person, data: Mapping[str, Any]) -> None:
    """Tell people who have the conversation open that a person is writing; store nothing."""
    form = NamedConversation.parse(data)
    if load.leaves_out(TYPING):
        return
    conversation = get_conversation(person, form.conversation_id)
    payload = {"conversation_id": str(conversation.id), "person_id": str(person.id)}
    push_to_watchers(conversation.id, "typing", payload, among=readers_of(conversation))
