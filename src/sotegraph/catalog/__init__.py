"""What the publication says of itself to machines: figures, its endpoint, examples, the catalogue."""

from sotegraph.catalog.changes import LastChanges, last_changes, redated
from sotegraph.catalog.computed import compute
from sotegraph.catalog.harvest import Catalogue, Page, with_classes
from sotegraph.catalog.names import CATALOG_PATH, EXAMPLES_PATH, VOID_PATH, Names
from sotegraph.catalog.service import service_document
from sotegraph.catalog.tallies import Recount, Tallies, tallies_of, tallies_of_values, tallies_to_values

__all__ = [
    "CATALOG_PATH",
    "EXAMPLES_PATH",
    "VOID_PATH",
    "Catalogue",
    "LastChanges",
    "Names",
    "Page",
    "Recount",
    "Tallies",
    "compute",
    "last_changes",
    "redated",
    "service_document",
    "tallies_of",
    "tallies_of_values",
    "tallies_to_values",
    "with_classes",
]
