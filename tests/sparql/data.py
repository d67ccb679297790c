"""A dataset in which one triple stands in two named graphs, and enough of others to keep a query busy for ever."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, Store

from sotegraph.store import Version, build_version

EX = "http://example.org/"
ONE, TWO, MANY = (NamedNode(f"{EX}graph/{name}") for name in ("one", "two", "many"))
SHARED, OTHER, SAYS = NamedNode(EX + "shared"), NamedNode(EX + "other"), NamedNode(EX + "says")
FILLER = 3_000
ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"
"""A product that takes memory all the time; see QUIETLY_ENDLESS for one that takes none."""
QUIETLY_ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def small_version() -> Version:
    """The dataset, loaded."""
    shared = (SHARED, SAYS, Literal("the same in two graphs", language="en"))
    quads = [Quad(*shared, ONE), Quad(*shared, TWO), Quad(OTHER, SAYS, Literal('a "b", c'), TWO)]
    many = (Quad(NamedNode(f"{EX}{number}"), SAYS, Literal(f"text {number}"), MANY) for number in range(FILLER))
    return build_version([*quads, *many])


def version_at(folder: Path) -> Version:
    """What is in the store in *folder*, read from the disk."""
    return Version("disk", datetime.now(UTC), 0, {}, folder, Store.read_only(str(folder)))
