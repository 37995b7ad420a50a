"""Every kind, in the order in which a hand-over and the list of what nobody has show them."""

from intranet.records.hand_over import (  # noqa: F401 - each declares its kinds
    check_lines,  # isort: skip
    chosen_lines,  # isort: skip
    contribution_lines,  # isort: skip
    group_lines,  # isort: skip
    initiative_lines,  # isort: skip
    message_lines,  # isort: skip
    publication_lines,  # isort: skip
    role_lines,  # isort: skip
    talk_lines,  # isort: skip
)
from intranet.records.hand_over.line_kinds import declared, line_kind

__all__ = ["declared", "line_kind"]
