"""Shapes dealt out to several processes: each gets all shapes, and the targets of its share of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from pyoxigraph import Triple

from sotegraph.terms import RDF_TYPE, term
from sotegraph.validation.shapes import TARGETS, implicit_targets

_LEAST_TRIPLES = 5_000
"""Below this, starting another process costs more than it saves."""
_SPARQL = term("sh:sparql")
_SPARQL_WEIGHT = 20


def deal(shapes: Sequence[Triple], data: Sequence[Triple], shares: int) -> list[list[Triple]]:
    """Return at most *shares* copies of *shapes* that together have each target once, about equally heavy.

    >>> len(deal([], [], 4))
    1
    """
    owners = list(dict.fromkeys(each.subject for each in shapes if each.predicate in TARGETS))
    # A class that is a shape targets its instances in every copy.
    if shares < 2 or len(owners) < 2 or len(data) < _LEAST_TRIPLES or implicit_targets(shapes):
        return [list(shapes)]
    weights = _weights(shapes, data)
    loads = [0] * min(shares, len(owners))
    share_of = {}
    for owner in sorted(owners, key=lambda each: (-weights[each], str(each))):
        lightest = loads.index(min(loads))
        share_of[owner] = lightest
        loads[lightest] += weights[owner]
    return [
        [each for each in shapes if each.predicate not in TARGETS or share_of[each.subject] == share]
        for share in range(len(loads))
    ]


def _weights(shapes: Sequence[Triple], data: Sequence[Triple]) -> Counter[object]:
    """How heavy each shape with a target is: its focus nodes times what it asks of each."""
    focus_nodes: Counter[object] = Counter(each.object for each in data if each.predicate == RDF_TYPE)
    focus_nodes.update(each.predicate for each in data)
    links: defaultdict[object, list[Triple]] = defaultdict(list)
    for each in shapes:
        links[each.subject].append(each)

    def cost(node: object) -> int:
        return sum(_SPARQL_WEIGHT if each.predicate == _SPARQL else 1 for each in links[node])

    weights: Counter[object] = Counter()
    for each in shapes:
        if each.predicate in TARGETS:
            whole = cost(each.subject) + sum(cost(link.object) for link in links[each.subject])
            weights[each.subject] += max(1, focus_nodes[each.object]) * whole
    return weights
