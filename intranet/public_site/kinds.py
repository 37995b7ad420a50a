"""The kinds of publication that can be on the open web."""

from intranet.platform.core.errors import NotFound
from intranet.publishing.publications import kinds
from intranet.publishing.publications.kinds import PublicationKind, PublicPages


def public_kinds() -> dict[str, PublicationKind]:
    """Return the kinds that can be public by name, in the order of the filter."""
    found = [(kind.public.position, kind) for kind in kinds.registered() if kind.public]
    return {kind.name: kind for _position, kind in sorted(found, key=lambda pair: pair[0])}


def pages_of(kind: str) -> PublicPages:
    """Return the public side of a kind."""
    public = kinds.kind_named(kind).public
    if public is None:
        raise NotFound
    return public


def kind_in(folder: str) -> str:
    """Return the name of the kind whose pages are in this folder.

    Raises:
        NotFound: there is none.
    """
    for name in public_kinds():
        if pages_of(name).folder == folder:
            return name
    raise NotFound
