"""Match names and identifiers that others have with the things of a version (Reconciliation Service API 0.2)."""

from sotegraph.reconciliation.extending import Property, extend, properties_of
from sotegraph.reconciliation.likeness import Name, likeness
from sotegraph.reconciliation.matching import Candidate, Matcher, is_of
from sotegraph.reconciliation.reading import Constraint, Query, read_extension, read_queries

__all__ = [
    "Candidate",
    "Constraint",
    "Matcher",
    "Name",
    "Property",
    "Query",
    "extend",
    "is_of",
    "likeness",
    "properties_of",
    "read_extension",
    "read_queries",
]
