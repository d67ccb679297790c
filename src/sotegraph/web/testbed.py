"""``/shacl``: the REST interface of the Interoperability Test Bed's SHACL validator, so that its clients work here.

Paths, members and reports are those of that interface. Differently from there, wrong requests are answered by 4xx, and
nothing is fetched: no URL as content or rules, no endpoint to be queried. A content with ``owl:imports`` is refused, as
at ``/validate``, unless its imports came along or ``loadImports`` is false.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from pyoxigraph import RdfFormat, parse
from starlette.concurrency import run_in_threadpool

from sotegraph import __version__
from sotegraph.desk import read_constructed
from sotegraph.errors import BadRequest, MethodNotAllowed, NotFound, PublisherError, UnsupportedMediaType
from sotegraph.formats import JSON, JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Format, serialize_triples
from sotegraph.ingest import Submission
from sotegraph.reports import TRL_JSON, TRL_XML, Attachment, to_rdf, to_trl_json, to_trl_xml
from sotegraph.terms import PREFIXES
from sotegraph.web.answers import field_value
from sotegraph.web.pages.validation import profile_choices
from sotegraph.web.problems import problem
from sotegraph.web.site import OnlyNow, Reader, ReaderDep, Site, SiteDep
from sotegraph.web.testbed_input import ANY, Input, language_of, read_input
from sotegraph.web.validation import checks_at, client_of, read_checked

router = APIRouter()
ROOT = "/shacl"
_HYDRA = "http://www.w3.org/ns/hydra/core#"
_MOST_INPUTS = 20
SYNTAXES: Mapping[str, Format] = {
    "application/rdf+xml": RDF_XML,
    "application/ld+json": JSON_LD,
    "text/turtle": TURTLE,
    "application/n-triples": N_TRIPLES,
    "application/xml": TRL_XML,
    "text/xml": TRL_XML,
    "application/json": TRL_JSON,
}
"""The syntaxes of a report: RDF has the SHACL report, XML and JSON that of GITB."""
OPERATIONS = ("info", "validate", "validateMultiple")
"""The operations of a domain."""


@router.get(ROOT + "/api/info")
def all_domains(site: SiteDep, reader: ReaderDep) -> Response:
    """List the domains of the validator with their validation types."""
    return _json([_info(site, reader, each) for each in domains(site)])


@router.get(ROOT + "/{domain}/api/info")
def domain_info(domain: str, site: SiteDep, reader: ReaderDep) -> Response:
    """List the validation types of one domain."""
    return _json(_info(site, reader, _known(site, domain)))


@router.get(ROOT + "/api/version", dependencies=[OnlyNow])
def version() -> Response:
    """Name the version of the software."""
    return _json({"versionNumber": __version__, "buildTimestamp": ""})


@router.get(ROOT + "/api/healthcheck", dependencies=[OnlyNow])
def healthcheck() -> Response:
    """Say that requests are answered."""
    return Response(status_code=200)


@router.get(ROOT + "/{domain}/api/healthcheck")
def domain_healthcheck(domain: str, site: SiteDep) -> Response:
    """Say that requests to one domain are answered."""
    _known(site, domain)
    return Response(status_code=200)


@router.get(ROOT + "/{domain}/api")
def entry_point(domain: str, site: SiteDep) -> Response:
    """Lead to the operations of one domain (Hydra)."""
    base = f"{ROOT}/{_known(site, domain)}/api"
    document = {"@context": f"{base}/contexts/EntryPoint.jsonld", "@id": base, "@type": "EntryPoint"}
    document |= {each: f"{base}/{each}" for each in OPERATIONS}
    answer = _json(document, JSON_LD)
    answer.headers["Link"] = f'<{base}/vocab>; rel="{_HYDRA}apiDocumentation"'
    return answer


@router.get(ROOT + "/{domain}/api/contexts/{name}")
def context(domain: str, name: str, site: SiteDep) -> Response:
    """Send the JSON-LD context of the entry point."""
    vocab = f"{ROOT}/{_known(site, domain)}/api/vocab#"
    terms = {each: {"@id": f"vocab:{each}", "@type": "@id"} for each in OPERATIONS}
    return _json({"@context": {"hydra": _HYDRA, "vocab": vocab, "EntryPoint": "vocab:EntryPoint", **terms}}, JSON_LD)


@router.get(ROOT + "/{domain}/api/vocab")
def vocab(domain: str, site: SiteDep) -> Response:
    """Describe the operations of one domain (Hydra)."""
    base = f"{ROOT}/{_known(site, domain)}/api"
    operations = [
        {"@type": "hydra:Operation", "method": "GET" if each == "info" else "POST", "@id": f"{base}/{each}"}
        for each in OPERATIONS
    ]
    entry = {"@id": f"{base}/vocab#EntryPoint", "@type": "hydra:Class", "supportedOperation": operations}
    names = {"hydra": _HYDRA, "ApiDocumentation": "hydra:ApiDocumentation"}
    names |= {each: f"hydra:{each}" for each in ("method", "supportedOperation", "supportedClass")}
    document = {"@context": names, "@id": f"{base}/vocab", "@type": "ApiDocumentation", "supportedClass": [entry]}
    return _json(document, JSON_LD)


@router.get(ROOT + "/{domain}/upload")
@router.get(ROOT + "/{domain}/upload/")
@router.get(ROOT + "/{domain}/uploadm")
def upload(domain: str, site: SiteDep) -> Response:
    """Lead to the validator's page."""
    _known(site, domain)
    return Response(status_code=303, headers={"Location": "/validate"})


