"""The part of the OpenAPI document about checking: ``/validate``, ``/templates`` and the Test Bed's ``/shacl``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sotegraph.formats import HTML, JSON, JSON_LD, PARSED_FORMATS, RESULTS_CSV, XLSX, Format
from sotegraph.ingest import TEMPLATES, template_classes
from sotegraph.reports import REPORT_FORMATS, SCHEMA, SCHEMA_PATH
from sotegraph.web.openapi_parts import in_path, parameter, responses, schema_of, shared
from sotegraph.web.pages.validation import profile_choices
from sotegraph.web.site import Site
from sotegraph.web.testbed import OPERATIONS, ROOT, SYNTAXES, domains
from sotegraph.web.testbed_input import BASE64, STRING

Say = Callable[[str], str]
_TEXT, _BYTES = {"type": "string"}, {"type": "string", "contentMediaType": "application/octet-stream"}
_SENT = (*PARSED_FORMATS, RESULTS_CSV, XLSX)
_BUSY = (413, 415, 422, 429, 503)
SCHEMAS: Mapping[str, Any] = {
    "Report": {name: value for name, value in SCHEMA.items() if name != "$schema"},
    "PendingCheck": {
        "type": "object",
        "required": ["status", "statements", "result"],
        "properties": {
            "status": {"enum": ["waiting", "reading", "checking", "done", "failed"]},
            "statements": {"type": "integer", "minimum": 0},
            "result": {"type": "string", "format": "uri-reference"},
        },
    },
    "ValidationTypes": {
        "type": "object",
        "required": ["domain", "validationTypes"],
        "properties": {
            "domain": _TEXT,
            "validationTypes": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["type", "description"],
                    "properties": {"type": _TEXT, "description": _TEXT},
                },
            },
        },
    },
    "Rule": {
        "type": "object",
        "required": ["ruleSet"],
        "properties": {
            "ruleSet": _TEXT,
            "ruleSyntax": {"enum": [each.media_type for each in PARSED_FORMATS]},
            "embeddingMethod": {"enum": [STRING, BASE64]},
        },
    },
}


def validator_paths(site: Site, say: Say) -> dict[str, Any]:
    """Return what can be asked of the validator, each operation by its path."""
    writing = _Writing(site, say)
    return {
        "/validate": writing.validate(),
        "/validate/results/{name}": writing.results(),
        SCHEMA_PATH: writing.schema(),
        TEMPLATES: writing.templates(),
        f"{TEMPLATES}/{{class}}.{{suffix}}": writing.template(),
        f"{ROOT}/api/info": writing.getting("testBedDomains", say("List the validation domains"), "TestBedDomains"),
        f"{ROOT}/{{domain}}/api/info": writing.of_domain("testBedTypes", "ValidationTypes"),
        f"{ROOT}/{{domain}}/api/validate": writing.bed(),
        f"{ROOT}/{{domain}}/api/validateMultiple": writing.bed(several=True),
    }


def validator_answers(say: Say) -> dict[str, Any]:
    """Return the answers of these operations, by name."""
    by_type = {each.media_type: _content(each) for each in (*REPORT_FORMATS, HTML)}
    by_type[JSON.media_type] = {
        "schema": {"anyOf": [schema_of("Report"), {"type": "object", "required": ["counters"]}]}
    }
    in_json = {
        "Usage": {"type": "object"},
        "ReportSchema": {"type": "object"},
        "Templates": {"type": "object"},
        "TestBedDomains": {"type": "array", "items": schema_of("ValidationTypes")},
        "ValidationTypes": schema_of("ValidationTypes"),
        "TestBedReports": {"type": "array", "items": {"type": "object", "required": ["report", "reportSyntax"]}},
    }
    with_page = ("Usage", "Templates")
    found: dict[str, Any] = {
        "Report": by_type,
        "Template": {each.media_type: _content(each) for each in (XLSX, RESULTS_CSV)},
    }
    found["TestBedReport"] = {name: _content(each) for name, each in SYNTAXES.items() if name != "text/xml"}
    for name, schema in in_json.items():
        media_type = "application/schema+json" if name == "ReportSchema" else JSON.media_type
        page = {HTML.media_type: {"schema": _TEXT}} if name in with_page else {}
        found[name] = {media_type: {"schema": schema}, **page}
    answers = {name: {"description": say("The answer."), "content": content} for name, content in found.items()}
    waiting = {JSON.media_type: {"schema": schema_of("PendingCheck")}}
    return answers | {
        "Pending": {"description": say("The check is under way"), "content": waiting},
        "Removed": {"description": say("The result has been removed.")},
        "SeeOther": {"description": say("Result of the check")},
    }


class _Writing:
    """Writes the operations in one language."""

    def __init__(self, site: Site, say: Say) -> None:
        self.site, self.say = site, say

    def getting(self, name: str, summary: str, kind: str, *statuses: int) -> dict[str, Any]:
        """A path that is only read."""
        return {"get": self.operation(name, summary, [], kind, *statuses)}

    def operation(
        self, name: str, summary: str, parameters: list[dict[str, Any]], kind: str, *statuses: int
    ) -> dict[str, Any]:
        return {
            "operationId": name,
            "tags": [self.say("Check your data")],
            "summary": summary,
            "parameters": [*parameters, shared("lang")],
            "responses": responses(kind, *statuses),
        }

    def validate(self) -> dict[str, Any]:
        """``/validate``: the form, or for programs how to use it; and the check."""
        options = list(self.options())
        fields = {each["name"]: {**each["schema"], "description": each["description"]} for each in options}
        files = {"file": {"type": "array", "items": _BYTES}, "shapes": {"type": "array", "items": _BYTES}}
        pasted = {"text": _TEXT, "syntax": {"enum": [each.suffix for each in (*PARSED_FORMATS, RESULTS_CSV)]}}
        bodies: dict[str, Any] = {
            "multipart/form-data": {"schema": {"type": "object", "properties": {**files, **pasted, **fields}}},
            "application/x-www-form-urlencoded": {"schema": {"type": "object", "properties": {**pasted, **fields}}},
        }
        bodies |= {each.media_type: {} if each is XLSX else {"schema": _TEXT} for each in _SENT}
        named = parameter("name", self.say("Name of the file that is the body."), _TEXT)
        checking = self.operation("validate", self.say("Check"), [*options, named], "Report", 202, 303, 404, *_BUSY)
        return {
            "get": self.operation("validator", self.say("Check your data"), [], "Usage"),
            "post": {**checking, "requestBody": {"required": True, "content": bodies}},
        }

    def options(self) -> list[dict[str, Any]]:
        """What may be asked of a check, in the address or in a form."""
        say = self.say
        profiles = [each.name for each in profile_choices(self.site)]
        forms = [each.suffix for each in (*REPORT_FORMATS, HTML)]
        return [
            parameter("profile", say("Requirements to check against"), {"type": "string", "enum": profiles}),
            parameter(
                "context",
                say("What stands beside the files."),
                {"type": "string", "enum": ["published", "none"], "default": "published"},
            ),
            parameter(
                "imports",
                say("Leaves out what the files import; without it they are refused when that did not come along."),
                {"type": "string", "enum": ["ignore"]},
            ),
            parameter("format", say("Form of the report in place of Accept."), {"type": "string", "enum": forms}),
            parameter("keep", say("1 keeps the result at an address."), {"type": "string", "enum": ["0", "1"]}),
        ]

    def results(self) -> dict[str, Any]:
        """``/validate/results/{name}``."""
        key = in_path("name", self.say("Result of the check"), {"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$"})
        reading = [key, *(each for each in self.options() if each["name"] == "format")]
        return {
            "get": self.operation("result", self.say("Result of the check"), reading, "Report", 202, 404, 422),
            "delete": {
                **self.operation("removeResult", self.say("Remove this result"), [key], "Report", 204, 404),
                "responses": {
                    status: each for status, each in responses("Report", 204, 404).items() if status != "200"
                },
            },
        }

    def schema(self) -> dict[str, Any]:
        """``/validate/schema.json``."""
        return self.getting("reportSchema", self.say("The JSON Schema of the report"), "ReportSchema", 304)

    def templates(self) -> dict[str, Any]:
        """``/templates``."""
        return self.getting("templates", self.say("Tables to fill"), "Templates", 304)

    def template(self) -> dict[str, Any]:
        """``/templates/{class}.{suffix}``."""
        names = sorted(each.local_name for each in template_classes(self.site.tables))
        class_ = in_path("class", self.say("Class of what is listed."), {"type": "string", "enum": names})
        forms = in_path("suffix", self.say("Form of the table."), {"enum": [XLSX.suffix, RESULTS_CSV.suffix]})
        return {"get": self.operation("template", self.say("An empty table"), [class_, forms], "Template", 304, 404)}

    def domain(self) -> dict[str, Any]:
        return in_path("domain", self.say("Validation domain."), {"type": "string", "enum": domains(self.site)})

    def of_domain(self, name: str, kind: str) -> dict[str, Any]:
        """A path of a domain that is only read."""
        return {"get": self.operation(name, self.say("List the validation types"), [self.domain()], kind, 404)}

    def bed(self, *, several: bool = False) -> dict[str, Any]:
        """One of the two operations that check, as the Test Bed's clients know them."""
        content = self.content()
        schema = {"type": "array", "items": content, "maxItems": 20} if several else content
        kind = "TestBedReports" if several else "TestBedReport"
        name = OPERATIONS[2] if several else OPERATIONS[1]
        operation = self.operation(f"testBed.{name}", self.say("Check"), [self.domain()], kind, 404, *_BUSY)
        body = {each.media_type: {"schema": schema} for each in (JSON, JSON_LD)}
        return {"post": {**operation, "requestBody": {"required": True, "content": body}}}

    def content(self) -> dict[str, Any]:
        """One content with its options; those that this site refuses are not described."""
        types = [each.name for each in profile_choices(self.site)]
        flags = ("addInputToReport", "addShapesToReport", "addRdfReportToReport", "wrapReportDataInCDATA")
        return {
            "type": "object",
            "required": ["contentToValidate"],
            "properties": {
                "contentToValidate": _TEXT,
                "embeddingMethod": {"enum": [STRING, BASE64]},
                "contentSyntax": {"enum": [each.media_type for each in _SENT]},
                "validationType": {"enum": types},
                "reportSyntax": {"enum": list(SYNTAXES)},
                "rdfReportSyntax": {"enum": [name for name, each in SYNTAXES.items() if each.rdf is not None]},
                "reportQuery": {**_TEXT, "description": "CONSTRUCT"},
                "externalRules": {"type": "array", "items": schema_of("Rule")},
                "locale": {**_TEXT, "examples": [*self.site.languages]},
                "loadImports": {"const": False},
                **{each: {"type": "boolean"} for each in flags},
            },
        }


def _content(form: Format) -> dict[str, Any]:
    """What is known of the content of *form*; a workbook is bytes, which OpenAPI 3.1 says by an empty object."""
    if form is XLSX:
        return {}
    is_json = form.media_type.endswith("json")
    return {"schema": {"type": ["object", "array"]} if is_json else _TEXT}
