"""No query makes the server call another one: SERVICE and LOAD are refused, FROM names only graphs of the version.

A socket that really listens has to stay silent, whatever way of writing the call, and for both evaluators.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator

import pytest
from pyoxigraph import Store

from sotegraph.errors import BadRequest, MalformedQuery, QueryRefused
from sotegraph.sparql import reading
from sotegraph.sparql.workers import _no_new_files
from tests.sparql.asking import ask, rows


class Listener:
    """A server that notes who comes."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.socket.getsockname()[1]}/"
        self.visits = 0
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.visits += 1
            connection.close()

    def close(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self._thread.join(5)


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    listening = Listener()
    yield listening
    listening.close()


CALLS = {
    "plain": "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "lower case": "select * { service <URL> { ?s ?p ?o } }",
    "mixed case, no space": "SELECT*{sErViCe<URL>{?s ?p ?o}}",
    "silent": "SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } }",
    "ask": "ASK { SERVICE <URL> { ?s ?p ?o } }",
    "construct": "CONSTRUCT { ?s ?p ?o } { SERVICE <URL> { ?s ?p ?o } }",
    "describe": "DESCRIBE ?s { SERVICE <URL> { ?s ?p ?o } }",
    "variable": "SELECT * { VALUES ?x { <URL> } SERVICE ?x { ?s ?p ?o } }",
    "variable, silent": "SELECT * { BIND(<URL> AS ?x) SERVICE SILENT ?x { ?s ?p ?o } }",
    "prefixed": "PREFIX x: <URL> SELECT * { SERVICE x: { ?s ?p ?o } }",
    "relative": "BASE <URL> SELECT * { SERVICE <a> { ?s ?p ?o } }",
    "subquery": "SELECT * { { SELECT ?s { SERVICE <URL> { ?s ?p ?o } } } }",
    "exists": "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
    "not exists in an expression": "SELECT (!EXISTS { SERVICE <URL> { ?a ?b ?c } } AS ?x) { ?s ?p ?o }",
    "optional": "SELECT * { ?s ?p ?o OPTIONAL { SERVICE <URL> { ?s ?p ?x } } }",
    "union": "SELECT * { { ?s ?p ?o } UNION { SERVICE <URL> { ?s ?p ?o } } }",
    "minus": "SELECT * { ?s ?p ?o MINUS { SERVICE <URL> { ?s ?p ?o } } }",
    "graph": "SELECT * { GRAPH ?g { SERVICE <URL> { ?s ?p ?o } } }",
    "order by": "SELECT * { ?s ?p ?o } ORDER BY (EXISTS { SERVICE <URL> { ?s ?p ?o } })",
    "having": "SELECT ?s { ?s ?p ?o } GROUP BY ?s HAVING (EXISTS { SERVICE <URL> { ?s ?p ?o } })",
    "bind": "SELECT * { BIND(EXISTS { SERVICE <URL> { ?s ?p ?o } } AS ?x) }",
    "codepoint escape": r"SELECT * { SERV\u0049CE <URL> { ?s ?p ?o } }",
    "long codepoint escape": r"SELECT * { S\U00000045RVICE <URL> { ?s ?p ?o } }",
    "wholly escaped": r"SELECT * { \u0053\u0045\u0052\u0056\u0049\u0043\u0045 <URL> { ?s ?p ?o } }",
    "after a comment ended by a carriage return": "SELECT * { # comment\r SERVICE <URL> { ?s ?p ?o }\n}",
    "behind a string that an escape ends": 'SELECT * { { ?s ?p "\\u0022 # " } UNION {SERVICE <URL> {?s ?p ?o}\n} }',
    "behind an escaped quotation mark": 'SELECT * { FILTER("\\u0022 # " != "") SERVICE <URL> { ?s ?p ?o }\n}',
    "behind an escaped apostrophe": "SELECT * { FILTER('\\u0027 # ' != '') SERVICE <URL> { ?s ?p ?o }\n}",
    "behind an escaped backslash": 'SELECT * { FILTER("\\u005C" != "") SERVICE <URL> { ?s ?p ?o } FILTER(1 = 1) # "\n}',
    "behind an escaped end of line": 'SELECT * { # \\u000A " \n SERVICE <URL> { ?s ?p ?o } # "\n}',
    "behind an escaped bracket": "SELECT * { ?s <a:\\u003E#> ?o . SERVICE <URL> { ?s ?p ?o }\n}",
    "behind a long string": "SELECT * { FILTER('''it's # '' ''' != '') SERVICE <URL> { ?s ?p ?o }\n}",
    "behind two backslashes": 'SELECT * { FILTER("\\\\" != "") SERVICE <URL> { ?s ?p ?o } FILTER(1 = 1) # "\n}',
    "new syntax": "SELECT * { ?s ?p ?o LATERAL { SERVICE <URL> { ?s ?p ?o } } }",
    "triple term": "SELECT * { BIND(<<( <a:> <a:> <a:> )>> AS ?t) SERVICE <URL> { ?s ?p ?o } }",
    "load": "LOAD <URL>",
    "load, silent": "LOAD SILENT <URL> INTO GRAPH <a:g>",
    "insert from a service": "INSERT { ?s ?p ?o } WHERE { SERVICE <URL> { ?s ?p ?o } }",
}


@pytest.mark.parametrize("call", CALLS)
def test_a_call_is_refused_and_nobody_is_called(evaluator, listener, call):
    before = listener.visits
    with pytest.raises((QueryRefused, MalformedQuery)):
        ask(evaluator, CALLS[call].replace("URL", listener.address))
    assert listener.visits == before


def test_the_listener_would_have_noticed(listener):
    before = listener.visits
    with pytest.raises(OSError):
        list(Store().query(CALLS["plain"].replace("URL", listener.address)))
    assert listener.visits > before


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM <URL> { ?s ?p ?o }",
        "SELECT * FROM <URL> FROM <URLa> { ?s ?p ?o }",
        "SELECT * FROM NAMED <URL> { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * { GRAPH <URL> { ?s ?p ?o } }",
    ],
)
def test_a_graph_is_never_fetched(evaluator, listener, query):
    before = listener.visits
    assert rows(evaluator, query.replace("URL", listener.address)) == []
    assert rows(evaluator, "SELECT * { ?s ?p ?o }", default_graphs=(listener.address,)) == []
    assert listener.visits == before


