"""Describe one entity, list entities, and lay them out for a page."""

from sotegraph.entities.about import Source, describe_publication, licences_of, list_sources
from sotegraph.entities.description import Description, describe, is_published
from sotegraph.entities.diagram import ClassBox, Diagram, LinkRow, draw, shaped_classes
from sotegraph.entities.index import (
    Index,
    Text,
    assemble_index,
    build_index,
    choose_text,
    lists_depend_on,
    natural,
    refresh_index,
)
from sotegraph.entities.layout import Layout
from sotegraph.entities.listing import HYDRA, Listing, listing_triples
from sotegraph.entities.profiles import (
    ALTERNATES,
    LIST_OF_CHOICES,
    Profile,
    Representation,
    alternates_triples,
    applying_to,
    export,
    read_profiles,
)
from sotegraph.entities.shown import Amount, EntityPage, IncomingGroup, Line, Remark, Row, Section, Step, Table, Value
from sotegraph.entities.telling import Telling

__all__ = [
    "ALTERNATES",
    "HYDRA",
    "LIST_OF_CHOICES",
    "Amount",
    "ClassBox",
    "Description",
    "Diagram",
    "EntityPage",
    "IncomingGroup",
    "Index",
    "Layout",
    "Line",
    "LinkRow",
    "Listing",
    "Profile",
    "Remark",
    "Representation",
    "Row",
    "Section",
    "Source",
    "Step",
    "Table",
    "Telling",
    "Text",
    "Value",
    "alternates_triples",
    "applying_to",
    "assemble_index",
    "build_index",
    "choose_text",
    "describe",
    "describe_publication",
    "draw",
    "export",
    "is_published",
    "licences_of",
    "list_sources",
    "listing_triples",
    "lists_depend_on",
    "natural",
    "read_profiles",
    "refresh_index",
    "shaped_classes",
]
