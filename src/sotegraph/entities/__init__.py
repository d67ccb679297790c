"""Describe one entity, list entities, and lay them out for a page."""

from sotegraph.entities.description import Description, describe
from sotegraph.entities.index import Index, Text, build_index
from sotegraph.entities.layout import EntityPage, IncomingGroup, Layout, Row, Section, Table, Value

__all__ = [
    "Description",
    "EntityPage",
    "IncomingGroup",
    "Index",
    "Layout",
    "Row",
    "Section",
    "Table",
    "Text",
    "Value",
    "build_index",
    "describe",
]