@pytest.mark.parametrize(
    "query",
    [
        'ASK { FILTER("service <http://x/> {}" != "") }',
        "ASK { FILTER('''\n service ''' != '') }",
        "ASK { OPTIONAL { ?service ?p ?o } }",
        "ASK { OPTIONAL { ?s <http://example.org/service> ?o } }",
        "PREFIX service: <urn:x> ASK { OPTIONAL { ?s service:service ?o } }",
        "ASK {} # calls no service",
        r'ASK { FILTER("a \"service\" \u00e4" != "") }',
    ],
)
def test_the_word_alone_is_no_call(evaluator, query):
    assert b"true" in ask(evaluator, query, boolean="srj")


def test_what_cannot_be_checked_is_refused_with_the_reason(evaluator):
    with pytest.raises(QueryRefused, match=r"SERVICE.*line 1"):
        ask(evaluator, "ASK { ?s ?p ?o LATERAL { ?s ?p ?o } } # service")


def test_an_update_is_refused_as_such(evaluator):
    for update in ("INSERT DATA { <a:a> <a:a> <a:a> }", "CLEAR ALL", "drop graph <a:g>", "DELETE WHERE { ?s ?p ?o }"):
        with pytest.raises(QueryRefused, match="only reads"):
            ask(evaluator, update)


def test_behind_the_first_wall_a_worker_can_open_no_socket(listener):
    """The second wall alone: pyoxigraph is given the call itself."""
    before = listener.visits
    child = os.fork()
    if not child:
        reading.read_dataset("ASK {}", None)
        with _no_new_files():
            try:
                list(Store().query(CALLS["plain"].replace("URL", listener.address)))
            except OSError as error:
                os._exit(0 if "Too many open files" in str(error) else 2)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert listener.visits == before


def test_the_refusals_are_wrong_requests():
    assert issubclass(QueryRefused, BadRequest)
