"""The pages of the query endpoint: the form, and the form with what came of its query."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from pyoxigraph import NamedNode

from sotegraph.entities.index import sort_key
from sotegraph.formats import BINDING_FORMATS, BOOLEAN_FORMATS, GRAPH_FORMATS, HTML, Format
from sotegraph.questions import Question
from sotegraph.terms import shorten
from sotegraph.web.answers import FRESH, Answer
from sotegraph.web.assets import EDITOR
from sotegraph.web.links import Resource
from sotegraph.web.pages.rendering import Writer
from sotegraph.web.pages.results import TABLE, Outcome, Shown, fault_in, shown
from sotegraph.web.protocol import ACCEPT_QUERY
from sotegraph.web.site import Reader, Site

ADDRESS = "/sparql"
_ROOM_BYTES = 100
"""What an address may grow by, for a language and a form."""
_EXAMPLE = """{prefixes}
SELECT ?thing ?name WHERE {{
  ?thing a {kind} ;
         {label} ?name .
  FILTER (lang(?name) = "{language}")
}}
ORDER BY ?name
LIMIT 50"""


@dataclass(frozen=True)
class Entered:
    """What stands in the form: the query, its dataset, the longest time in seconds, the view, and the example.

    *path* is the endpoint that is asked.
    """

    text: str
    graphs: tuple[tuple[str, str], ...] = ()
    timeout: str = ""
    view: str = TABLE
    example: str = ""
    path: str = ADDRESS

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The parameters that ask the same again."""
        timeout = (("timeout", self.timeout),) if self.timeout else ()
        view = (("view", self.view),) if self.view != TABLE else ()
        return (("query", self.text), *self.graphs, *timeout, *view)

    def seen_as(self, view: str) -> Entered:
        """The same in another view."""
        return replace(self, view=view)

    def address(self, form: Format | None = None) -> str:
        """The address that asks the same again, in the form of a page or another."""
        pairs = replace(self, view=TABLE).pairs if form else self.pairs
        return f"{self.path}?{urlencode([*pairs, *([('format', form.suffix)] if form else [])])}"


def sparql_page(site: Site, reader: Reader, question: Question | None = None) -> Answer:
    """Return the query form with *question* in it as an example, or else one of the publication's own."""
    text = question.ready_text if question else example_query(site, reader)
    entered = Entered(text, example=question.name if question else "", path=site.endpoint)
    resource = Resource(site.endpoint, query=(("example", question.name),) if question else ())
    answer = _answer(site, reader, resource, entered, Outcome(), None)
    shown = [each for each in (entered.example, reader.language, "named" if reader.named else "") if each]
    return replace(
        answer,
        headers=(*answer.headers, ("Cache-Control", FRESH), ("Accept-Query", ACCEPT_QUERY)),
        etag=f'"{"-".join((site.version.short_id, "form", *shown, site.look))}"',
    )


def sparql_results_page(site: Site, reader: Reader, entered: Entered, outcome: Outcome) -> Answer:
    """Return the query form with what came of its query: solutions, a truth value, a graph, or an error instead."""
    resource = Resource(site.endpoint, query=entered.pairs if _fits(site, entered) else ())
    found = None if outcome.error else shown(Writer(site, reader), outcome, entered.view)
    answer = _answer(site, reader, resource, entered, outcome, found)
    return replace(answer, headers=(*answer.headers, ("Cache-Control", "no-store")))


def example_query(site: Site, reader: Reader) -> str:
    """A query that lists the first collection of the publication by name; any triples where none has members."""
    collection = next((each for each in site.publication.collections if site.index.members[each.segment]), None)
    if collection is None:
        return "SELECT * WHERE {\n  ?subject ?predicate ?object\n}\nLIMIT 50"
    member = NamedNode(site.index.members[collection.segment][0])
    said = {triple.predicate.value for triple in site.version.outgoing(member)}
    labels = site.publication.label_properties
    names = [shorten(iri, site.publication.prefixes) for iri in (collection.classes[0], *labels) if iri]
    label = next((name for iri, name in zip(labels, names[1:], strict=True) if iri in said), names[1])
    used = {each.partition(":")[0] for each in (names[0], label)}
    known = sorted((name, iri) for name, iri in site.publication.prefixes.items() if name in used)
    prefixes = "\n".join(f"PREFIX {name}: <{iri}>" for name, iri in known)
    return _EXAMPLE.format(prefixes=prefixes, kind=names[0], label=label, language=reader.language)


def _fits(site: Site, entered: Entered) -> bool:
    return len(entered.address()) < site.settings.max_address_bytes - _ROOM_BYTES


def _downloads(result: Shown | None) -> tuple[Format, ...]:
    if result is None:
        return ()
    if result.graph:
        return GRAPH_FORMATS
    return BOOLEAN_FORMATS if result.verdict is not None else BINDING_FORMATS


def _answer(
    site: Site, reader: Reader, resource: Resource, entered: Entered, outcome: Outcome, result: Shown | None
) -> Answer:
    writer = Writer(site, reader)
    error = outcome.error
    titles = {each.name: site.index.choose(each.titles, reader.language) for each in site.index.questions}
    body = writer.render(
        "sparql.html",
        resource,
        entered=entered,
        fits=_fits(site, entered),
        result=result,
        outcome=outcome,
        error=error,
        detail=error.text(writer.translate) if error else None,
        fault=fault_in(entered.text, error),
        forms=(HTML, *BINDING_FORMATS, *GRAPH_FORMATS),
        downloads=_downloads(result),
        examples=sorted(titles.items(), key=lambda item: sort_key(item[1])),
        prefixes=sorted(site.publication.prefixes.items()),
        longest_s=site.settings.query_time_limit_ms / 1000,
        script=site.assets.files.get(EDITOR),
    )
    headers = [("Content-Language", reader.language), ("Vary", "Accept, Accept-Language")]
    return Answer(body.encode(), HTML.content_type, tuple(headers), status=error.status if error else 200)
