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
    + DatasetGone                    410
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
    + CatalogueMoved                 503
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

from sotegraph.errors.base import (
    PublisherError,
)
from sotegraph.errors.publications import (
    CatalogUnread,
    EngineUnfit,
    MalformedShapes,
    MappingFailed,
    PublicationError,
    SettingsError,
    StateBusy,
    StateError,
    UnreadableFile,
    UnsoundPublication,
)
from sotegraph.errors.requests import (
    ActionRefused,
    AddressTooLong,
    BadRequest,
    BodyTooLarge,
    DatasetGone,
    HeadersTooLarge,
    MalformedQuery,
    MethodNotAllowed,
    MissingValue,
    NotAcceptable,
    NotFound,
    PageGone,
    PreconditionFailed,
    QueryRefused,
    RangeNotSatisfiable,
    RefusedContent,
    RequestError,
    SearchRefused,
    TooCostly,
    TooManyChecks,
    TooManyQueries,
    UnknownParameter,
    UnsupportedContentCoding,
    UnsupportedMediaType,
    UnusableShapes,
    VersionGone,
    WrongValue,
)
from sotegraph.errors.services import (
    CatalogueMissing,
    CatalogueMoved,
    DeskClosed,
    DeskFull,
    DumpsBeingMade,
    EngineAway,
    EngineBusy,
    EngineFailed,
    EngineLoading,
    MemoryLimitReached,
    NoWorkers,
    Overloaded,
    ResultLimitReached,
    ServiceError,
    TimeLimitReached,
)

__all__ = [
    "ActionRefused",
    "AddressTooLong",
    "BadRequest",
    "BodyTooLarge",
    "CatalogUnread",
    "CatalogueMissing",
    "CatalogueMoved",
    "DatasetGone",
    "DeskClosed",
    "DeskFull",
    "DumpsBeingMade",
    "EngineAway",
    "EngineBusy",
    "EngineFailed",
    "EngineLoading",
    "EngineUnfit",
    "HeadersTooLarge",
    "MalformedQuery",
    "MalformedShapes",
    "MappingFailed",
    "MemoryLimitReached",
    "MethodNotAllowed",
    "MissingValue",
    "NoWorkers",
    "NotAcceptable",
    "NotFound",
    "Overloaded",
    "PageGone",
    "PreconditionFailed",
    "PublicationError",
    "PublisherError",
    "QueryRefused",
    "RangeNotSatisfiable",
    "RefusedContent",
    "RequestError",
    "ResultLimitReached",
    "SearchRefused",
    "ServiceError",
    "SettingsError",
    "StateBusy",
    "StateError",
    "TimeLimitReached",
    "TooCostly",
    "TooManyChecks",
    "TooManyQueries",
    "UnknownParameter",
    "UnreadableFile",
    "UnsoundPublication",
    "UnsupportedContentCoding",
    "UnsupportedMediaType",
    "UnusableShapes",
    "VersionGone",
    "WrongValue",
]