@router.api_route(ROOT + "/soap/{domain}/validation", methods=["GET", "POST"])
def soap(domain: str, site: SiteDep) -> Response:
    """Say that there is no SOAP interface, and where to ask instead."""
    raise NotFound("SOAP is not offered here. Use {path}.", path=f"{ROOT}/{_known(site, domain)}/api/validate")


@router.get(ROOT + "/{domain}/api/validate")
@router.get(ROOT + "/{domain}/api/validateMultiple")
def validate_by_get(domain: str, request: Request, site: SiteDep) -> Response:
    """Refuse what is to be posted: 405 with what is allowed (RFC 9110 section 15.5.6)."""
    _known(site, domain)
    raise MethodNotAllowed("{method} does nothing here. Allowed: {allowed}.", method=request.method, allowed="POST")


@router.post(ROOT + "/{domain}/api/validate")
async def validate(domain: str, request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """Check one content; the answer is its report, whether it conforms or not."""
    document = None
    try:
        document = await _body(request)
        asked = read_input(document, _known(site, domain), site, reader.language)
        report = await _Checking(request, site, asked).report()
    except PublisherError as error:
        return await _failure(request, error, _speaker(document, site, reader))
    return Response(report.content, headers=_PRIVATE, media_type=report.media_type)


@router.post(ROOT + "/{domain}/api/validateMultiple")
async def validate_multiple(domain: str, request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """Check several contents, each by itself; the answer is a list of reports in Base64."""
    contents = None
    try:
        contents = await _body(request)
        if not isinstance(contents, list) or len(contents) > _MOST_INPUTS:
            raise BadRequest("The body is a list of at most {limit} contents.", limit=_MOST_INPUTS)
        inputs = [read_input(each, _known(site, domain), site, reader.language) for each in contents]
        reports = [await _Checking(request, site, each, alone=False).report() for each in inputs]
    except PublisherError as error:
        return await _failure(request, error, _speaker(contents, site, reader))
    found = [{"report": base64.b64encode(each.content).decode(), "reportSyntax": each.media_type} for each in reports]
    answer = _json(found)
    answer.headers.update(_PRIVATE)
    return answer


_PRIVATE = {"Cache-Control": "no-store"}


@dataclass(frozen=True)
class _Report:
    content: bytes
    media_type: str


@dataclass(frozen=True)
class _Checking:
    """One content that a client of the interface wants to have checked."""

    request: Request
    site: Site
    asked: Input
    alone: bool = True

    async def report(self) -> _Report:
        """Check, and write the report in the syntax that was asked for."""
        media_type = self._syntax()
        checks = checks_at(self.request)
        name, task = checks.begin(self.asked.job, self.asked.files, self.asked.rules, client_of(self.request))
        try:
            await asyncio.wait([task])
            task.result()
            return await run_in_threadpool(self._written, checks.shelf.folder / name, media_type)
        finally:
            checks.stop(name)
            checks.shelf.remove(name)

    def _syntax(self) -> str:
        """The syntax in the body, else the first in ``Accept`` that is known, weights left aside, else RDF/XML."""
        accepted = (field_value(self.request, "accept") or "").lower().split(",")
        known = (each.partition(";")[0].strip() for each in accepted)
        wanted = self.asked.report_syntax or next((each for each in known if each in SYNTAXES), RDF_XML.media_type)
        if wanted not in SYNTAXES:
            raise UnsupportedMediaType(
                "There is no report in the syntax {syntax}. Offered: {offered}.",
                syntax=wanted,
                offered=", ".join(SYNTAXES),
            )
        # Lists of reports have no GITB report in JSON: there it is XML, as it is elsewhere.
        return TRL_XML.media_type if wanted == "text/xml" or (wanted == JSON.media_type and not self.alone) else wanted

    def _written(self, path: Path, media_type: str) -> _Report:
        submission, form = read_checked(path, self.asked.job.language), SYNTAXES[media_type]
        prefixes = {**self.site.publication.prefixes, **PREFIXES}
        if form.rdf is not None:
            if self.asked.job.report_query is not None:
                quads = parse(read_constructed(path), format=RdfFormat.N_TRIPLES)
                return _Report(serialize_triples((each.triple for each in quads), form, prefixes), media_type)
            return _Report(to_rdf(submission, form, prefixes, lenient=True), media_type)
        language, attached = self.asked.job.language, list(self._attachments(submission, prefixes))
        translate = self.site.messages.translator(language)
        if form is TRL_JSON:
            return _Report(to_trl_json(submission, language, translate, attached), media_type)
        as_cdata = self.asked.wraps_in_cdata
        return _Report(to_trl_xml(submission, language, translate, attached, as_cdata=as_cdata), media_type)

    def _attachments(self, submission: Submission, prefixes: Mapping[str, str]) -> list[Attachment]:
        """What the client wants to find in the context of a GITB report."""
        asked, found = self.asked, []
        if asked.adds_input:
            text = asked.files[0].content.decode("utf-8", "replace")
            found.append(Attachment("input", asked.files[0].media_type or "text/plain", text))
        if asked.adds_shapes:
            triples = (triple for triples in self.site.shapes.by_subject.values() for triple in triples)
            own = b"\n".join(each.content for each in asked.rules)
            shapes = own or serialize_triples(triples, TURTLE, prefixes)
            found.append(Attachment("shapes", TURTLE.media_type, shapes.decode("utf-8", "replace")))
        if asked.adds_report:
            form = SYNTAXES.get(asked.rdf_report_syntax or RDF_XML.media_type, RDF_XML)
            form = form if form.rdf is not None else RDF_XML
            report = to_rdf(submission, form, prefixes, lenient=True)
            found.append(Attachment("report", form.media_type, report.decode()))
        return found


async def _body(request: Request) -> Any:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in (JSON.media_type, JSON_LD.media_type):
        raise UnsupportedMediaType(
            "The body is sent as {expected}; it is {found}.",
            expected=f"{JSON.media_type} or {JSON_LD.media_type}",
            found=media_type or "of no stated type",
        )
    try:
        return json.loads(await request.body())
    except (ValueError, RecursionError):
        raise BadRequest("The body is not JSON.") from None


def _speaker(document: Any, site: Site, reader: Reader) -> Reader:
    """Who is told what is wrong with *document*: it names its language itself, else the request does."""
    language = language_of(document, site)
    return Reader(language) if language else reader


async def _failure(request: Request, error: PublisherError, reader: Reader) -> Response:
    """The problem document, with the members that errors have in this interface."""
    answer = await problem(request, error, reader)
    if answer.headers["content-type"].startswith("text/html"):
        return answer
    document = json.loads(bytes(answer.body))
    document |= {"message": document["detail"], "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds")}
    kept = {name: value for name, value in answer.headers.items() if name not in ("content-length", "content-type")}
    content = json.dumps(document, ensure_ascii=False, indent=2)
    return Response(content, answer.status_code, kept, media_type=answer.headers["content-type"])


def domains(site: Site) -> list[str]:
    """The validation domains: the publication's, if it has a name, and that of callers' own rules."""
    own = site.publication.validation_domain
    return [*([own] if own else []), ANY]


def _known(site: Site, domain: str) -> str:
    if domain not in domains(site):
        raise NotFound("There is no validation domain {domain}.", domain=domain)
    return domain


def _info(site: Site, reader: Reader, domain: str) -> Mapping[str, Any]:
    if domain == ANY:
        return {"domain": ANY, "validationTypes": [{"type": ANY, "description": "externalRules"}]}
    types = []
    for each in profile_choices(site):
        label = site.index.choose(each.labels, reader.language)
        types.append({"type": each.name, "description": label.value if label else each.name})
    return {"domain": domain, "validationTypes": types}


def _json(document: Any, form: Format = JSON) -> Response:
    return Response(json.dumps(document, ensure_ascii=False, indent=2), media_type=form.media_type)
