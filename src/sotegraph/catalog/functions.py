"""The functions that queries may call beside those of SPARQL: what pyoxigraph evaluates, and the endpoint claims."""

from __future__ import annotations

from pyoxigraph import NamedNode

from sotegraph.terms import term

_GEOSPARQL = "http://www.opengis.net/def/function/geosparql/"
_GEOMETRIES = (
    *("area", "asGeoJSON", "centroid", "convexHull", "coordinateDimension", "difference", "dimension", "distance"),
    *("envelope", "getSRID", "intersection", "isEmpty", "isSimple", "length", "perimeter", "spatialDimension"),
    *("symDifference", "union"),
)
_RELATIONS = (
    *("sfContains", "sfCrosses", "sfDisjoint", "sfEquals", "sfIntersects", "sfOverlaps", "sfTouches", "sfWithin"),
    *("ehContains", "ehCoveredBy", "ehCovers", "ehDisjoint", "ehEquals", "ehInside", "ehMeet", "ehOverlap"),
    *("rcc8dc", "rcc8ec", "rcc8eq", "rcc8ntpp", "rcc8ntppi", "rcc8po", "rcc8tpp", "rcc8tppi", "relate"),
)
_CASTS = (
    *("date", "time", "gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay"),
    *("duration", "yearMonthDuration", "dayTimeDuration"),
)

EXTENSION_FUNCTIONS = (
    *(NamedNode(_GEOSPARQL + each) for each in (*_GEOMETRIES, *_RELATIONS)),
    *(term(f"xsd:{each}") for each in _CASTS),
)
"""Functions of GeoSPARQL 1.1, and the casts that are not among those of SPARQL 1.1 (section 17.5)."""
