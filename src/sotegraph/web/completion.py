"""``/sparql/completion.json``: what an editor completes queries from, made once a version from the data in figures."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request, Response

from sotegraph.catalog import Names
from sotegraph.facts import Texts
from sotegraph.formats import JSON
from sotegraph.terms import shorten
from sotegraph.web.answers import FRESH, Answer
from sotegraph.web.pages.values import Formatter
from sotegraph.web.pages.void import Overview, Part
from sotegraph.web.site import Reader, ReaderDep, Site, SiteDep

router = APIRouter()
PATH = "/sparql/completion.json"


@router.get(PATH, include_in_schema=False)
def completion(request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """Send the prefixes, classes and properties of the data and the questions, for completion in a query editor."""
    key = (PATH, reader.language, reader.named)
    return site.bodies.get(key, lambda: _answer(site, reader)).response(request)


def _answer(site: Site, reader: Reader) -> Answer:
    headers = [("Cache-Control", FRESH), ("Content-Language", reader.language), ("X-Robots-Tag", "noindex")]
    return Answer(
        body=json.dumps(completion_document(site, reader), ensure_ascii=False).encode(),
        content_type=JSON.content_type,
        headers=tuple(headers if reader.named else [*headers, ("Vary", "Accept-Language")]),
        etag=f'"{site.version.short_id}-completion-{reader.language}-{site.look}"',
        modified=site.latest_change,
    )


def completion_document(site: Site, reader: Reader) -> dict[str, Any]:
    """Return the prefixes, the terms with their names and how often they are used, and the questions' queries."""
    overview = Overview(site.version, Names.of(site.publication))
    return {
        "version": site.version.short_id,
        "prefixes": dict(sorted(site.publication.prefixes.items())),
        "terms": [
            *_terms(site, reader, "class", "void:class", "void:entities", overview.classes),
            *_terms(site, reader, "property", "void:property", "void:triples", overview.properties),
        ],
        "examples": {each.name: each.ready_text for each in site.index.questions},
    }


def _terms(
    site: Site, reader: Reader, kind: str, name: str, figure: str, parts: list[Part]
) -> Iterator[dict[str, str | int]]:
    shapes = _names_in_shapes(site)
    formatter = Formatter(reader.language, site.messages.translator(reader.language))
    for part in parts:
        iri, number = part.iri(name), part.number(figure)
        yield {
            "kind": kind,
            "name": shorten(iri, site.publication.prefixes),
            "label": _name(site, reader, iri, shapes.get(iri, {})),
            "number": number,
            "count": formatter.number(number),
        }


def _name(site: Site, reader: Reader, iri: str, in_shapes: Texts) -> str:
    """What the vocabulary calls a term, else the shapes; empty where neither does."""
    text = site.index.label(iri, reader.language) or site.index.choose(in_shapes, reader.language)
    return text.value if text else ""


def _names_in_shapes(site: Site) -> dict[str, Texts]:
    """What the shapes call classes and properties; the first shape that names one counts."""
    names: dict[str, Texts] = {}
    for view in site.publication.classes.values():
        names.setdefault(view.target, view.labels)
        for each in view.properties:
            if each.predicate:
                names.setdefault(each.predicate, each.names)
    return names
