"""Every error that leaves sotegraph, as one tree.

* PublisherError
  x RequestError                 the sender can mend it
    + BadRequest                     400
      - MalformedQuery
      - QueryRefused
      - WrongValue
      - MissingValue
      - UnknownParameter
    + NotFound                       404
    + VersionGone                    410
    + PageGone                       410
    + MethodNotAllowed               405
    + NotAcceptable                  406
    + ActionRefused                  409
      - SearchRefused
    + PreconditionFailed             412
    + BodyTooLarge                   413
    + AddressTooLong                 414
    + UnsupportedMediaType           415
    + UnsupportedContentCoding       415
    + RangeNotSatisfiable            416
    + UnusableShapes                 422
    + RefusedContent                 422
    + TooCostly                      422
    + TooManyQueries                 429
    + TooManyChecks                  429
    + HeadersTooLarge                431
  x ServiceError                 the sender may try again, or ask for less
    + TimeLimitReached               503
    + MemoryLimitReached             503
    + ResultLimitReached             503
    + Overloaded                     503
    + NoWorkers                      503
    + DeskFull                       503
    + DeskClosed                     503
    + CatalogueMissing               503
    + DumpsBeingMade                 503
    + EngineAway                     503
    + EngineLoading                  503
    + EngineBusy                     503
    + EngineFailed                   502
  x PublicationError             the publication or its settings are at fault
    + UnreadableFile
    + CatalogUnread
    + UnsoundPublication
    + MalformedShapes
    + MappingFailed
    + EngineUnfit
    + StateError
      - StateBusy
    + SettingsError

A leaf knows its HTTP status and its stable kind; nobody else writes status numbers. The text is a template of the
message catalogue, so that the same error reads in every language of a page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar


def _as_written(template: str) -> str:
    return template


class PublisherError(Exception):
    """Something sotegraph says in one sentence: what is wrong, where, and what to do."""

    status: ClassVar[int] = 500
    kind: ClassVar[str] = "internal"
    title: ClassVar[str] = "The server failed"

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template, values)
        self.template = template
        self.values = values

    def text(self, translate: Callable[[str], str] = _as_written) -> str:
        """The sentence in the language of *translate*."""
        return translate(self.template).format(**self.values)

    def __str__(self) -> str:
        return self.text()

    def headers(self) -> Mapping[str, str]:
        """Header fields that belong to the answer."""
        return {}

    def members(self) -> Mapping[str, object]:
        """What a problem document says besides the sentence (RFC 9457 section 3.2)."""
        return {name: value for name, value in self.values.items() if isinstance(value, str | int | float)}


class RequestError(PublisherError):
    """The sender can mend it."""

    status, kind, title = 400, "bad-request", "The request cannot be understood"


class BadRequest(RequestError):
    """The request is malformed or contradicts itself."""


class MalformedQuery(BadRequest):
    """The query is not SPARQL; *line* and *column* are 1-based, or 0 when unknown."""

    kind, title = "malformed-query", "The query has a syntax error"

    def __init__(self, template: str, *, line: int = 0, column: int = 0, **values: object) -> None:
        super().__init__(template, line=line, column=column, **values)
        self.line, self.column = line, column


class QueryRefused(BadRequest):
    """The query is SPARQL, but asks for something this endpoint never does."""

    kind, title = "query-refused", "The query is refused"


class WrongValue(BadRequest):
    """A parameter has a value that is not of its type."""

    kind, title = "wrong-value", "A value is not of its type"


class MissingValue(BadRequest):
    """A parameter that needs a value has none."""

    kind, title = "missing-value", "A value is missing"


class UnknownParameter(BadRequest):
    """The address has a parameter that is not known there."""

    kind, title = "unknown-parameter", "A parameter is not known"


class NotFound(RequestError):
    """Nothing is published at this address."""

    status, kind, title = 404, "not-found", "Not found"


class VersionGone(RequestError):
    """The version is no longer kept."""

    status, kind, title = 410, "version-gone", "This version is no longer kept"


class PageGone(RequestError):
    """The page of a feed was part of a log that is not continued here."""

    status, kind, title = 410, "page-gone", "This page is no longer kept"


class MethodNotAllowed(RequestError):
    """The address exists, the method does not; *allowed* lists those that do."""

    status, kind, title = 405, "method-not-allowed", "This method is not allowed here"

    def __init__(self, template: str, *, allowed: str, **values: object) -> None:
        super().__init__(template, allowed=allowed, **values)
        self.allowed = allowed

    def headers(self) -> Mapping[str, str]:
        return {"Allow": self.allowed}


class NotAcceptable(RequestError):
    """No offered form is acceptable to the client; *offered* lists the media types that are."""

    status, kind, title = 406, "not-acceptable", "No acceptable form"

    def __init__(self, template: str, *, offered: tuple[str, ...], **values: object) -> None:
        super().__init__(template, offered=", ".join(offered), **values)
        self.offered = offered

    def members(self) -> Mapping[str, object]:
        return {**super().members(), "offered": list(self.offered)}


class ActionRefused(RequestError):
    """An action of a portal's interface has parameters with which it cannot be done."""

    status, kind, title = 409, "action-refused", "The action cannot be done with these parameters"


class SearchRefused(ActionRefused):
    """The search of a portal's interface cannot be understood."""

    kind, title = "search-refused", "The search cannot be understood"


class PreconditionFailed(RequestError):
    """What is there is not what the client has, and asks to go on with."""

    status, kind, title = 412, "precondition-failed", "This is another one"


