"""``/openapi.json``: what can be asked over HTTP, for programs that make clients and tests of it (OpenAPI 3.1)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from sotegraph.catalog import CATALOG_PATH
from sotegraph.dumps import CURRENT
from sotegraph.dumps import FORMS as DUMP_FORMS
from sotegraph.formats import (
    ANSWER_FORMATS,
    BINDING_FORMATS,
    DOCUMENT_FORMATS,
    FEED_FORMATS,
    GRAPH_FORMATS,
    HTML,
    JSON,
    JSON_LD,
    PROBLEM,
    XLSX,
    Format,
)
from sotegraph.questions import SELECT, Parameter, Question, example_of
from sotegraph.terms import PREFIXES, XSD_STRING
from sotegraph.web.answers import FRESH, Answer
from sotegraph.web.openapi_feeds import feed_paths
from sotegraph.web.openapi_parts import parameter, responses, shared
from sotegraph.web.openapi_validator import SCHEMAS, validator_answers, validator_paths
from sotegraph.web.pages.results import CHART, MAP, RAW, TABLE
from sotegraph.web.protocol import FORM, QUERY, versions_taken
from sotegraph.web.site import Reader, ReaderDep, Site, SiteDep

router = APIRouter()
PATH = "/openapi.json"
_XSD = PREFIXES["xsd"]
_SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    _XSD + "boolean": {"type": "boolean"},
    _XSD + "date": {"type": "string", "format": "date"},
    _XSD + "dateTime": {"type": "string", "format": "date-time"},
    _XSD + "gYear": {"type": "string", "pattern": r"^-?([1-9][0-9]{4,}|[0-9]{4})$"},
    _XSD + "gYearMonth": {"type": "string", "pattern": r"^[0-9]{4}-(0[1-9]|1[0-2])$"},
    _XSD + "integer": {"type": "integer"},
    _XSD + "nonNegativeInteger": {"type": "integer", "minimum": 0},
    _XSD + "positiveInteger": {"type": "integer", "minimum": 1},
    _XSD + "decimal": {"type": "number"},
    _XSD + "double": {"type": "number"},
    _XSD + "float": {"type": "number"},
}
_ELSEWHERE = {"307": {"$ref": "#/components/responses/Elsewhere"}}
_EXAMPLES = 3
_RESULTS_SCHEMA = {
    "type": "object",
    "required": ["head"],
    "properties": {
        "head": {"type": "object", "properties": {"vars": {"type": "array", "items": {"type": "string"}}}},
        "results": {
            "type": "object",
            "required": ["bindings"],
            "properties": {"bindings": {"type": "array", "items": {"type": "object"}}},
        },
        "boolean": {"type": "boolean"},
    },
}
_PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance", "kind"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri-reference"},
        "kind": {"type": "string"},
    },
}


@router.get(PATH)
def openapi(request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """Describe the interface for queries, questions and checks as an OpenAPI document."""
    key = (PATH, reader.language, reader.named)
    return site.bodies.get(key, lambda: _answer(site, reader)).response(request)


def _answer(site: Site, reader: Reader) -> Answer:
    headers = [("Cache-Control", FRESH), ("Content-Language", reader.language), ("X-Robots-Tag", "noindex")]
    return Answer(
        body=json.dumps(openapi_document(site, reader), ensure_ascii=False, indent=1).encode(),
        content_type=JSON.content_type,
        headers=tuple(headers if reader.named else [*headers, ("Vary", "Accept-Language")]),
        etag=f'"{site.version.short_id}-openapi-{reader.language}-{site.look}"',
        modified=site.latest_change,
    )


def openapi_document(site: Site, reader: Reader) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the endpoint, the questions and the validator, in the language of *reader*."""
    writing = _Writing(site, reader)
    publication = site.publication
    licence = {"license": {"name": publication.licence, "url": publication.licence}} if publication.licence else {}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": writing.best(publication.titles),
            "description": writing.best(publication.descriptions),
            "version": site.version.short_id,
            **licence,
        },
        "servers": [{"url": "/"}],
        "paths": {
            "/sparql": writing.endpoint(),
            "/graph-store": writing.graph_store(),
            CATALOG_PATH: writing.catalogue(),
            **writing.downloads(),
            **feed_paths(writing.say),
            **({"/queries": writing.list()} if site.index.questions else {}),
            **{path: item for each in site.index.questions for path, item in writing.question(each).items()},
            **validator_paths(site, writing.say),
        },
        "components": {
            "schemas": {"Problem": _PROBLEM_SCHEMA, "Results": _RESULTS_SCHEMA, **SCHEMAS},
            "parameters": {each["name"]: each for each in writing.shared()},
            "responses": {
                "Problem": writing.problem(),
                **dict(writing.answers()),
                **validator_answers(writing.say),
            },
        },
    }


