"""What cannot be judged without the published graph: results that only say that something is not known of a thing.

Beside data alone, a link to something published leads to a node of which nothing is said. That it lacks a class or a
code list is then no defect of the data, but a question that nobody has answered.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import replace
from typing import Any

from pyoxigraph import NamedNode, Store, Triple

from sotegraph.terms import PREFIXES
from sotegraph.validation.report import INFO, Result, describe

_LOOKING = frozenset(("Class", "Node", "Property", "Not", "And", "Or", "Xone", "SPARQL"))
"""The components that look at what is said of a value, and not only at the value itself."""
_WANTING = frozenset(("MinCount", "QualifiedMinCount", "HasValue"))
"""The components that miss something, which may be there where nobody looked."""
_COMPONENT = re.compile(re.escape(PREFIXES["sh"]) + r"(\w+)ConstraintComponent")
_PREDICATES = re.compile(r"<([^<>]*)>")


class Alone:
    """The triples *sent*, and those *beside* them, without the published graph.

    What shapes among *always* find stands: they look for what may never be sent, in the addresses of things too.
    """

    def __init__(self, sent: Iterable[Triple], beside: Store, always: Container[Any] = ()) -> None:
        self.described, self.beside, self.always = describe(sent), beside, always

    def marked(self, result: Result) -> Result:
        """*result*, as information where only the published graph could tell whether it holds."""
        return replace(result, severity=INFO, is_unanswered=True) if self._is_unanswered(result) else result

    def _is_unanswered(self, result: Result) -> bool:
        if result.source_shape in self.always:
            return False
        match = _COMPONENT.fullmatch(result.component.value)
        component = match[1] if match else ""
        if result.value is not None:
            # Whether something links back is said of that thing, and not of the focus node.
            looks = component in _LOOKING or (component == "Equals" and "^" in (result.path or ""))
            return looks and self._is_unknown(result.value)
        if component not in _WANTING or result.path is None:
            return False
        return "^" in result.path or (self._looks_further(result, component) and self._leads_out(result))

    def _looks_further(self, result: Result, component: str) -> bool:
        """Whether a value counts for what is said of it, or the path goes on from it."""
        return component == "QualifiedMinCount" or result.predicate is None

    def _leads_out(self, result: Result) -> bool:
        """Whether the focus node links, by a predicate of the path, to something of which nothing is said."""
        predicates = set(_PREDICATES.findall(result.path or ""))
        facts = self.described.get(result.focus, ())
        return any(name.value in predicates and self._is_unknown(value) for name, value in facts)

    def _is_unknown(self, node: Any) -> bool:
        if not isinstance(node, NamedNode) or node in self.described:
            return False
        return next(self.beside.quads_for_pattern(node, None, None, None), None) is None
