"""Describe one entity, list entities, and lay them out for a page."""

from sotegraph.entities.about import Source, describe_publication, licences_of, list_sources
from sotegraph.entities.description import Description, describe, is_published
from sotegraph.entities.index import Index, Text, build_index, choose_text, natural
from sotegraph.entities.layout import EntityPage, IncomingGroup, Layout, Line, Row, Section, Table, Value
from sotegraph.entities.listing import HYDRA, Listing, list_members, listing_triples

__all__ = [
    "HYDRA",
    "Description",
    "EntityPage",
    "IncomingGroup",
    "Index",
    "Layout",
    "Line",
    "Listing",
    "Row",
    "Section",
    "Source",
    "Table",
    "Text",
    "Value",
    "build_index",
    "choose_text",
    "describe",
    "describe_publication",
    "is_published",
    "licences_of",
    "list_members",
    "list_sources",
    "listing_triples",
    "natural",
]