class RangeNotSatisfiable(RequestError):
    """None of the bytes asked for is there; *size* counts those that are."""

    status, kind, title = 416, "range-not-satisfiable", "There are no such bytes"

    def __init__(self, template: str, *, size: int) -> None:
        super().__init__(template, size=size)
        self.size = size

    def headers(self) -> Mapping[str, str]:
        return {"Content-Range": f"bytes */{self.size}"}


class BodyTooLarge(RequestError):
    """The body is longer than the limit."""

    status, kind, title = 413, "body-too-large", "The request is too large"


class AddressTooLong(RequestError):
    """The address is longer than the limit."""

    status, kind, title = 414, "address-too-long", "The address is too long"


class UnsupportedMediaType(RequestError):
    """The body is of a type that is not read here; *accept_query* lists those of queries that are, as a field value."""

    status, kind, title = 415, "unsupported-media-type", "This type of content is not read here"

    def __init__(self, template: str, *, accept_query: str = "", **values: object) -> None:
        super().__init__(template, **values)
        self.accept_query = accept_query

    def headers(self) -> Mapping[str, str]:
        return {"Accept-Query": self.accept_query} if self.accept_query else {}


class UnsupportedContentCoding(RequestError):
    """The body is compressed, or encoded in another way that is not undone here."""

    status, kind, title = 415, "unsupported-content-coding", "This encoding of content is not read here"

    def headers(self) -> Mapping[str, str]:
        return {"Accept-Encoding": "identity"}


class UnusableShapes(RequestError):
    """The shapes that somebody brought along cannot be applied."""

    status, kind, title = 422, "unusable-shapes", "The shapes cannot be applied"


class RefusedContent(RequestError):
    """What was sent is not read: it costs or fetches too much, or is not what it claims; *report* says where."""

    status, kind, title = 422, "refused-content", "The content is refused"

    def __init__(self, template: str, *, report: Mapping[str, object], **values: object) -> None:
        super().__init__(template, **values)
        self.report = report

    def members(self) -> Mapping[str, object]:
        return self.report


class TooCostly(RequestError):
    """Checking what was sent was ended at a limit: it is too large, or made to take long."""

    status, kind, title = 422, "too-costly", "Checking takes too much"


class TooManyQueries(RequestError):
    """The client has as many queries running and waiting as one client may."""

    status, kind, title = 429, "too-many-queries", "Too many queries at once"
    retry_after_s: ClassVar[int] = 5

    def headers(self) -> Mapping[str, str]:
        return {"Retry-After": str(self.retry_after_s)}


class TooManyChecks(RequestError):
    """The client has as many checks under way as one client may."""

    status, kind, title = 429, "too-many-checks", "Too many checks at once"

    def __init__(self, template: str, *, retry_after_s: int = 5, **values: object) -> None:
        super().__init__(template, **values)
        self.retry_after_s = retry_after_s

    def headers(self) -> Mapping[str, str]:
        return {"Retry-After": str(self.retry_after_s)}


class HeadersTooLarge(RequestError):
    """The header fields are longer than the limit."""

    status, kind, title = 431, "headers-too-large", "The header fields are too long"


class ServiceError(PublisherError):
    """The sender may try again, or ask for less."""

    status, kind, title = 503, "service-unavailable", "The service is busy"
    retry_after_s: ClassVar[int] = 0

    def headers(self) -> Mapping[str, str]:
        return {"Retry-After": str(self.retry_after_s)} if self.retry_after_s else {}


class TimeLimitReached(ServiceError):
    """The evaluation was ended at its time limit; no result exists."""

    kind, title, retry_after_s = "time-limit", "The query ran out of time", 60


class MemoryLimitReached(ServiceError):
    """The evaluation was ended at its memory limit; no result exists."""

    kind, title, retry_after_s = "memory-limit", "The query ran out of memory", 60


class ResultLimitReached(ServiceError):
    """The result would be longer than the limit; none of it is sent."""

    kind, title = "result-limit", "The result is too large"


class Overloaded(ServiceError):
    """Too many requests wait already."""

    kind, title, retry_after_s = "overloaded", "Too many queries are waiting", 5


class NoWorkers(ServiceError):
    """No process takes queries; the operator has to look."""

    kind, title, retry_after_s = "no-workers", "No process answers queries", 60


class DeskFull(ServiceError):
    """Too many checks wait already."""

    kind, title, retry_after_s = "desk-full", "Too many checks are waiting", 5


class DeskClosed(ServiceError):
    """No process does checks; the operator has to look."""

    kind, title, retry_after_s = "desk-closed", "No process does checks", 60


class CatalogueMissing(ServiceError):
    """The version was made by a release that made no catalogue; the operator publishes it once more.

    Never an empty or partial catalogue: portals delete what they don't find in one.
    """

    kind, title, retry_after_s = "catalogue-missing", "There is no catalogue", 3_600


class DumpsBeingMade(ServiceError):
    """The files of this version are being made."""

    kind, title, retry_after_s = "dumps-being-made", "The files are being made", 10


class EngineAway(ServiceError):
    """The engine that answers queries cannot be reached."""

    kind, title, retry_after_s = "engine-away", "The query engine is away", 30


class EngineLoading(ServiceError):
    """The engine holds no whole version, or another one than this process serves."""

    kind, title, retry_after_s = "engine-loading", "A new version is being loaded", 30


class EngineBusy(ServiceError):
    """The engine itself refuses to work, or has ended the evaluation, for a limit of its own."""

    kind, title, retry_after_s = "engine-busy", "The query engine is busy", 60


class EngineFailed(ServiceError):
    """What the engine sent is no whole result."""

    status, kind, title = 502, "engine-failed", "The query engine failed"


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
