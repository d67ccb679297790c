"""``/queries``: the questions that the publication answers, and the answer to each in many forms."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from fastapi import APIRouter, Request, Response
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from starlette.concurrency import run_in_threadpool

from sotegraph import jsonld
from sotegraph.entities import HYDRA
from sotegraph.errors import NotFound, PublisherError, WrongValue
from sotegraph.formats import ANSWER_FORMATS, DOCUMENT_FORMATS, HTML, Format
from sotegraph.questions import CONSTRUCT, RESERVED, SELECT, Askable, Question, Reading
from sotegraph.sparql import QueryRequest
from sotegraph.terms import RDF_TYPE
from sotegraph.web.answers import Answer, field_value
from sotegraph.web.asking import whole
from sotegraph.web.links import Link, Resource, usual
from sotegraph.web.pages import QuestionAnswer, question_page, questions_page
from sotegraph.web.protocol import timeout_ms_of
from sotegraph.web.representations import Asked, Content, ask, represent
from sotegraph.web.results import CACHED, cache_status, is_known, sent, unless_any_is_known, unless_gone
from sotegraph.web.site import Reader, ReaderDep, Site, SiteDep, SiteInTimeDep, require_now
from sotegraph.web.tables import write_answer

router = APIRouter()
_PASSED_ON = {"csv": "csv", "tsv": "tsv", "json": "srj", "xml": "srx"}
"""The forms of solutions that an evaluator writes itself, when no names are wanted beside IRIs."""


@router.get("/queries")
def questions(request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """List the questions that the publication answers."""
    return _list(request, site, reader, "/queries")


@router.get("/queries.{suffix}")
def questions_in_one_form(suffix: str, request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """The questions in one fixed form: their texts and parameters."""
    return _list(request, site, reader, f"/queries.{suffix}")


@router.get("/queries/{name}")
async def question(name: str, request: Request, site: SiteInTimeDep, reader: ReaderDep) -> Response:
    """Answer a question, its parameters given in the address; a suffix of the name asks for one fixed form."""
    stem = name.partition(".")[0]
    found = site.index.question(stem)
    if found is None:
        raise NotFound("Nothing is published at this address.")
    require_now(request, own={each.name for each in found.parameters})
    asked = ask(request, f"/queries/{name}", ANSWER_FORMATS[found.kind])
    if asked.resource.path != f"/queries/{stem}":
        raise NotFound("Nothing is published at this address.")
    return await _Asking.of(request, site, reader, asked, found).answer()


def _list(request: Request, site: Site, reader: Reader, path: str) -> Response:
    asked = ask(request, path, DOCUMENT_FORMATS)
    if asked.resource.path != "/queries" or not site.index.questions:
        raise NotFound("Nothing is published at this address.")
    return site.bodies.get(asked.key(reader), lambda: _list_answer(site, reader, asked)).response(request)


def _list_answer(site: Site, reader: Reader, asked: Asked) -> Answer:
    licence = site.publication.licence
    own = site.publication.context["@context"]
    return represent(
        site,
        reader,
        asked,
        Content(
            root=NamedNode(f"{site.publication.base_iri}/queries"),
            triples=_description(site),
            page=lambda links: questions_page(site, reader, asked.resource, links),
            modified=site.latest_change,
            links=(Link(licence, "license"),) if licence else (),
            context=jsonld.read_context({"@context": {**own, "hydra": HYDRA}}),
        ),
    )


def _description(site: Site) -> Iterator[Triple]:
    """What the publication says of its questions and their parameters."""
    root = NamedNode(f"{site.publication.base_iri}/queries")
    yield Triple(root, RDF_TYPE, NamedNode(HYDRA + "Collection"))
    yield Triple(root, NamedNode(HYDRA + "totalItems"), Literal(len(site.index.questions)))
    for each in site.index.questions:
        yield Triple(root, NamedNode(HYDRA + "member"), NamedNode(each.iri))
        for iri in (each.iri, *(parameter.iri for parameter in each.parameters)):
            yield from _closure(site, NamedNode(iri))


def _closure(site: Site, node: NamedNode | BlankNode) -> Iterator[Triple]:
    """The triples of *node*, and of the blank nodes they lead to: the cells of lists."""
    for triple in site.version.outgoing(node):
        yield triple
        if isinstance(triple.object, BlankNode):
            yield from _closure(site, triple.object)


@dataclass(frozen=True)
class _Asking:
    """One question, asked with some values for one reader, who wants the answer in one form."""

    request: Request
    site: Site
    reader: Reader
    asked: Asked
    question: Question
    askable: Askable
    reading: Reading
    labels: bool
    limit_ms: int

    @classmethod
    def of(cls, request: Request, site: Site, reader: Reader, asked: Asked, question: Question) -> _Asking:
        """Read what the address of *request* gives; raises BadRequest for a wrong ``labels`` or ``timeout``."""
        pairs = request.query_params.multi_items()
        askable = site.askable(question)
        reading = askable.read(pairs, reserved=sorted(RESERVED))
        most = site.settings.query_time_limit_ms
        asked_ms = timeout_ms_of([value for name, value in pairs if name == "timeout"])
        return cls(
            request,
            site,
            reader,
            Asked(Resource(asked.resource.path, asked.resource.offers, tuple(_kept(pairs))), asked.form, asked.fixed),
            question,
            askable,
            reading,
            _wants_labels(request.query_params.get("labels")),
            min(asked_ms or most, most),
        )

    @property
    def form(self) -> Format:
        return self.asked.form

    @property
    def speaks(self) -> bool:
        """Whether the answer is in the reader's language."""
        return self.form is HTML or (self.labels and self.question.kind == SELECT and self.form.rdf is None)

    async def answer(self) -> Response:
        """The answer, or 304, or what keeps it from being given."""
        if self.form is HTML and self.reading.errors:
            return await self._page(QuestionAnswer(errors=self.reading.errors))
        self.reading.checked()
        headers = self._headers()
        tag = self._tag() if self._query().repeatable else None
        headers |= {"Cache-Control": CACHED, "ETag": tag} if tag else {"Cache-Control": "no-store"}
        if tag and is_known(field_value(self.request, "if-none-match") or "", tag):
            return Response(status_code=304, headers=headers)
        kept = self.site.bodies.find((self.asked.resource, tag)) if tag else None
        if kept is not None:
            # The reply as a whole may be sent again (see replies).
            hit = replace(kept, headers=(*kept.headers, ("Cache-Status", "sotegraph; hit"))).response(self.request)
            return await unless_any_is_known(self.request, hit)
        try:
            response = await unless_gone(self.request, lambda: self._respond(headers))
            return await unless_any_is_known(self.request, response)
        except PublisherError as error:
            if self.form is not HTML:
                raise
            return await self._page(QuestionAnswer(failure=error))

    async def _respond(self, headers: Mapping[str, str]) -> Response:
        query, client = self._query(), self.request.client.host if self.request.client else ""
        answer = await self.site.evaluator.evaluate(query, client)
        remembered = {"Cache-Status": cache_status(query, answer)}
        if self._passed_on:
            return await sent(self.request, answer, {**headers, **remembered})
        result = await whole(answer)
        if self.form is HTML:
            page, status = await self._rendered(QuestionAnswer(result=result))
            made = Answer(page.encode(), HTML.content_type, tuple(headers.items()), status=status)
        else:
            body = await run_in_threadpool(self._written, result)
            made = Answer(body, self.form.content_type, tuple(headers.items()))
        if "ETag" in headers:
            self.site.bodies.keep((self.asked.resource, headers["ETag"]), made)
        return replace(made, headers=(*made.headers, *remembered.items())).response(self.request)

    @property
    def _passed_on(self) -> bool:
        """Whether the evaluator itself writes the form that is wanted."""
        if self.form is HTML:
            return False
        return self.question.kind != SELECT or (self.form.suffix in _PASSED_ON and not self.labels)

    def _query(self) -> QueryRequest:
        suffix = self.form.suffix
        passed_on = _PASSED_ON.get(suffix, "srj") if self._passed_on else "srj"
        return QueryRequest(
            text=self.question.text,
            bindings=passed_on,
            boolean=passed_on,
            graph=suffix if self.question.kind == CONSTRUCT and self.form is not HTML else "ttl",
            base_iri=f"{self.site.publication.base_iri}/queries/{self.question.name}",
            time_limit_ms=self.limit_ms,
            substitutions=tuple(self.reading.values.items()),
        )

    def _written(self, result: bytes) -> bytes:
        return write_answer(
            self.site, self.reader, self.askable, self.reading.values, self.form, result, labels=self.labels
        )

    async def _page(self, answer: QuestionAnswer) -> Response:
        """The page that tells what is wrong, or asks for values."""
        page, status = await self._rendered(answer)
        headers = {**self._headers(), "Cache-Control": "no-store"}
        return Response(page, status, headers, media_type=HTML.content_type)

    async def _rendered(self, answer: QuestionAnswer) -> tuple[str, int]:
        links = usual(self._resource, self.site, self.reader, HTML)
        return await run_in_threadpool(
            question_page, self.site, self.reader, self._resource, links, self.askable, self.reading, answer
        )

    @property
    def _resource(self) -> Resource:
        """What was asked for: of a question that still lacks a value there is only the page."""
        return replace(self.asked.resource, offers=(HTML,)) if self.reading.errors else self.asked.resource

    def _tag(self) -> str:
        """A weak validator, because a result has no order unless the query gives it one."""
        values = sorted((name, str(value)) for name, value in self.reading.values.items())
        parts = [
            *(self.question.name, self.form.suffix, self.asked.fixed, values, self.labels),
            *((self.reader.language, self.reader.named) if self.speaks else ()),
            self.site.look,
        ]
        digest = hashlib.blake2b(json.dumps(parts).encode(), digest_size=8).hexdigest()
        return f'W/"{self.site.version.short_id}-{digest}"'

    def _headers(self) -> dict[str, str]:
        vary = [] if self.asked.fixed else ["Accept"]
        if self.speaks and not self.reader.named:
            vary.append("Accept-Language")
        links = usual(self._resource, self.site, self.reader, self.form)
        licence = self.site.publication.licence
        links = (*links, Link(self.question.iri, "cite-as"), *([Link(licence, "license")] if licence else []))
        headers = {"Link": ", ".join(map(str, links))}
        headers |= {"Vary": ", ".join(vary)} if vary else {}
        headers |= {"Content-Language": self.reader.language} if self.speaks else {}
        return headers | ({} if self.form is HTML else {"X-Robots-Tag": "noindex"})


def _kept(pairs: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """What stays in the addresses of other forms and languages of the same answer."""
    return ((name, value) for name, value in pairs if name not in ("lang", "timeout"))


def _wants_labels(text: str | None) -> bool:
    if text in (None, "1", "true"):
        return True
    if text not in ("0", "false"):
        raise WrongValue(
            "The value {value} of the parameter {parameter} is not understood. Expected: {expected}.",
            parameter="labels",
            value=text,
            expected="0 | 1",
        )
    return False
