"""Queries on an engine: the same answers as from our own evaluation, within our own limits, whole or not at all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results

from sotegraph.errors import (
    BadRequest,
    EngineAway,
    EngineBusy,
    EngineFailed,
    EngineLoading,
    MalformedQuery,
    NotAcceptable,
    Overloaded,
    PublisherError,
    QueryRefused,
    ResultLimitReached,
    TimeLimitReached,
)
from sotegraph.loading import load_folder
from sotegraph.remote.marker import MARKER
from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator, QueryRequest
from sotegraph.store import Version
from tests.conftest import LIBRARY
from tests.remote.asking import ask, collected, marker_of, with_evaluator
from tests.remote.faults import Faulty, Sent, before

PRODUCT = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f }"
TINY = "SELECT ?s WHERE { ?s a <https://schema.org/Book> } LIMIT 1"
MANY = PRODUCT + " LIMIT 800"


@pytest.fixture(scope="module")
def settings(oxigraph) -> Settings:
    return Settings(**oxigraph.settings)


@pytest.fixture(scope="module")
def version(settings) -> Version:
    """What the engine holds: of itself an endpoint over an engine says less."""
    return load_folder(LIBRARY, settings).version


@pytest.fixture
def faulty(oxigraph) -> Iterator[Faulty]:
    with before(oxigraph) as found:
        yield found


def of_queries(act):
    """A fault of the answers to queries, those about the version excepted."""
    return lambda query, sent: sent if MARKER.value in query else act(sent)


def raises(error, faulty: Faulty, query: str = TINY, **options: object) -> PublisherError:
    with pytest.raises(error) as found:
        ask(Settings(store=faulty.store), query, **options)
    return found.value


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s ?name WHERE { ?s a <https://schema.org/Book> ; <http://purl.org/dc/terms/title> ?name }",
        "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }",
        "SELECT ?s ?nothing WHERE { ?s a ?c FILTER isIRI(?s) OPTIONAL { ?s <urn:x> ?nothing } }",
    ],
)
def test_solutions_are_those_of_our_own_evaluation_in_every_form(settings, version, query):
    for form in (QueryResultsFormat.JSON, QueryResultsFormat.XML, QueryResultsFormat.TSV):
        suffix = {"json": "srj", "xml": "srx"}.get(form.file_extension.removeprefix("sr"), form.file_extension)
        theirs = ask(settings, query, bindings=suffix)
        own = asyncio.run(_own(version, query, suffix))
        assert _rows(theirs, form) == _rows(own, form)
        assert _rows(theirs, form)
    assert sorted(ask(settings, query, bindings="csv").splitlines()) == sorted(
        asyncio.run(_own(version, query, "csv")).splitlines()
    )


async def _own(version, query: str, suffix: str, base_iri: str | None = None) -> bytes:
    request = QueryRequest(query, bindings=suffix, boolean=suffix, graph=suffix, base_iri=base_iri)
    return await collected(await InProcessEvaluator(version, Settings()).evaluate(request))


def _rows(data: bytes, form: QueryResultsFormat) -> list[tuple[str, ...]]:
    results = parse_query_results(data, form)
    return sorted(tuple(str(value) for value in row) for row in results)


@pytest.mark.parametrize("suffix", ["ttl", "nt", "rdf", "jsonld"])
def test_a_graph_is_that_of_our_own_evaluation_in_every_form(settings, version, suffix):
    query = "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c FILTER(isIRI(?s)) }"
    form = {"ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES, "rdf": RdfFormat.RDF_XML, "jsonld": RdfFormat.JSON_LD}
    theirs, own = ask(settings, query, graph=suffix), asyncio.run(_own(version, query, suffix))
    assert {each.triple for each in parse(theirs, form[suffix])} == {each.triple for each in parse(own, form[suffix])}


def test_truth_is_truth(settings):
    assert ask(settings, "ASK { ?s ?p ?o }") == b'{"head":{},"boolean":true}'
    assert b"<boolean>false</boolean>" in ask(settings, "ASK { <urn:x> ?p ?o }", boolean="srx")


def test_relative_addresses_are_resolved_by_the_base_of_the_request(settings):
    found = ask(settings, "SELECT (<x> AS ?x) WHERE {}", base_iri="https://here.example/sparql", bindings="csv")
    assert found.split() == [b"x", b"https://here.example/x"]


def test_what_a_function_makes_an_address_of_is_resolved_by_the_base_of_the_request(settings, version):
    query = "SELECT (IRI(CONCAT('x', '1')) AS ?one) (uri('y') AS ?other) WHERE {}"
    here = {"base_iri": "https://here.example/sparql", "bindings": "csv"}
    found = ask(settings, query, **here)
    assert found.split() == [b"one,other", b"https://here.example/x1,https://here.example/y"]
    assert found == asyncio.run(_own(version, query, "csv", base_iri="https://here.example/sparql"))


def test_a_language_that_is_called_from_begins_no_clause(settings):
    query = "SELECT ?x WHERE { VALUES (?x ?y) { ('a'@from <urn:a>) } }"
    assert ask(settings, query, bindings="csv").split() == [b"x", b"a"]


def test_the_dataset_of_the_request_replaces_from(settings, version):
    graphs = dict(version.graphs)
    one, other, *_ = graphs
    query = f"SELECT (COUNT(*) AS ?n) FROM <{one}> WHERE {{ ?s ?p ?o }}"
    assert int(ask(settings, query, bindings="csv").split()[1]) == graphs[one]
    assert int(ask(settings, query, bindings="csv", default_graphs=(other,)).split()[1]) == graphs[other]
    named = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
    assert (
        int(ask(settings, named, bindings="csv", named_graphs=(one, other)).split()[1]) == graphs[one] + graphs[other]
    )
    assert int(ask(settings, named, bindings="csv", default_graphs=(one,)).split()[1]) == 0
    assert int(ask(settings, named, bindings="csv").split()[1]) == sum(graphs.values())
    both = f"SELECT (COUNT(*) AS ?n) FROM NAMED <{one}> WHERE {{ {{ ?s ?p ?o }} UNION {{ GRAPH ?g {{ ?s ?p ?o }} }} }}"
    assert int(ask(settings, both, bindings="csv").split()[1]) == graphs[one]


@pytest.mark.parametrize(
    ("error", "query"),
    [
        (MalformedQuery, "SELECT * WHERE {\n ?s ?p }"),
        (MalformedQuery, "SELECT * " + "{" * 501 + "}" * 501),
        (QueryRefused, "SELECT * WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"),
        (QueryRefused, "DELETE WHERE { ?s ?p ?o }"),
    ],
)
def test_the_engine_never_sees_what_is_refused(faulty, error, query):
    raises(error, faulty, query)
    assert query not in faulty.asked


def test_a_form_that_nobody_takes_is_told_before_the_engine_is_asked(faulty):
    raises(NotAcceptable, faulty, bindings=None)
    assert TINY not in faulty.asked


def test_a_syntax_error_has_its_place(settings):
    with pytest.raises(MalformedQuery) as found:
        ask(settings, "SELECT * WHERE {\n ?s ?p }")
    assert found.value.line == 2


@pytest.mark.parametrize(("query", "kept"), [(TINY, 20), (TINY, -1), (MANY, 200_000), (MANY, -2)])
def test_a_result_that_is_cut_never_passes_as_whole(faulty, query, kept):
    faulty.fault = of_queries(lambda sent: replace(sent, body=sent.body[:kept]))
    for suffix in ("srj", "csv"):
        raises(EngineFailed, faulty, query, bindings=suffix)


@pytest.mark.parametrize(
    "query", ["CONSTRUCT WHERE { ?s a ?c }", "CONSTRUCT { ?a ?b ?f } WHERE { ?a ?b ?c . ?d ?e ?f }"]
)
def test_a_graph_with_an_error_in_it_never_passes_as_whole(faulty, query):
    faulty.fault = of_queries(
        lambda sent: replace(sent, body=sent.body[:200_000] + b"The operation has been cancelled")
    )
    raises(EngineFailed, faulty, query + " LIMIT 2000")


@pytest.mark.parametrize("query", [TINY, MANY])
def test_a_connection_that_breaks_off_is_an_error(faulty, query):
    faulty.fault = of_queries(lambda sent: replace(sent, body=sent.body[: len(sent.body) // 2], breaks_off=True))
    raises(EngineAway, faulty, query)


def test_a_result_that_its_engine_calls_partial_is_an_error(faulty):
    faulty.fault = of_queries(lambda sent: replace(sent, headers={"X-SQL-State": "S1TAT"}))
    raises(EngineFailed, faulty)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, BadRequest),
        (401, EngineFailed),
        (403, EngineFailed),
        (404, EngineFailed),
        (429, EngineBusy),
        (500, BadRequest),
        (501, BadRequest),
        (502, EngineAway),
        (503, EngineBusy),
        (504, EngineAway),
    ],
)
def test_what_an_engine_refuses_is_told_and_what_fails_inside_it_is_not(faulty, caplog, status, error):
    faulty.fault = of_queries(lambda sent: replace(sent, status=status, body=b"it is so"))
    told = raises(error, faulty)
    assert ("it is so" in str(told)) == (status == 400)
    assert ("it is so" in caplog.text) == (error in (BadRequest, EngineFailed))


def test_something_that_is_no_result_is_an_error(faulty):
    faulty.fault = of_queries(lambda sent: Sent(200, "text/html", b"<html>Please log in</html>"))
    raises(EngineFailed, faulty)
    raises(EngineFailed, faulty, "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1")
    raises(EngineFailed, faulty, "ASK {}")


def test_solutions_of_the_variable_of_virtuoso_are_the_truth_of_ask(faulty):
    row = b'{"head":{"vars":["__ASK_RETVAL"]},"results":{"bindings":[%s]}}'
    one = (
        b'{"__ASK_RETVAL":{"type":"typed-literal","datatype":"http://www.w3.org/2001/XMLSchema#integer","value":"%d"}}'
    )
    for bindings, truth in ((one % 1, b"true"), (one % 0, b"false"), (b"", b"false")):
        faulty.fault = of_queries(lambda sent, bindings=bindings: replace(sent, body=row % bindings))
        assert truth in ask(Settings(store=faulty.store), "ASK {}")


def test_an_engine_that_drops_the_question_is_asked_again(faulty):
    dropped = []

    def drop_once(sent: Sent) -> Sent | None:
        dropped.append(sent)
        return None if len(dropped) == 1 else sent

    faulty.fault = of_queries(drop_once)
    assert b"book" in ask(Settings(store=faulty.store), TINY)
    assert len(dropped) == 2


@pytest.mark.parametrize("slow", [TINY, MANY])
def test_a_slow_engine_costs_its_asker_the_time_limit(faulty, slow):
    def wait(sent: Sent) -> Sent:
        time.sleep(3)
        return sent

    faulty.fault = of_queries(wait)
    started = time.monotonic()
    raises(TimeLimitReached, faulty, slow, time_limit_ms=200)
    assert time.monotonic() - started < 2.5


def test_the_time_limit_holds_in_the_course_of_a_result(settings):
    started = time.monotonic()
    with pytest.raises(TimeLimitReached):
        ask(settings, PRODUCT, time_limit_ms=300)
    assert time.monotonic() - started < 2


def test_a_result_that_is_too_long_is_an_error(oxigraph):
    with pytest.raises(ResultLimitReached):
        ask(Settings(query_result_limit_bytes=100_000, **oxigraph.settings), PRODUCT)
    with pytest.raises(ResultLimitReached):
        ask(Settings(query_result_limit_bytes=2_000, **oxigraph.settings), PRODUCT + " LIMIT 100")


def test_whoever_no_longer_wants_the_rest_frees_the_connection(oxigraph):
    async def leave(evaluator) -> bytes:
        for _ in range(5):
            answer = await evaluator.evaluate(QueryRequest(PRODUCT))
            await anext(answer.body)
            await answer.body.aclose()
        return await collected(await evaluator.evaluate(QueryRequest(TINY)))

    assert b"book" in with_evaluator(Settings(store_connections=1, **oxigraph.settings), leave)


def test_one_client_leaves_connections_to_others(faulty):
    def wait(sent: Sent) -> Sent:
        if len(sent.body) > 1_000:
            time.sleep(2)
        return sent

    faulty.fault = of_queries(wait)

    async def both(evaluator) -> float:
        slow = [asyncio.create_task(evaluator.evaluate(QueryRequest(PRODUCT + " LIMIT 90"), "one")) for _ in range(2)]
        await asyncio.sleep(0.1)
        started = time.monotonic()
        await collected(await evaluator.evaluate(QueryRequest(TINY), "other"))
        seconds = time.monotonic() - started
        for each in await asyncio.gather(*slow):
            await each.body.aclose()
        return seconds

    assert with_evaluator(Settings(store=faulty.store, store_connections=2), both) < 1.5


def test_a_full_queue_is_told(settings):
    async def crowd(evaluator) -> list[object]:
        asked = [evaluator.evaluate(QueryRequest(PRODUCT, time_limit_ms=300)) for _ in range(3)]
        found = await asyncio.gather(*asked, return_exceptions=True)
        for each in found:
            if not isinstance(each, BaseException):
                await each.body.aclose()
        return found

    one = Settings(store=settings.store, store_connections=1, query_queue_limit=1)
    assert any(isinstance(each, Overloaded) for each in with_evaluator(one, crowd))


def test_a_version_that_goes_in_the_course_of_a_result_takes_the_result_along(faulty):
    present = [True, True]  # for whoever reads the marker first, and for one look

    def vanish(query: str, sent: Sent) -> Sent:
        if MARKER.value not in query or (present and present.pop()):
            return sent
        return replace(sent, body=b'{"head":{"vars":["id","token"]},"results":{"bindings":[]}}')

    async def twice(evaluator) -> None:
        await collected(await evaluator.evaluate(QueryRequest(TINY)))
        with pytest.raises(EngineLoading):
            await collected(await evaluator.evaluate(QueryRequest(TINY)))
        assert evaluator.health() == {"engine": "loading"}

    faulty.fault = vanish
    with_evaluator(Settings(store=faulty.store), twice)


def test_the_same_version_loaded_anew_takes_a_result_along_and_no_other(faulty):
    tokens = iter([b"1", b"2"])
    token = marker_of(Settings(store=faulty.store)).token.encode()

    def renewed(query: str, sent: Sent) -> Sent:
        if MARKER.value not in query:
            return sent
        return replace(sent, body=sent.body.replace(token, next(tokens, b"2")))

    async def thrice(evaluator) -> bytes:
        with pytest.raises(EngineLoading):
            await collected(await evaluator.evaluate(QueryRequest(TINY)))
        assert evaluator.health() == {"engine": "ok"}
        return await collected(await evaluator.evaluate(QueryRequest(TINY)))

    faulty.fault = renewed
    assert b"book" in with_evaluator(Settings(store=faulty.store), thrice)


@pytest.mark.parametrize("change", [{"breaks_off": True}, {"headers": {"Content-Encoding": "gzip"}}])
@pytest.mark.parametrize("spoilt", ["the result", "the look after it"])
def test_a_result_is_whole_only_when_everything_about_it_is(faulty, change, spoilt):
    def spoil(query: str, sent: Sent) -> Sent:
        return replace(sent, **change) if (MARKER.value in query) == (spoilt == "the look after it") else sent

    async def asked(evaluator) -> None:
        faulty.fault = spoil
        with pytest.raises((EngineAway, EngineFailed)):
            await collected(await evaluator.evaluate(QueryRequest(TINY)))

    with_evaluator(Settings(store=faulty.store), asked)


@pytest.mark.parametrize(
    ("change", "state", "error"),
    [
        (lambda sent: replace(sent, status=500), "away", EngineAway),
        (lambda sent: replace(sent, body=sent.body[:9]), "away", EngineAway),
        (lambda sent: replace(sent, breaks_off=True), "away", EngineAway),
        (lambda sent: replace(sent, headers={"Content-Encoding": "gzip"}), "away", EngineAway),
        (
            lambda sent: replace(sent, body=sent.body.replace(b'"value":"', b'"value":"x')),
            "other-version",
            EngineLoading,
        ),
    ],
)
def test_what_the_engine_is_good_for_is_looked_at_again_and_again(faulty, change, state, error):
    async def waited(evaluator, wanted: str) -> None:
        async with asyncio.timeout(5):
            while evaluator.health()["engine"] != wanted:
                await asyncio.sleep(0.01)

    async def watched(evaluator) -> None:
        await evaluator.start()
        faulty.fault = lambda query, sent: change(sent) if MARKER.value in query else sent
        await waited(evaluator, state)
        with pytest.raises(error):
            await evaluator.evaluate(QueryRequest(TINY))
        faulty.fault = lambda query, sent: sent
        await waited(evaluator, "ok")
        assert b"book" in await collected(await evaluator.evaluate(QueryRequest(TINY)))

    with_evaluator(Settings(store=faulty.store, store_poll_ms=50), watched)
