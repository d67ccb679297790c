"""Errors after which the sender may try again, or ask for less."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from sotegraph.errors.base import PublisherError


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


class CatalogueMoved(ServiceError):
    """The page asked for belongs to another catalogue than the one that is here: pages of two would be neither."""

    kind, title, retry_after_s = "catalogue-moved", "The catalogue is another one now", 10


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
