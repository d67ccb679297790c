"""Where rdflib's parser sees no call of another endpoint, pyoxigraph makes none.

The texts are made of what parsers cut differently: quotation marks, escapes, comments, ends of lines. What passes the
check is evaluated where no socket can be opened, and must not try to.
"""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad, Store

from sotegraph.errors import QueryRefused
from sotegraph.sparql.reading import read_dataset
from sotegraph.sparql.workers import _no_new_files, warm_up

CALL = "SERVICE <http://127.0.0.1:8123/> { ?x ?y ?z }"
MARKS = ['"', "'", "#", "\\", ">", "}"]
ESCAPES = [rf"\u{ord(mark):04x}" for mark in MARKS] + [r"\U00000022", r"\u000a", r"\u000D"]
BITS = st.sampled_from([*MARKS, *ESCAPES, r"\\", r"\"", r"\'", "\n", "\r", "\x0c", "\x85", "\u2028", "x"])
SOUP = st.lists(BITS, max_size=3).map("".join)
STRING = st.builds(lambda mark, text: mark + text + mark, st.sampled_from(['"', "'", '"""', "'''"]), SOUP)
COMMENT = st.builds(lambda text, end: f"#{text}{end}", SOUP, st.sampled_from(["\n", "\r", "\r\n"]))
FILTER = st.builds("FILTER({} != {})".format, STRING, STRING)
TRIPLE = st.builds("?s <http://e/{}> {} .".format, SOUP, STRING)
PART = st.lists(st.one_of(FILTER, TRIPLE, COMMENT), max_size=2).map(" ".join)
QUERY = st.builds("SELECT * {{ {} {} {}\n}}".format, PART, st.just(CALL), PART)

NODE = NamedNode("http://e/a")
STORE = Store()
STORE.add(Quad(NODE, NODE, NODE))


def calls(query: str) -> bool:
    """Whether pyoxigraph, given *query*, tries to open a socket."""
    with _no_new_files():
        try:
            list(STORE.query(query))  # type: ignore[call-overload]
        except OSError:
            return True
        except (SyntaxError, ValueError):
            return False
    return False


def test_a_call_would_be_noticed():
    assert calls(f"SELECT * {{ {CALL} }}")
    assert calls(f"SELECT * {{ # comment\r {CALL}\n}}")
    assert calls(f'SELECT * {{ {{ ?s ?p "\\u0022 # " }} UNION {{ {CALL}\n}} }}')


@settings(max_examples=300, deadline=None, derandomize=True)
@given(QUERY)
@example(f"SELECT * {{ # comment\r {CALL}\n}}")
@example(f'SELECT * {{ {{ ?s ?p "\\u0022 # " }} UNION {{ {CALL}\n}} }}')
def test_what_passes_the_check_calls_nobody(query):
    warm_up()
    try:
        read_dataset(query, None)
    except QueryRefused:
        return
    assert not calls(query)