@dataclass(frozen=True)
class _Writing:
    """Writes the parts of a document in one language."""

    site: Site
    reader: Reader

    def say(self, message: str) -> str:
        return self.site.messages.translate(message, self.reader.language)

    def best(self, texts: Mapping[str, str]) -> str:
        chosen = self.site.index.choose(texts, self.reader.language)
        return chosen.value if chosen else ""

    def problem(self) -> dict[str, Any]:
        schema = {"$ref": "#/components/schemas/Problem"}
        content = {PROBLEM.media_type: {"schema": schema}, HTML.media_type: {"schema": {"type": "string"}}}
        return {"description": self.say("What is wrong, and what to do (RFC 9457)."), "content": content}

    def answers(self) -> Iterable[tuple[str, dict[str, Any]]]:
        """What a good answer may be, by kind of query, and that of the endpoint, which may be any of them."""
        kinds = {**ANSWER_FORMATS, "Any": (*BINDING_FORMATS, *GRAPH_FORMATS, HTML), "Graph": GRAPH_FORMATS}
        for kind, forms in {**kinds, "Document": DOCUMENT_FORMATS, "Feed": FEED_FORMATS}.items():
            content = {form.media_type: _content(form) for form in forms}
            yield kind, {"description": self.say("The answer."), "content": content}
        content = {form.media_type: _content(form) for form in (HTML, JSON)}
        yield "List", {"description": self.say("The answer."), "content": content}
        files = {media_type: dict[str, Any]() for media_type in sorted({each.content_type for each in DUMP_FORMS})}
        yield "File", {"description": self.say("The answer."), "content": files}
        yield "Elsewhere", {"description": self.say("The way to the current version.")}
        yield "Explained", {"description": self.say("For who reads pages: where it is explained.")}
        yield "NotModified", {"description": self.say("The answer has not changed.")}

    def shared(self) -> Iterable[dict[str, Any]]:
        """The parameters that several addresses have."""
        languages = {"type": "string", "enum": list(self.site.languages)}
        yield parameter("lang", self.say("Language of names, pages and errors."), languages)
        seconds = {"type": "number", "exclusiveMinimum": 0}
        yield parameter("timeout", self.say("Longest evaluation, in seconds."), seconds)
        flag = {"type": "string", "enum": ["0", "1"], "default": "1"}
        yield parameter("labels", self.say("Whether columns with names stand beside those with addresses."), flag)

    def endpoint(self) -> dict[str, Any]:
        """``/sparql``."""
        query = {
            "type": "string",
            "description": self.say("The query, in SPARQL 1.1."),
            "examples": ["SELECT * WHERE { ?s ?p ?o } LIMIT 10"],
        }
        own = list(self.of_a_query())
        fields = {each["name"]: {**each["schema"], "description": each["description"]} for each in own}
        body = {
            FORM: {"schema": {"type": "object", "required": ["query"], "properties": {"query": query, **fields}}},
            QUERY: {"schema": query},
        }
        parameters = [*own, shared("timeout"), shared("lang")]
        return {
            "get": {
                "operationId": "query",
                "summary": self.say("Query the data"),
                "description": self.say("Without a query: the description of the endpoint."),
                "parameters": [parameter("query", str(query["description"]), query), *parameters],
                "responses": responses("Any", 304, 429, 503),
            },
            "post": {
                "operationId": "queryByPost",
                "summary": self.say("Query the data"),
                "parameters": parameters,
                "requestBody": {"required": True, "content": body},
                "responses": responses("Any", 413, 415, 429, 503),
            },
        }

    def of_a_query(self) -> Iterable[dict[str, Any]]:
        """The parameters of the protocol beside the query, and those of this endpoint."""
        iris = {"type": "array", "items": {"type": "string", "format": "iri"}}
        yield parameter("default-graph-uri", self.say("Graphs that make up the default graph, by IRI."), iris)
        yield parameter("named-graph-uri", self.say("Graphs that GRAPH may name, by IRI."), iris)
        suffixes = [form.suffix for form in (*BINDING_FORMATS, *GRAPH_FORMATS, HTML)]
        form = {"type": "string", "examples": [*suffixes, BINDING_FORMATS[0].media_type]}
        yield parameter("format", self.say("Form of the result in place of Accept: a suffix or a media type."), form)
        versions = {"type": "string", "enum": list(versions_taken(self.site.settings))}
        yield parameter("version", self.say("Version of SPARQL in which the query is written."), versions)
        views = {"type": "string", "enum": [TABLE, CHART, MAP, RAW], "default": TABLE}
        yield parameter("view", self.say("How a page shows the result, where it can be shown so."), views)

    def graph_store(self) -> dict[str, Any]:
        """``/graph-store``."""
        default = {"type": "string", "enum": [""]}
        graph = {"type": "string", "format": "iri", "examples": sorted(self.site.version.graphs)[:_EXAMPLES]}
        return {
            "get": {
                "operationId": "graph",
                "summary": self.say("Read one graph"),
                "description": self.say("Exactly one of the two parameters is given."),
                "parameters": [
                    parameter("default", self.say("Asks for the default graph."), default) | {"allowEmptyValue": True},
                    parameter("graph", self.say("Asks for the named graph with this IRI."), graph),
                    shared("lang"),
                ],
                "responses": responses("Graph", 304, 404, 429, 503),
            }
        }

    def catalogue(self) -> dict[str, Any]:
        """``/catalog``."""
        page = {"type": "integer", "minimum": 1, "default": 1}
        return {
            "get": {
                "operationId": "catalogue",
                "summary": self.say("Datasets"),
                "description": self.say("The datasets of this publication, with their files, tables and services."),
                "parameters": [parameter("page", self.say("Which page of the catalogue."), page), shared("lang")],
                "responses": {**responses("Document", 304, 404, 503), **_ELSEWHERE},
            }
        }

    def downloads(self) -> dict[str, Any]:
        """``/dumps``, the files of one version, and a file."""
        version = _in_path("version", CURRENT)
        of_version = {
            "parameters": [version, shared("lang")],
            "responses": {**responses("List", 304, 404, 410, 503), **_ELSEWHERE},
        }
        file = responses("File", 304, 404, 410, 412, 416, 503)
        lists = {"parameters": [shared("lang")], "responses": responses("List", 304, 503)}
        return {
            "/dumps": {"get": {"operationId": "downloads", "summary": self.say("Downloads"), **lists}},
            "/dumps/{version}": {
                "get": {"operationId": "downloadsOfVersion", "summary": self.say("Downloads"), **of_version}
            },
            "/dumps/{version}/{file}": {
                "get": {
                    "operationId": "download",
                    "summary": self.say("Download a file"),
                    "description": self.say("All of it, or one range; “current” leads to the current version."),
                    "parameters": [version, _in_path("file", "all.nq.gz")],
                    "responses": {
                        **file,
                        "206": {"$ref": "#/components/responses/File"},
                        **_ELSEWHERE,
                    },
                }
            },
        }

    def list(self) -> dict[str, Any]:
        """``/queries``."""
        return {
            "get": {
                "operationId": "questions",
                "summary": self.say("Questions"),
                "parameters": [shared("lang")],
                "responses": responses("Document", 304),
            }
        }

    def question(self, question: Question) -> dict[str, Any]:
        """The two addresses of a question: negotiated, and in one fixed form."""
        forms = ANSWER_FORMATS[question.kind]
        suffixes = {"type": "string", "enum": [form.suffix for form in forms]}
        suffix = {"name": "suffix", "in": "path", "required": True, "schema": suffixes}
        own = (*(["labels"] if question.kind == SELECT else []), "timeout", "lang")
        operation = {
            "tags": [self.site.index.name(question.subject, self.reader.language).stated.value]
            if question.subject
            else [],
            "summary": self.best(question.titles),
            "description": self.best(question.descriptions),
            "parameters": [*(self.asked(question, each) for each in question.parameters), *map(shared, own)],
            "responses": responses(question.kind, 304, 429, 503),
        }
        fixed = {
            **operation,
            "parameters": [suffix, *operation["parameters"]],
            "responses": responses(question.kind, 304, 404, 429, 503),
        }
        return {
            f"/queries/{question.name}": {"get": {"operationId": question.name, **operation}},
            f"/queries/{question.name}.{{suffix}}": {"get": {"operationId": f"{question.name}.suffix", **fixed}},
        }

    def asked(self, question: Question, each: Parameter) -> dict[str, Any]:
        """A parameter of a question, with its type."""
        askable = self.site.askable(question)
        described = [self.best(each.names), self.best(each.descriptions), askable.expected(each)]
        schema = dict(_SCHEMAS.get(each.datatype or "", {"type": "string"}))
        examples: list[Any] = []
        if each.choices:
            schema["enum"] = [askable.written(choice) for choice in each.choices]
        elif each.class_:
            members = sorted(map(askable.written, askable.nodes(each)))
            examples = [*members[:: max(1, len(members) // _EXAMPLES)]][:_EXAMPLES]
        elif each.datatype and each.datatype != XSD_STRING.value:
            examples = [_native(example_of(each.datatype), schema)] if example_of(each.datatype) else []
        if each.default is not None:
            schema["default"] = _native(askable.written(each.default), schema)
        result = parameter(each.name, ". ".join(filter(None, described)), schema)
        if examples:
            result["examples"] = {f"{number}": {"value": example} for number, example in enumerate(examples, start=1)}
        if each.optional:
            return result | {"allowEmptyValue": True}
        return result | ({"required": True} if each.default is None else {})


def _native(text: str, schema: Mapping[str, Any]) -> Any:
    """The JSON value that a query parameter with *schema* has for *text*."""
    if schema["type"] in ("integer", "number", "boolean"):
        return json.loads(text) if text not in ("0", "1") or schema["type"] != "boolean" else text == "1"
    return text


def _in_path(name: str, example: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "examples": [example]}}


def _content(form: Format) -> dict[str, Any]:
    """What is known of the content of *form*; a workbook is bytes, which OpenAPI 3.1 says by an empty object."""
    if form is XLSX:
        return {}
    if form.media_type == BINDING_FORMATS[0].media_type:
        return {"schema": {"$ref": "#/components/schemas/Results"}}
    if form in (JSON, JSON_LD):
        return {"schema": {"type": ["object", "array"]}}
    return {"schema": {"type": "string"}}
