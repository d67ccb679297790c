"""The query operation of the SPARQL 1.1 Protocol, read from an HTTP request."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from fastapi import Request

from sotegraph.errors import BadRequest, QueryRefused, UnsupportedMediaType
from sotegraph.formats import BINDING_FORMATS, GRAPH_FORMATS, HTML, by_suffix
from sotegraph.settings import Settings
from sotegraph.sparql.reading import announced_versions
from sotegraph.web.answers import field_value

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_UTF_8 = ("utf-8", "utf8", "us-ascii")
ACCEPT_QUERY = f'"{QUERY}", "{FORM}"'
"""The value of ``Accept-Query``: what the method QUERY takes."""
_VERSIONS = ("1.0", "1.1")
_DRAFT_VERSIONS = ("1.2-basic", "1.2")
_MAX_PARAMETERS = 1_000
_OPERATION = frozenset(("query", "update", "default-graph-uri", "named-graph-uri"))
_NAMED = {
    "json": "application/sparql-results+json, application/ld+json",
    "xml": "application/sparql-results+xml, application/rdf+xml",
    "rdf+xml": "application/rdf+xml",
    "json-ld": "application/ld+json",
    "turtle": "text/turtle",
    "n3": "text/turtle",
    "ntriples": "application/n-triples",
}
"""What the parameter ``format`` of common clients (SPARQLWrapper, Virtuoso's) says; Turtle is Notation3 as well."""

Pairs = Sequence[tuple[str, str]]
"""Names and values of parameters, in order."""


@dataclass(frozen=True)
class Operation:
    """A query and its dataset; *accept* says which forms of the result the sender takes, *timeout_ms* for how long.

    *view* is how a page is to show the result.
    """

    text: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    accept: str
    timeout_ms: int | None
    view: str = ""


async def read_operation(request: Request, settings: Settings) -> Operation | None:
    """Return the query operation of *request*, or None for a GET that asks about the endpoint itself.

    Raises a RequestError for what is no query operation, or not one alone (SPARQL 1.1 Protocol section 2.1), and for
    one in a version of the language that is not answered here (SPARQL 1.2 Protocol section 2.1.5). What the parameter
    says of the version counts more than what the text says.
    """
    pairs = parameters(request)
    versions = versions_taken(settings)
    if request.method == "GET":
        return _operation(request, pairs, versions) if _OPERATION & {name for name, _ in pairs} else None
    media_type, stated = _content_type(request)
    if media_type == _UPDATE:
        raise _no_update()
    if media_type not in (FORM, QUERY):
        raise UnsupportedMediaType(
            "A query is sent as {form} or {query}; the body is {found}.",
            form=FORM,
            query=QUERY,
            found=media_type or "of no stated type",
            accept_query=ACCEPT_QUERY,
        )
    body = await request.body()
    if stated.get("charset", "utf-8") not in _UTF_8:
        raise BadRequest("The body of a query is encoded in UTF-8, and not in {charset}.", charset=stated["charset"])
    if "version" in stated:
        pairs.append(("version", stated["version"]))
    # Section 2.1.3: the body is the query itself, unencoded, and the parameters stand in the address.
    pairs += _pairs(body) if media_type == FORM else [("query", _text(body))]
    return _operation(request, pairs, versions)


def versions_taken(settings: Settings) -> tuple[str, ...]:
    """The versions of the language that a query may announce."""
    return _VERSIONS + (_DRAFT_VERSIONS if settings.sparql_draft else ())


def _operation(request: Request, pairs: Pairs, versions: Sequence[str]) -> Operation:
    def values(name: str) -> tuple[str, ...]:
        return tuple(value for key, value in pairs if key == name)

    if values("update"):
        raise _no_update()
    queries = values("query")
    if len(queries) != 1:
        raise BadRequest("Send exactly one query; there are {count}.", count=len(queries))
    for version in values("version") or announced_versions(queries[0]):
        if version not in versions:
            raise BadRequest(
                "The version {version} of SPARQL is not answered here. Offered: {offered}.",
                version=version,
                offered=", ".join(versions),
            )
    return Operation(
        text=queries[0],
        default_graphs=values("default-graph-uri"),
        named_graphs=values("named-graph-uri"),
        accept=_accept(request, values("format")),
        timeout_ms=timeout_ms_of(values("timeout")),
        view=next(iter(values("view")), ""),
    )


def parameters(request: Request) -> list[tuple[str, str]]:
    """Return the names and values in the address; raises BadRequest for what is not UTF-8, or has no end."""
    return _pairs(request.scope["query_string"])


def _pairs(encoded: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(_text(encoded), keep_blank_values=True, errors="strict", max_num_fields=_MAX_PARAMETERS)
    except UnicodeDecodeError:
        raise _not_utf_8() from None
    except ValueError:
        raise BadRequest("There are more than {limit} parameters.", limit=_MAX_PARAMETERS) from None


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise _not_utf_8() from None


def _not_utf_8() -> BadRequest:
    return BadRequest("The query is not encoded in UTF-8. Encode it so.")


def _no_update() -> QueryRefused:
    return QueryRefused("This endpoint only reads: it accepts queries, and no SPARQL update.")


def _content_type(request: Request) -> tuple[str, dict[str, str]]:
    """The media type of the body, and its parameters."""
    media_type, *parameters = (part.strip() for part in request.headers.get("content-type", "").lower().split(";"))
    named = (parameter.partition("=")[::2] for parameter in parameters)
    return media_type, {name.strip(): value.strip().strip('"') for name, value in named}


def _accept(request: Request, formats: Sequence[str]) -> str:
    """The ``Accept`` header; the parameter ``format``, a convenience of this endpoint, stands in its place."""
    if not formats:
        return field_value(request, "accept") or ""
    wanted = formats[-1]
    if "/" in wanted:
        return wanted
    form = by_suffix(wanted, (*BINDING_FORMATS, *GRAPH_FORMATS, HTML))
    if form is None and wanted not in _NAMED:
        offered = ", ".join(each.suffix for each in (*BINDING_FORMATS, *GRAPH_FORMATS, HTML))
        raise BadRequest("There is no form {format}. Offered: {offered}.", format=wanted, offered=offered)
    return _NAMED[wanted] if form is None else form.media_type


def timeout_ms_of(values: Sequence[str]) -> int | None:
    """The shortest time limit that *values* state in seconds, as milliseconds."""
    try:
        seconds = min((float(value) for value in values if value), default=None)
    except ValueError:
        seconds = math.nan
    if seconds is None:
        return None
    if not 0 < seconds < math.inf:
        raise BadRequest("The parameter timeout is a number of seconds greater than 0.")
    return max(1, round(seconds * 1000))
