"""Values for the variables of a query: how they travel to a worker, and how they enter a text.

Each group that speaks of a variable begins with ``VALUES``, which no value can break out of: it is a term, written by
the serializer of terms, at a place found in the tokens of the query. So every engine answers alike, this one and those
that take only a text. pyoxigraph's own substitutions would not do: it takes ``BOUND(?x)`` for false before it
substitutes, and answers without a word about that (measured with 0.5.13).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from sotegraph.errors import QueryRefused
from sotegraph.sparql.nesting import OPAQUE

Value = NamedNode | Literal
_MODIFIERS = ("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")
TOKEN = re.compile(
    rf"(?P<opaque>{OPAQUE.pattern})|(?P<variable>[?$]\w+)"
    r"|(?P<name>(?:[^\W\d_][\w.-]*)?:[\w.:%\\-]*|@[A-Za-z-]+)|(?P<word>[^\W\d_]+)"
    r"|(?P<annotation>\{\||\|\})|(?P<sign>[{}()*])|(?P<space>\s+)|(?P<other>.)",
    re.DOTALL,
)


def to_json(value: Value) -> dict[str, str]:
    """Return *value* as SPARQL 1.1 Query Results JSON writes a term (section 3.2.2)."""
    if isinstance(value, NamedNode):
        return {"type": "uri", "value": value.value}
    if value.language:
        return {"type": "literal", "value": value.value, "xml:lang": value.language}
    return {"type": "literal", "value": value.value, "datatype": value.datatype.value}


def from_json(written: Mapping[str, str]) -> Value:
    """Read what :func:`to_json` wrote.

    >>> values = NamedNode("urn:x"), Literal("a", language="fi"), Literal(1)
    >>> all(from_json(to_json(value)) == value for value in values)
    True
    """
    if written["type"] == "uri":
        return NamedNode(written["value"])
    if "xml:lang" in written:
        return Literal(written["value"], language=written["xml:lang"])
    return Literal(written["value"], datatype=NamedNode(written["datatype"]))


def write_values(text: str, values: Mapping[str, Value]) -> str:
    """Return the query *text* with *values* for its variables in it.

    Every group in whose scope a variable is, and that speaks of it, begins with its value. A subquery that does not
    select the variable has another one of the same name. A ``DESCRIBE`` without a group gets one. Raises QueryRefused
    for ``CONSTRUCT WHERE``, which has no room for values.

    >>> write_values("SELECT ?s { ?s ?p ?o OPTIONAL { ?s a ?t } { ?o ?p 1 } }", {"s": NamedNode("urn:x")})
    'SELECT ?s { VALUES ?s { <urn:x> } ?s ?p ?o OPTIONAL { VALUES ?s { <urn:x> } ?s a ?t } { ?o ?p 1 } }'
    >>> write_values("DESCRIBE ?s LIMIT 1", {"s": NamedNode("urn:x")})
    'DESCRIBE ?s WHERE { VALUES ?s { <urn:x> } } LIMIT 1'
    """
    return "".join(_Writing(text, values).pieces()) if values else text


@dataclass
class _Token:
    kind: str
    text: str
    mentions: set[str] = field(default_factory=set)
    """Of an opening brace: the variables that stand between it and its end."""

    @property
    def keyword(self) -> str:
        return self.text.upper() if self.kind == "word" else ""


class _Writing:
    def __init__(self, text: str, values: Mapping[str, Value]) -> None:
        self.values = values
        self.tokens = [_Token(str(each.lastgroup), each[0]) for each in TOKEN.finditer(text)]
        self.significant = [
            place for place, each in enumerate(self.tokens) if each.kind != "space" and not each.text.startswith("#")
        ]
        self._note_mentions()

    def _note_mentions(self) -> None:
        open_: list[_Token] = []
        for token in self.tokens:
            if token.text == "{":
                open_.append(token)
            elif token.text == "}" and open_:
                open_.pop()
            elif token.kind == "variable":
                for brace in open_:
                    brace.mentions.add(token.text[1:])

    def pieces(self) -> Iterator[str]:
        """The text, piece by piece, with the values."""
        scopes = [frozenset(self.values)]
        depths: list[bool] = []  # of each open brace: whether its end ends the scope of a subquery
        places = {place: number for number, place in enumerate(self.significant)}
        no_group, selecting = False, False
        without_group = self._end_of_bare_describe()
        for place, token in enumerate(self.tokens):
            yield token.text
            if place == without_group:
                yield " WHERE {" + "".join(self._written(token, scopes[-1], whole=True)) + " }"
            if token.keyword in ("VALUES", "CONSTRUCT"):
                following = self._after(places[place])
                if token.keyword == "CONSTRUCT" and following.text != "{":
                    raise QueryRefused("CONSTRUCT WHERE takes no values. Write the template out before WHERE.")
                no_group = True
            elif token.keyword == "SELECT" and depths:
                scopes.append(self._selected(places[place], scopes[-1]))
                selecting = True
            elif token.text == "{":
                subquery = self._after(places[place]).keyword == "SELECT"
                if not no_group and not subquery:
                    yield from self._written(token, scopes[-1], whole=not depths)
                depths.append(selecting)
                no_group = selecting = False
            elif token.text == "}" and depths and depths.pop():
                scopes.pop()

    def _end_of_bare_describe(self) -> int | None:
        """The place of the last token before the missing WHERE of a DESCRIBE that has none (SPARQL 1.1 grammar 11)."""
        keywords = [self.tokens[place].keyword for place in self.significant]
        if "DESCRIBE" not in keywords:
            return None
        end = begin = keywords.index("DESCRIBE")
        for number, place in enumerate(self.significant[begin:], start=begin):
            if self.tokens[place].text == "{":
                return None
            if self.tokens[place].keyword in _MODIFIERS:
                break
            end = number
        return self.significant[end]

    def _after(self, number: int) -> _Token:
        following = self.significant[number + 1 : number + 2]
        return self.tokens[following[0]] if following else _Token("space", "")

    def _selected(self, number: int, scope: frozenset[str]) -> frozenset[str]:
        """What of *scope* the SELECT clause that follows lets into its subquery."""
        selected, depth = set(), 0
        for place in self.significant[number + 1 :]:
            token = self.tokens[place]
            if token.text == "{" or token.keyword in ("WHERE", "FROM"):
                break
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            if token.text == "*" and not depth:
                return scope
            if token.kind == "variable" and not depth:
                selected.add(token.text[1:])
        return scope & selected

    def _written(self, brace: _Token, scope: frozenset[str], *, whole: bool) -> Iterator[str]:
        for name, value in self.values.items():
            if name in scope and (whole or name in brace.mentions):
                # The text of a term is its N-Triples form, which SPARQL reads as the same term.
                yield f" VALUES ?{name} {{ {value} }}"


def variables_in(text: str) -> frozenset[str]:
    """Return the variables that the query *text* speaks of.

    >>> sorted(variables_in("SELECT ?s { ?s <urn:?p> '?o' . # ?c"))
    ['s']
    """
    return frozenset(each[0][1:] for each in TOKEN.finditer(text) if each.lastgroup == "variable")


def names_assigned(text: str) -> frozenset[str]:
    """Return the variables to which the query *text* gives a value by ``AS``.

    >>> sorted(names_assigned("SELECT (COUNT(*) AS ?n) { BIND(1 AS ?x) ?s ?p 'AS ?y' }"))
    ['n', 'x']
    """
    found = re.findall(r"\bas\s*[?$](\w+)", OPAQUE.sub(" ", text), re.IGNORECASE)
    return frozenset(found)
