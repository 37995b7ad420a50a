"""What is sent to the operations on conversations."""

from uuid import UUID

from intranet.core.parsing import Form


class NamedConversation(Form):
    """A conversation, by its id."""

    conversation_id: UUID
