"""Feeds: what became of every thing, and of the catalogue, as streams of events that programs follow."""

from sotegraph.feeds.catalogue import catalogue_of_history, catalogue_of_version
from sotegraph.feeds.entities import log_of_history, log_of_version
from sotegraph.feeds.log import Change, Log, Source
from sotegraph.feeds.paging import GATHERED, PAGE, Part, pages
from sotegraph.feeds.stream import CATALOGUE, POLLING_S, THINGS, Kind, Stream, find_part, is_of_another

__all__ = [
    "CATALOGUE",
    "GATHERED",
    "PAGE",
    "POLLING_S",
    "THINGS",
    "Change",
    "Kind",
    "Log",
    "Part",
    "Source",
    "Stream",
    "catalogue_of_history",
    "catalogue_of_version",
    "find_part",
    "is_of_another",
    "log_of_history",
    "log_of_version",
    "pages",
]
