"""The query of an ``sh:sparql`` constraint: what SHACL forbids in it, and whether it may be asked of many nodes.

SHACL binds ``$this`` beforehand, in every group of the query (5.2.1). Asked with ``$this`` left free, a query gives the
same solutions where each group that uses it also binds it by a pattern of its own, or sees it from outside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from sotegraph.sparql.substitution import TOKEN, write_values

_THIS = "this"
_PREBOUND = frozenset({"this", "currentShape", "shapesGraph", "PATH"})
_FORBIDDEN = ("MINUS", "VALUES", "SERVICE")
_AGGREGATES = frozenset(["COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"])
_ENDS_CLAUSE = frozenset({"WHERE", "FROM"})
_TERMS = frozenset({"variable", "name", "opaque"})
_END_SUBJECT, _BEGIN_OBJECT = frozenset("])>;[|"), frozenset("[(<_+-0123456789")
_FRACTION = re.compile(r"[?$]\w+\s*\.\d")
"""A variable before a number that begins with the point, which otherwise ends a triple."""
_FICKLE = frozenset(["NOW", "RAND", "UUID", "STRUUID"])
_MARK = NamedNode("urn:x-sotegraph:this")


@dataclass
class _Token:
    kind: str
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        return self.text.upper() if self.kind == "word" else ""

    @property
    def variable(self) -> str:
        return self.text[1:] if self.kind == "variable" else ""


@dataclass
class _Group:
    """What stands between two braces; *opener* is the word before it."""

    opener: str
    start: int
    subquery: bool = False
    tokens: list[_Token] = field(default_factory=list)
    inner: list[_Group] = field(default_factory=list)

    def all_tokens(self) -> Iterator[_Token]:
        """The tokens of this group and of those in it."""
        yield from self.tokens
        for each in self.inner:
            yield from each.all_tokens()

    @cached_property
    def mentions_this(self) -> bool:
        return any(each.variable == _THIS for each in self.all_tokens())

    @cached_property
    def binds_this(self) -> bool:
        """Whether a pattern of this very group has the variable: not an expression, and not a group within."""
        depth, head = 0, self.subquery
        for each in self.tokens:
            depth += {"(": 1, ")": -1}.get(each.text, 0)
            if each.word in ("GROUP", "ORDER", "HAVING", "SELECT"):
                head = True
            elif each.word in _ENDS_CLAUSE:
                head = False
            if each.variable == _THIS and not depth and not head:
                return True
        return False

    @property
    def aggregates(self) -> bool:
        words = {each.word for each in self.tokens} | {each.text.upper() for each in self.tokens}
        return bool(words & _AGGREGATES) or self.says("GROUP", "BY")

    def says(self, *words: str) -> bool:
        """Whether these words follow each other."""
        said = [each.word for each in self.tokens]
        return any(said[place : place + len(words)] == list(words) for place in range(len(said)))

    def clause(self, first: str) -> list[str]:
        """The variables of the clause that begins with the word *first*, outside of brackets."""
        found, depth, inside = [], 0, False
        for each in self.tokens:
            depth += {"(": 1, ")": -1}.get(each.text, 0)
            if each.word == first:
                inside = True
            elif inside and each.word in (*_ENDS_CLAUSE, "HAVING", "ORDER", "LIMIT", "OFFSET"):
                break
            elif inside and not depth and (each.variable or each.text == "*"):
                found.append(each.variable or "*")
        return found


class ConstraintQuery:
    """A query with the prefixes and the path of its shape in it."""

    def __init__(self, select: str, prefixes: str, path: str | None, shape: object) -> None:
        self.text = prefixes + _with_path(select, path)
        if "currentShape" in select and isinstance(shape, NamedNode):
            self.text = write_values(self.text, {"currentShape": shape})
        self._whole = _groups(self.text)
        self.refusal = _refusal(select)

    @cached_property
    def iris(self) -> frozenset[NamedNode]:
        """The IRIs that the query names, those of its prefixes resolved; none that is relative or has an escape."""
        tokens = _tokens(self.text)
        prefixes = {
            name.text: iri.text[1:-1]
            for word, name, iri in zip(tokens, tokens[1:], tokens[2:], strict=False)
            if word.word == "PREFIX"
        }
        found = {each.text[1:-1] for each in tokens if each.text.startswith("<") and len(each.text) > 2}
        for each in tokens:
            prefix, colon, local = each.text.partition(":")
            if each.kind == "name" and prefix + colon in prefixes and local:
                found.add(prefixes[prefix + colon] + local)
        return frozenset(NamedNode(iri) for iri in found if ":" in iri and "\\" not in iri)

    @cached_property
    def is_bounded(self) -> bool:
        """Whether only triples whose predicate the query names have a part in its solutions, and no clock or chance.

        It is not where a variable may stand for a predicate, where a path leaves one out or may have no step at all, or
        where an IRI is written otherwise than it is: relative to a base, or with an escape.
        """
        tokens = _tokens(self.text)
        if any(each.word == "BASE" or ("\\" in each.text and each.text[0] not in "\"'") for each in tokens):
            return False
        around = zip([None, *tokens], tokens, [*tokens[1:], None], strict=False)
        if _FRACTION.search(self.text):
            return False
        return not any(_may_be_any(before, each, after) for before, each, after in around)

    @cached_property
    def is_setwise(self) -> bool:
        """Whether the query may be asked with ``$this`` free: of all focus nodes at once."""
        top = next((each for each in self._whole.inner if not each.subquery), None)
        if top is None or len(self._whole.inner) != 1 or top.opener not in ("WHERE", ""):
            return False
        if any(self._whole.says(word) for word in ("LIMIT", "OFFSET")):
            return False
        if self._whole.aggregates and _THIS not in self._whole.clause("GROUP"):
            return False
        selected = self._whole.clause("SELECT")
        return (_THIS in selected or "*" in selected) and all(_sees_this(each, top=True) for each in top.inner)

    def of_pattern(self, pattern: str) -> str:
        """The query with *pattern*, which binds ``?this``, ahead of its body."""
        start = self._whole.inner[0].start + 1
        return f"{self.text[:start]} {pattern} {self.text[start:]}"

    @cached_property
    def _marked(self) -> str:
        return write_values(self.text, {_THIS: _MARK})

    def of_node(self, node: NamedNode | Literal) -> str:
        """The query with *node* in the place of ``$this``, in every group."""
        return self._marked.replace(str(_MARK), str(node))


def _may_be_any(before: _Token | None, token: _Token, after: _Token | None) -> bool:
    """Whether *token* may let a query read triples whose predicate it does not name, or give another answer each time.

    A variable for a predicate has its subject before it, or what ends one, and its object behind it.
    """
    if token.word in _FICKLE or token.text == "*":
        return True
    if token.text in ("!", "?"):
        return token.text == "?" or after is None or (after.word in ("", "A") and after.text != "=")
    if not token.variable or before is None or after is None:
        return False
    has_subject = before.kind in _TERMS or before.text in _END_SUBJECT
    has_object = after.kind in _TERMS or after.text in _BEGIN_OBJECT or after.word in ("TRUE", "FALSE")
    return has_subject and has_object


def _with_path(select: str, path: str | None) -> str:
    if path is None:
        return select
    pieces, end = [], 0
    for match in TOKEN.finditer(select):
        if match.lastgroup == "variable" and match[0][1:] == "PATH":
            pieces += [select[end : match.start()], f"({path})" if "/" in path or "|" in path else path]
            end = match.end()
    return "".join((*pieces, select[end:]))


def _tokens(text: str) -> list[_Token]:
    found = (_Token(str(each.lastgroup), each[0], each.start(), each.end()) for each in TOKEN.finditer(text))
    return [each for each in found if each.kind != "space" and not each.text.startswith("#")]


def _groups(text: str) -> _Group:
    """The text as one group of groups."""
    whole = _Group("", 0)
    open_ = [whole]
    tokens = _tokens(text)
    for place, token in enumerate(tokens):
        if token.text == "{":
            before = tokens[place - 1].word if place else ""
            after = tokens[place + 1].word if place + 1 < len(tokens) else ""
            group = _Group(before, token.start, subquery=after == "SELECT")
            open_[-1].inner.append(group)
            open_.append(group)
        elif token.text == "}" and len(open_) > 1:
            open_.pop()
        else:
            open_[-1].tokens.append(token)
    return whole


def _sees_this(group: _Group, *, top: bool) -> bool:
    """Whether *group* has the same solutions with ``$this`` free, joined with what stands around it."""
    if not group.mentions_this:
        return True
    if group.opener == "EXISTS":
        # SPARQL 1.1 18.6: substitute() puts the value in, at any depth; what it does to a subquery is not settled.
        return not any(each.word == "SELECT" for each in group.all_tokens())
    if group.opener == "OPTIONAL":
        # The filters of an OPTIONAL see what stands before it; an assignment in it does not.
        return top and not any(each.word == "BIND" for each in group.tokens) and _inner_see(group)
    if group.subquery:
        return _subquery_sees(group)
    return group.binds_this and _inner_see(group)


def _inner_see(group: _Group) -> bool:
    return all(_sees_this(each, top=False) for each in group.inner)


def _subquery_sees(group: _Group) -> bool:
    if _THIS not in group.clause("SELECT") or any(group.says(word) for word in ("LIMIT", "OFFSET")):
        return False
    if group.aggregates and _THIS not in group.clause("GROUP"):
        return False
    return all(each.binds_this and _inner_see(each) for each in group.inner if each.opener in ("WHERE", ""))


def _refusal(select: str) -> str | None:
    """What SHACL 5.2.1 forbids where values are bound beforehand, if *select* has it."""
    tokens = _tokens(select)
    words = [each.word for each in tokens]
    for word in _FORBIDDEN:
        if word in words:
            return f"{word} may not stand in a query with values bound beforehand"
    for place, each in enumerate(tokens[:-1]):
        if each.word == "AS" and tokens[place + 1].variable in _PREBOUND:
            return f"?{tokens[place + 1].variable} is bound beforehand and may not be assigned"
    if any(each.variable == "shapesGraph" for each in tokens):
        return "$shapesGraph is not bound here"
    return _subquery_refusal(_groups(select).inner)


def _subquery_refusal(groups: Sequence[_Group]) -> str | None:
    for group in groups:
        selected = group.clause("SELECT")
        by_all = "*" in selected and any(each.binds_this for each in group.inner)
        if group.subquery and _THIS not in selected and not by_all:
            return "a subquery does not select $this, which is bound beforehand"
        found = _subquery_refusal(group.inner)
        if found:
            return found
    return None
