"""Versions on disk: kept whole, made the current one at a stroke, and told apart statement by statement."""

from sotegraph.versions.archive import Archive
from sotegraph.versions.catalogue import CATALOGUE_ADDED, CATALOGUE_REMOVED
from sotegraph.versions.changes import (
    Changes,
    Event,
    Fate,
    all_fates,
    changed_graphs,
    changes_by_thing,
    changes_of,
    changes_of_subject,
    fate_of,
    fates_of,
)
from sotegraph.versions.copying import link_all, link_dumps
from sotegraph.versions.files import open_version, size_of
from sotegraph.versions.lines import compare
from sotegraph.versions.records import Action, Entry, Manifest
from sotegraph.versions.writing import (
    Draft,
    begin,
    changes_between,
    changes_by_thing_between,
    finish,
    roll_back,
    says_anything,
    verify,
)

__all__ = [
    "CATALOGUE_ADDED",
    "CATALOGUE_REMOVED",
    "Action",
    "Archive",
    "Changes",
    "Draft",
    "Entry",
    "Event",
    "Fate",
    "Manifest",
    "all_fates",
    "begin",
    "changed_graphs",
    "changes_between",
    "changes_by_thing",
    "changes_by_thing_between",
    "changes_of",
    "changes_of_subject",
    "compare",
    "fate_of",
    "fates_of",
    "finish",
    "link_all",
    "link_dumps",
    "open_version",
    "roll_back",
    "says_anything",
    "size_of",
    "verify",
]
