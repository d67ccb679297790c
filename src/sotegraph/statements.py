"""The accessibility statement of a publication, as its description gives it (Directive (EU) 2016/2102, article 7).

Who runs a server, and where to write to, is the operator's to say: that stands in the settings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal

from sotegraph.errors import UnsoundPublication
from sotegraph.facts import Facts, Texts

CONFORMANCES = ("full", "partial", "none")
REASONS = ("not-compliant", "disproportionate", "out-of-scope")
"""Why something is not accessible, in the order of the model statement (implementing act (EU) 2018/1523)."""


@dataclass(frozen=True)
class Limit:
    """Something that is not accessible, why, and what there is in its place."""

    reason: str
    titles: Texts
    descriptions: Texts


@dataclass(frozen=True)
class Supervisor:
    """Who sees to it that the law is kept."""

    names: Texts
    descriptions: Texts
    homepage: str | None
    email: str | None
    telephone: str | None


@dataclass(frozen=True)
class Statement:
    """What is said of the accessibility of the pages: how far they conform to what, since when, and how one knows."""

    conformance: str
    standards: Texts
    laws: Texts
    limits: tuple[Limit, ...]
    methods: Texts
    prepared: Literal
    reviewed: Literal | None
    answer_days: int
    supervisors: tuple[Supervisor, ...]


def read_statement(facts: Facts) -> Statement | None:
    """The statement that *facts* describe, or None; raises UnsoundPublication for one that lacks what it must say."""
    for node in facts.of_type("pub:AccessibilityStatement"):
        conformance = facts.text(node, "pub:conformance")
        dates = {name: _date(facts, node, name) for name in ("dct:issued", "dct:modified")}
        limits = [_limit(facts, each) for each in facts.objects(node, "pub:limit")]
        prepared = dates["dct:issued"]
        if conformance not in CONFORMANCES or any(each.reason not in REASONS for each in limits) or prepared is None:
            raise UnsoundPublication(
                "The accessibility statement lacks a date of issue, or uses other words than these: {words}.",
                words=", ".join((*CONFORMANCES, *REASONS)),
            )
        return Statement(
            conformance=conformance,
            standards=facts.texts(node, "pub:standard"),
            laws=facts.texts(node, "pub:law"),
            limits=tuple(sorted(limits, key=lambda each: (REASONS.index(each.reason), sorted(each.titles.items())))),
            methods=facts.texts(node, "pub:method"),
            prepared=prepared,
            reviewed=dates["dct:modified"],
            answer_days=int(facts.number(node, "pub:answerDays", 14)),
            supervisors=tuple(_supervisor(facts, each) for each in facts.objects(node, "pub:supervisor")),
        )
    return None


def _date(facts: Facts, node: Any, name: str) -> Literal | None:
    return next((each for each in facts.objects(node, name) if isinstance(each, Literal)), None)


def _limit(facts: Facts, node: Any) -> Limit:
    return Limit(facts.text(node, "pub:reason"), facts.texts(node, "rdfs:label"), facts.texts(node, "dct:description"))


def _supervisor(facts: Facts, node: Any) -> Supervisor:
    return Supervisor(
        names=facts.texts(node, "foaf:name"),
        descriptions=facts.texts(node, "dct:description"),
        homepage=facts.iri(node, "foaf:homepage"),
        email=facts.iri(node, "foaf:mbox"),
        telephone=facts.iri(node, "foaf:phone"),
    )
