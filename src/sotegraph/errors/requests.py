"""Errors that the sender of a request can mend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from sotegraph.errors.base import PublisherError


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


class DatasetGone(RequestError):
    """The dataset was published once, and is no longer."""

    status, kind, title = 410, "dataset-gone", "This dataset is no longer published"


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
