"""Errors of a publication, of its settings, or of what it is kept in."""

from __future__ import annotations

from sotegraph.errors.base import PublisherError


class PublicationError(PublisherError):
    """The publication or its settings are at fault; the operator can mend it."""

    kind, title = "publication", "The publication cannot be read"


class UnreadableFile(PublicationError):
    """A file is missing, or not what its name says; *line* and *column* are 1-based, or 0 when unknown."""

    kind = "unreadable-file"

    def __init__(self, template: str, *, file: str, line: int = 0, column: int = 0, **values: object) -> None:
        super().__init__(template, file=file, line=line, column=column, **values)
        self.file, self.line, self.column = file, line, column


class CatalogUnread(PublicationError):
    """A catalogue at an address that an operator gave cannot be read."""


class UnsoundPublication(PublicationError):
    """The publication folder contradicts itself."""

    kind = "unsound-publication"


class MalformedShapes(PublicationError):
    """The shapes graph is no shapes graph, or asks for what SHACL forbids."""

    kind = "malformed-shapes"


class MappingFailed(PublicationError):
    """A source's declarative mapping could not be run."""

    kind = "mapping-failed"


class EngineUnfit(PublicationError):
    """The engine cannot be used as it is: it is away, empty, refuses, or holds something else than was loaded."""

    kind, title = "engine-unfit", "The engine cannot be used"


class StateError(PublicationError):
    """The state folder cannot be used, or holds nothing yet."""

    kind, title = "state", "The state folder cannot be used"


class StateBusy(StateError):
    """Somebody else writes in the state folder."""

    kind, title = "state-busy", "Somebody else is publishing"


class SettingsError(PublicationError):
    """A setting is unknown or out of range."""

    kind, title = "settings", "A setting is wrong"
