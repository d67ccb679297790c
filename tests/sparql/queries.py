"""Queries made by chance: every form of pattern, expression and path, nested in each other as deep as it gets."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.sparql.data import EX

VARIABLES = [f"?{name}" for name in "abcdef"]
TERMS = [*VARIABLES, f"<{EX}says>", f"<{EX}1>", '"text 1"', '"x"@en', "1", "1.5e0", "true", "'a\\u00e4\\n'"]
FUNCTIONS = ["STR", "LANG", "DATATYPE", "STRLEN", "UCASE", "ISIRI", "ISBLANK", "ABS", "CEIL", "MD5", "YEAR", "BOUND"]
OPERATORS = ["+", "-", "*", "/", "=", "!=", "<", ">=", "&&", "||"]
AROUND_PATTERNS = [
    "{{ {0} }}",
    "OPTIONAL {{ {0} }}",
    "{{ {0} }} UNION {{ ?a ?b ?c }}",
    "{{ }} MINUS {{ {0} }}",
    "GRAPH ?g {{ {0} }}",
    "FILTER EXISTS {{ {0} }}",
    "FILTER NOT EXISTS {{ {0} }}",
    "{{ SELECT * {{ {0} }} LIMIT 3 }}",
    "{{ SELECT ?a (COUNT(*) AS ?n) {{ {0} }} GROUP BY ?a HAVING(COUNT(*) > 0) }}",
    "{{ SELECT DISTINCT ?a {{ {0} }} ORDER BY DESC(?a) OFFSET 1 }}",
    "?a ?b ?c . {0}",
]
AROUND_EXPRESSIONS = ["({0})", "!({0})", "-({0})", "STR({0})", "IF({0}, 1, 2)", "COALESCE({0}, 1)", "({0} IN (1, {0}))"]
AROUND_PATHS = ["({0})", "({0})*", "({0})+", "({0})?", "^({0})", "({0})/({0})", "({0})|<a:a>"]
FORMS = [
    "SELECT * WHERE {{ {0} }}",
    "SELECT (COUNT(*) AS ?count) {{ {0} }}",
    "ASK {{ {0} }}",
    "CONSTRUCT {{ ?a ?b ?c }} WHERE {{ {0} }} LIMIT 9",
    "DESCRIBE ?a {{ {0} }} LIMIT 9",
    "SELECT * FROM <urn:a> FROM <urn:b> {{ {0} }}",
]


def nested(strategy: st.SearchStrategy[str], around: list[str], depth: int) -> st.SearchStrategy[str]:
    """What *strategy* makes, inside the templates *around* it, each of them up to *depth* times."""

    def wrap(inner: str, templates: list[tuple[str, int]]) -> str:
        for template, times in templates:
            for _ in range(times if template.count("{0}") == 1 else min(times, 3)):
                inner = template.format(inner)
        return inner

    layers = st.lists(st.tuples(st.sampled_from(around), st.integers(1, depth)), max_size=3)
    return st.builds(wrap, strategy, layers)


terms = st.sampled_from(TERMS)
expressions = nested(
    st.one_of(
        terms,
        st.builds("{}({})".format, st.sampled_from(FUNCTIONS), st.sampled_from(VARIABLES)),
        st.builds("({} {} {})".format, terms, st.sampled_from(OPERATORS), terms),
        st.builds("REGEX(STR({}), {})".format, terms, st.sampled_from(['"^(a+)+$"', '"["', '"text"'])),
    ),
    AROUND_EXPRESSIONS,
    60,
)
paths = nested(st.sampled_from([f"<{EX}says>", "!<a:a>", "a", "<a:a>|^<a:b>"]), AROUND_PATHS, 20)
patterns = nested(
    st.one_of(
        st.builds("{} {} {} .".format, terms, st.sampled_from([*VARIABLES, f"<{EX}says>"]), terms),
        st.builds("{} {} {} .".format, st.sampled_from(VARIABLES), paths, terms),
        st.builds("FILTER({})".format, expressions),
        st.builds("BIND({} AS ?new)".format, expressions),
        st.builds("VALUES ?a {{ {} }}".format, st.lists(st.sampled_from([*TERMS[6:11], "UNDEF"])).map(" ".join)),
    ),
    AROUND_PATTERNS,
    80,
)
groups = st.lists(patterns, max_size=3).map(" ".join)
queries = st.builds(lambda form, group: form.format(group), st.sampled_from(FORMS), groups)
"""Most of them are SPARQL, and a few run for ever."""


def cut(text: str, at: float, insert: str) -> str:
    """*text* with something in it that does not belong there."""
    place = int(len(text) * at)
    return text[:place] + insert + text[place:]


misplaced = st.text(max_size=5) | st.sampled_from(["{", "}", "(", '"', "<", "\\u", "#"])
damaged = st.builds(cut, queries, st.floats(0, 1), misplaced)
"""Most of these are not SPARQL any longer."""
