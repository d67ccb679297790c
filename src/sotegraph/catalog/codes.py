"""The codes of the EU's authority tables: which one means a language or a form, and what codes and licences are called.

DCAT-AP asks for these codes, and its shapes for their class, scheme and name in the same file; nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from sotegraph.facts import Facts
from sotegraph.terms import term

_FILE = Path(__file__).parents[1] / "vocabulary" / "authority.ttl"
_AUTHORITY = "http://publications.europa.eu/resource/authority/"
_IANA = "https://www.iana.org/assignments/media-types/"
PUBLIC = NamedNode(f"{_AUTHORITY}access-right/PUBLIC")
THEMES = NamedNode(f"{_AUTHORITY}data-theme")


def media_type(name: str) -> NamedNode:
    """Return the IRI of a media type.

    >>> media_type("text/turtle").value
    'https://www.iana.org/assignments/media-types/text/turtle'
    """
    return NamedNode(_IANA + name)


@dataclass(frozen=True)
class Codes:
    """What is known of the codes."""

    facts: Facts

    def language(self, tag: str) -> NamedNode | None:
        """The code of the language with that tag, or None."""
        return self._noted("language", tag)

    def file_type(self, suffix: str) -> NamedNode | None:
        """The code of the form with that suffix, or None."""
        return self._noted("file-type", suffix)

    def about(self, node: NamedNode) -> Iterator[Triple]:
        """What is said of the code *node*, without what only the machinery calls it; nothing of what is no code."""
        for quad in self.facts.dataset.quads_for_subject(node):
            if quad.predicate != term("skos:notation"):
                yield quad.triple

    def _noted(self, table: str, notation: str) -> NamedNode | None:
        for quad in self.facts.dataset.quads_for_object(Literal(notation)):
            subject = quad.subject
            if isinstance(subject, NamedNode) and subject.value.startswith(f"{_AUTHORITY}{table}/"):
                return subject
        return None


@cache
def read_codes() -> Codes:
    """Return the codes that come with sotegraph."""
    quads: Iterator[Quad] = parse(path=str(_FILE), format=RdfFormat.TURTLE)
    return Codes(Facts(quads))
