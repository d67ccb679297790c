"""Profiles: the same entity in the terms of a standard, each made by one CONSTRUCT query of the publication.

``ontology/profiles/profiles.ttl`` describes each ``prof:Profile`` (Profiles Vocabulary, W3C Note) and names its query
file beside it; in a query ``?this`` is the entity, and relative IRIs are the publication's own. The one profile without
a file stands for the form in which the publication itself describes things.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from sotegraph.entities.index import Index
from sotegraph.entities.vocabulary import Facts, read_part
from sotegraph.errors import RequestError, UnreadableFile, UnsoundPublication
from sotegraph.facts import Texts
from sotegraph.publication import Publication
from sotegraph.sparql import construct, examine_construct
from sotegraph.terms import RDF_TYPE, term

LIST_OF_CHOICES = "alternates"
"""The token that asks which profiles there are."""
_FOLDER = ("ontology", "profiles")
_STANDARDS = ("dct:conformsTo", "prof:isProfileOf")


@dataclass(frozen=True)
class Profile:
    """One way to describe the instances of *classes*; *standards* are what it conforms to, *text* is its query."""

    iri: str
    token: str
    titles: Texts
    descriptions: Texts
    classes: frozenset[str]
    standards: tuple[str, ...]
    text: str | None

    @property
    def names(self) -> tuple[str, ...]:
        """The IRIs by which it is asked for: its own, and those of the standards."""
        return (self.iri, *self.standards)

    @property
    def is_native(self) -> bool:
        """Whether it is the form in which the publication itself describes things."""
        return self.text is None

    @property
    def variant(self) -> str:
        """The token in addresses; the native form goes without."""
        return "" if self.is_native else self.token


def read_profiles(index: Index) -> tuple[Profile, ...]:
    """Return the profiles of the publication, the native one first.

    Raises UnreadableFile for a query file that is missing, UnsoundPublication for one that is no CONSTRUCT query about
    ``?this``, and for profiles that cannot be told apart.
    """
    facts = read_part(index, "ontology")
    nodes = [each for each in facts.by_subject if _is_profile(each, facts)]
    profiles = sorted((_read(node, facts, index.publication) for node in nodes), key=_order)
    tokens = [LIST_OF_CHOICES, *(each.token for each in profiles)]
    if len(set(tokens)) < len(tokens) or sum(each.is_native for each in profiles) > 1:
        raise UnsoundPublication(
            "Two profiles have the same token, or more than one has no query: {tokens}. Give each a token of its own, "
            "and all but one a query.",
            tokens=", ".join(tokens),
        )
    return tuple(profiles)


def applying_to(profiles: Iterable[Profile], classes: Iterable[str]) -> tuple[Profile, ...]:
    """Return the *profiles* for a thing of these *classes*; none at all when only the native one is left."""
    own = frozenset(classes)
    found = tuple(each for each in profiles if each.is_native or each.classes & own)
    return () if all(each.is_native for each in found) else found


def export(index: Index, profile: Profile, root: NamedNode) -> frozenset[Triple]:
    """Return the description of *root* in the terms of *profile*, which is not the native one."""
    assert profile.text is not None
    return construct(index.version, profile.text, root, f"{index.publication.base_iri}/")


def _order(profile: Profile) -> tuple[bool, str]:
    return not profile.is_native, profile.token


def _is_profile(node: Any, facts: Facts) -> bool:
    return isinstance(node, NamedNode) and term("prof:Profile") in facts.values(node, "rdf:type")


def _read(node: NamedNode, facts: Facts, publication: Publication) -> Profile:
    token = next(_texts(node, facts, "prof:hasToken"), None)
    if token is None:
        raise UnsoundPublication("{subject} has no {name}; state one.", subject=str(node), name="prof:hasToken")
    file = next(_texts(node, facts, "pub:file"), None)
    return Profile(
        iri=node.value,
        token=token.value,
        titles=_by_language(_texts(node, facts, "dct:title")),
        descriptions=_by_language(_texts(node, facts, "dct:description")),
        classes=frozenset(_iris(node, facts, "pub:class")),
        standards=tuple(dict.fromkeys(each for name in _STANDARDS for each in _iris(node, facts, name))),
        text=None if file is None else _query(publication.root.joinpath(*_FOLDER, file.value), publication),
    )


def _query(path: Path, publication: Publication) -> str:
    try:
        text = path.read_text("utf-8")
        examine_construct(text, f"{publication.base_iri}/")
    except OSError as error:
        raise UnreadableFile("{file} cannot be read: {problem}.", file=str(path), problem=error.strerror) from None
    except RequestError as error:
        raise UnsoundPublication("{file}: {problem}", file=str(path), problem=error) from None
    return text


def _texts(node: NamedNode, facts: Facts, name: str) -> Iterator[Literal]:
    return (each for each in facts.values(node, name) if isinstance(each, Literal))


def _by_language(literals: Iterable[Literal]) -> Texts:
    return {each.language or "": each.value for each in literals}


def _iris(node: NamedNode, facts: Facts, name: str) -> Iterator[str]:
    return (each.value for each in facts.values(node, name) if isinstance(each, NamedNode))


_ALTERNATE = "http://www.w3.org/ns/dx/connegp/altr#"
ALTERNATES = _ALTERNATE.rstrip("#")
"""The profile of a list of choices (Content Negotiation by Profile, section 8)."""


@dataclass(frozen=True)
class Representation:
    """One form of a document: where it is, of which media type, and to which profile it conforms."""

    iri: str
    media_type: str
    profile: Profile


def alternates_triples(document: NamedNode, representations: Iterable[Representation]) -> frozenset[Triple]:
    """Return the choices that there are for *document*, in the Alternate Representations Data Model."""
    triples = []
    for each in representations:
        node = NamedNode(each.iri)
        default = "hasDefaultRepresentation" if each.profile.is_native else "hasRepresentation"
        triples += [
            Triple(document, NamedNode(_ALTERNATE + name), node)
            for name in dict.fromkeys(("hasRepresentation", default))
        ]
        triples += [
            Triple(node, RDF_TYPE, NamedNode(_ALTERNATE + "Representation")),
            Triple(node, term("dct:format"), Literal(each.media_type)),
            *(Triple(node, term("dct:conformsTo"), NamedNode(name)) for name in each.profile.names),
            Triple(NamedNode(each.profile.iri), RDF_TYPE, term("prof:Profile")),
            Triple(NamedNode(each.profile.iri), term("prof:hasToken"), Literal(each.profile.token)),
            *(
                Triple(NamedNode(each.profile.iri), term("dct:title"), Literal(title, language=language))
                for language, title in each.profile.titles.items()
                if language
            ),
        ]
    return frozenset(triples)
